#include "dialects/weft/Totality.h"
#include "dialects/weft/MonoidShape.h"
#include "lib/axis/Size.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSwitch.h"

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

static unsigned bitsOf(ObjectType integer) {
  return llvm::StringSwitch<unsigned>(integer.getElement())
      .Case("i8", 7)
      .Case("u8", 8)
      .Case("i16", 15)
      .Case("i32", 31)
      .Default(63);
}

namespace {
// How large integers may become: all values lie within ±2^bits.
class Magnitudes {
public:
  unsigned bits(Value value) {
    auto [place, isNew] = known.try_emplace(value, unbounded);
    if (!isNew || ++depth > deepest)
      return place->second;
    unsigned found = computed(value);
    --depth;
    return known[value] = found;
  }

private:
  static constexpr unsigned unbounded = 1024, deepest = 64, axisBits = 40;

  unsigned computed(Value value) {
    ObjectType type = objectOf(value);
    if (type.isBool())
      return 1;
    if (auto constant = value.getDefiningOp<ConstantOp>())
      if (auto number = dyn_cast<IntegerAttr>(constant.getValue()))
        return number.getValue().abs().getActiveBits();
    if (type.isIndex() || value.getDefiningOp<SizeOp>())
      return axisBits;
    if (!type.isInteger())
      return unbounded;
    if (auto apply = value.getDefiningOp<ApplyOp>())
      return ofFunction(apply);
    if (auto choice = value.getDefiningOp<IfOp>())
      return std::max(yielded(choice.getThenRegion()), yielded(choice.getElseRegion()));
    // Of a fold, a read, an argument: what the type holds, which is checked where it is made.
    return bitsOf(type);
  }

  unsigned yielded(Region &region) { return bits(region.front().getTerminator()->getOperand(0)); }

  unsigned ofFunction(ApplyOp apply) {
    auto operand = [&](unsigned i) { return bits(apply.getValues()[i]); };
    switch (apply.getFunction()) {
    case Function::add:
    case Function::sub:
      return std::max(operand(0), operand(1)) + 1;
    case Function::mul:
      return operand(0) + operand(1);
    case Function::min:
    case Function::max:
      return std::max(operand(0), operand(1));
    case Function::select:
      return std::max(operand(1), operand(2));
    case Function::mod:
      return operand(1);
    // The least number of a type has no opposite in it.
    case Function::div:
    case Function::neg:
    case Function::abs:
      return operand(0) + 1;
    default:
      return unbounded;
    }
  }

  llvm::SmallDenseMap<Value, unsigned> known;
  unsigned depth = 0;
};
} // namespace

// Whether an integer that is computed as if exact is one of the type: a number below zero is none of u8.
static bool surelyFits(Value value, ObjectType type) {
  return type.getElement() != "u8" && Magnitudes().bits(value) <= bitsOf(type);
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
    return !type.isInteger() ||
           isa_and_nonnull<ConstantOp, ReadOp, ConvertOp, FoldOp>(define.getValue().getDefiningOp()) ||
           surelyFits(define.getValue(), type);
  }
  if (auto fold = dyn_cast<FoldOp>(op)) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    // What is still being written stands in no program yet: nothing is known of its monoids.
    return monoid && monoid.hasUnit() && liftLiesInDomain(monoid) && !objectOf(fold.getResult()).isInteger();
  }
  return true;
}

bool isTotal(Region &region) {
  bool total = true;
  region.walk([&](Operation *op) { total &= isTotalOperation(op); });
  return total;
}

} // namespace weft
