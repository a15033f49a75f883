#include "compiler/target/cpu/OpaqueValues.h"

using namespace mlir;

namespace weft {

static Value emptyAssembly(FunctionEmitter &emitter, Type type, ValueRange operands, StringRef constraints,
                           bool keepsOrder) {
  return LLVM::InlineAsmOp::create(
             emitter.builder, emitter.location, type, operands, "", constraints, keepsOrder,
             /*is_align_stack=*/false, LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr())
      .getResult(0);
}

Value opaque(FunctionEmitter &emitter, Value number) {
  return emptyAssembly(emitter, number.getType(), number, "=r,0", false);
}

Value fenced(FunctionEmitter &emitter, Value reals) {
  return LLVM::CallIntrinsicOp::create(emitter.builder, emitter.location, reals.getType(),
                                       emitter.builder.getStringAttr("llvm.arithmetic.fence"), reals)
      .getResult(0);
}

// The letter of a vector register, of all 32 where there are so many.
static StringRef vectorConstraint(const CpuTarget &target) {
  bool isArm = StringRef(target.triple).starts_with("aarch64");
  return isArm ? "w" : target.registers == 32 ? "v" : "x";
}

void hold(FunctionEmitter &emitter, MutableArrayRef<Value> sums) {
  std::string results, operands;
  for (unsigned i = 0; i < sums.size(); ++i) {
    results += "=" + vectorConstraint(emitter.target).str() + ",";
    operands += (i ? "," : "") + std::to_string(i);
  }
  if (sums.size() == 1) {
    sums.front() = emptyAssembly(emitter, sums.front().getType(), sums.front(), results + operands, true);
    return;
  }
  SmallVector<Type> types(sums.size(), sums.front().getType());
  Type all = LLVM::LLVMStructType::getLiteral(emitter.builder.getContext(), types);
  Value held = emptyAssembly(emitter, all, SmallVector<Value>(sums), results + operands, true);
  for (auto [i, sum] : llvm::enumerate(sums))
    sum = LLVM::ExtractValueOp::create(emitter.builder, emitter.location, held, i);
}

} // namespace weft
