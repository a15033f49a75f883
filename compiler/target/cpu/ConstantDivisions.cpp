#include "compiler/target/cpu/ConstantDivisions.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace weft {

// The one number that a vector of 512 bits is divided by, if it is known and may be multiplied with instead.
static const llvm::APFloat *divisorOf(const llvm::Instruction &instruction) {
  auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(instruction.getType());
  if (instruction.getOpcode() != llvm::Instruction::FDiv || !vector ||
      vector->getPrimitiveSizeInBits() != 512 || vector->getScalarSizeInBits() < 32)
    return nullptr;
  auto *divisors = llvm::dyn_cast<llvm::Constant>(instruction.getOperand(1));
  auto *divisor = llvm::dyn_cast_or_null<llvm::ConstantFP>(divisors ? divisors->getSplatValue() : nullptr);
  return divisor && divisor->getValueAPF().isNormal() ? &divisor->getValueAPF() : nullptr;
}

// Which lanes are 0, infinite or undefined, in one instruction.
static llvm::Value *isSpecial(llvm::IRBuilder<> &builder, llvm::Value *value) {
  constexpr uint32_t classes = 0b10011111; // of VFPCLASS: undefined, ±0, ±infinity
  return builder.CreateIntrinsic(value->getType()->getScalarType()->isFloatTy()
                                     ? llvm::Intrinsic::x86_avx512_fpclass_ps_512
                                     : llvm::Intrinsic::x86_avx512_fpclass_pd_512,
                                 {}, {value, builder.getInt32(classes)});
}

void divideByConstants(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      const llvm::APFloat *divisor = divisorOf(instruction);
      if (!divisor)
        continue;
      llvm::APFloat inverse(divisor->getSemantics(), 1);
      inverse.divide(*divisor, llvm::APFloat::rmNearestTiesToEven);
      if (!inverse.isNormal())
        continue;
      llvm::IRBuilder<> builder(&instruction);
      llvm::Type *type = instruction.getType();
      llvm::Value *x = instruction.getOperand(0), *factor = llvm::ConstantFP::get(type, inverse);
      auto fma = [&](llvm::Value *a, llvm::Value *b, llvm::Value *c) {
        return builder.CreateIntrinsic(llvm::Intrinsic::fma, {type}, {a, b, c});
      };
      llvm::Value *quotient = builder.CreateFMul(x, factor);
      llvm::Value *rest = fma(builder.CreateFNeg(quotient), instruction.getOperand(1), x);
      // Where the quotient is exact, infinite or undefined it stays.
      instruction.replaceAllUsesWith(
          builder.CreateSelect(isSpecial(builder, rest), quotient, fma(rest, factor, quotient)));
      instruction.eraseFromParent();
    }
}

} // namespace weft
