#include "dialects/weft/Totality.h"
#include "dialects/weft/Magnitudes.h"
#include "dialects/weft/MonoidShape.h"
#include "lib/axis/Size.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// An axis has elements wherever one of its indices stands, and where its size says so.
static bool hasElements(SizeOp size, Value witness) {
  llvm::SmallSetVector<Value, 8> values;
  values.insert(witness);
  for (unsigned i = 0; i < values.size(); ++i) {
    ObjectType type = objectOf(values[i]);
    if (isa<BlockArgument>(values[i]) && type.getAxes().empty() && type.getElement() == size.getAxisAttr())
      return true;
    if (Operation *op = values[i].getDefiningOp())
      values.insert(op->operand_begin(), op->operand_end());
  }
  auto axis = SymbolTable::lookupNearestSymbolFrom<AxisOp>(size, size.getAxisAttr());
  std::optional<Size> number = axis ? Size::parse(axis.getSize()) : std::nullopt;
  return number && number->lowerBound().value_or(0) > 0;
}

static bool dividesSafely(ApplyOp division) {
  Operation *divisor = division.getValues()[1].getDefiningOp();
  if (auto size = dyn_cast_or_null<SizeOp>(divisor))
    return hasElements(size, division.getValues()[0]);
  auto constant = dyn_cast_or_null<ConstantOp>(divisor);
  return constant && cast<IntegerAttr>(constant.getValue()).getInt() > 0;
}

// Whether an integer that is computed as if exact is one of the type: a number below zero is none of u8.
static bool surelyFits(Value value, ObjectType type) {
  return type.getElement() != "u8" && magnitudeBits(value) <= magnitudeBits(type);
}

// Whether what is read is an element of the wire, or a constant of its type.
static bool holdsDefault(ReadOp read) {
  Region &otherwise = read.getOtherwise();
  return otherwise.empty() || otherwise.front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
}

// Whether a fold is over an element at least, wherever it stands: `M[j where j <= i]` has i's own.
static bool hasOwnElement(FoldOp fold) {
  if (fold.getMask().empty() || fold.isRanged() || fold.indices().size() != 1)
    return false;
  auto bound = fold.getMask().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
  if (!bound || (bound.getFunction() != Function::le && bound.getFunction() != Function::ge))
    return false;
  BlockArgument own = fold.getMask().getArgument(0);
  return llvm::all_of(bound.getValues(), llvm::IsaPred<BlockArgument>) &&
         llvm::all_of(bound.getValues(), [&](Value index) { return index.getType() == own.getType(); }) &&
         llvm::count(bound.getValues(), own) == 1;
}

bool isTotalOperation(Operation *op) {
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getProved();
  if (isa<CheckOp, CallOp>(op))
    return false;
  if (auto convert = dyn_cast<ConvertOp>(op)) {
    ObjectType from = objectOf(convert.getValue()), to = objectOf(convert.getResult());
    return !to.isInteger() || from.isBool() || (!from.isReal() && surelyFits(convert.getValue(), to));
  }
  if (auto apply = dyn_cast<ApplyOp>(op)) {
    bool divides = apply.getFunction() == Function::div || apply.getFunction() == Function::mod;
    return !divides || dividesSafely(apply);
  }
  // A wire of integers is checked where it is written.
  if (auto define = dyn_cast<DefineOp>(op)) {
    ObjectType type = objectOf(define.getValue());
    auto read = define.getValue().getDefiningOp<ReadOp>();
    return !type.isInteger() || (read && holdsDefault(read)) ||
           isa_and_nonnull<ConstantOp, ConvertOp, FoldOp>(define.getValue().getDefiningOp()) ||
           surelyFits(define.getValue(), type);
  }
  if (auto fold = dyn_cast<FoldOp>(op)) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    // What is still being written stands in no program yet: nothing is known of its monoids.
    return monoid && (monoid.hasUnit() || hasOwnElement(fold)) && liftLiesInDomain(monoid) &&
           !objectOf(fold.getResult()).isInteger();
  }
  return true;
}

bool isTotal(Region &region) {
  bool total = true;
  region.walk([&](Operation *op) { total &= isTotalOperation(op); });
  return total;
}

} // namespace weft
