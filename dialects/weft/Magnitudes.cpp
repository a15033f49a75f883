#include "dialects/weft/Magnitudes.h"
#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

unsigned magnitudeBits(ObjectType integer) {
  return llvm::StringSwitch<unsigned>(integer.getElement())
      .Case("i8", 7)
      .Case("u8", 8)
      .Case("i16", 15)
      .Case("i32", 31)
      .Default(63);
}

namespace {
class Magnitudes {
public:
  unsigned bits(Value value) {
    auto [place, isNew] = known.try_emplace(value, unbounded);
    if (!isNew || depth == deepest)
      return place->second;
    ++depth;
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
    if (auto convert = value.getDefiningOp<ConvertOp>(); convert && !objectOf(convert.getValue()).isReal())
      return std::min(bits(convert.getValue()), magnitudeBits(type));
    // A default is no element of the wire.
    if (auto read = value.getDefiningOp<ReadOp>(); read && !read.getOtherwise().empty())
      return std::max(magnitudeBits(type), yielded(read.getOtherwise()));
    // Of a fold, a read, an argument: what the type holds, which is checked where it is made.
    return magnitudeBits(type);
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

unsigned magnitudeBits(Value value) { return Magnitudes().bits(value); }

bool isSmallSum(FoldOp fold) {
  // No call goes through more elements.
  constexpr unsigned mostElements = 52;
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  auto elements = fold.getArguments().front().getTerminator()->getOperands();
  if (!monoid || elements.size() != 1 || !objectOf(elements[0]).isInteger() || !isReorderableSum(monoid))
    return false;
  unsigned count = 0;
  for (BlockArgument index : fold.indices())
    count += magnitudeBits(index);
  return magnitudeBits(elements[0]) + std::min(count, mostElements) <= smallSumBits;
}

} // namespace weft
