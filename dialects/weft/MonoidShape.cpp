#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static unsigned widthOf(MonoidOp monoid) { return monoid.getComponents().size(); }

bool isConstant(Value value, double number) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return false;
  if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
    return static_cast<double>(integer.getInt()) == number;
  return cast<FloatAttr>(constant.getValue()).getValueAsDouble() == number;
}

static bool isCommutative(Function function) {
  return function == Function::add || function == Function::mul || function == Function::max ||
         function == Function::min;
}

// Whether `x` becomes `y` when a and b change places.
static bool mirrored(Value x, Value y, unsigned width) {
  if (auto left = dyn_cast<BlockArgument>(x)) {
    auto right = dyn_cast<BlockArgument>(y);
    return right && right.getArgNumber() == (left.getArgNumber() + width) % (2 * width);
  }
  Operation *a = x.getDefiningOp(), *b = y.getDefiningOp();
  if (!b || a->getName() != b->getName() || a->getNumRegions() ||
      a->getAttrDictionary() != b->getAttrDictionary() || a->getNumOperands() != b->getNumOperands())
    return false;
  auto operands = [&](unsigned i, unsigned j) { return mirrored(a->getOperand(i), b->getOperand(j), width); };
  auto apply = dyn_cast<ApplyOp>(a);
  if (apply && isCommutative(apply.getFunction()) && operands(0, 1) && operands(1, 0))
    return true;
  for (unsigned i = 0; i < a->getNumOperands(); ++i)
    if (!operands(i, i))
      return false;
  return true;
}

static ApplyOp applied(Value value, Function function) {
  auto apply = value.getDefiningOp<ApplyOp>();
  return apply && apply.getFunction() == function ? apply : ApplyOp();
}

static bool isExtremum(Value value, unsigned component, Block &block, unsigned width) {
  ApplyOp apply = applied(value, Function::max);
  if (!apply)
    apply = applied(value, Function::min);
  if (!apply)
    return false;
  Value a = block.getArgument(component), b = block.getArgument(component + width);
  return (apply.getValues()[0] == a && apply.getValues()[1] == b) ||
         (apply.getValues()[0] == b && apply.getValues()[1] == a);
}

namespace {
// What a linear component is, half by half: the factors of a.k or b.k.
struct LinearReader {
  Block &block;
  unsigned width, component;
  ArrayRef<bool> isGrade;

  bool dependsOnGradeOnly(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return isGrade[argument.getArgNumber() % width];
    Operation *op = value.getDefiningOp();
    return op->getNumRegions() == 0 &&
           llvm::all_of(op->getOperands(), [&](Value v) { return dependsOnGradeOnly(v); });
  }

  bool readTerm(Value value, Value unknown, SmallVectorImpl<Factor> &factors) {
    if (value == unknown)
      return true;
    if (ApplyOp product = applied(value, Function::mul)) {
      for (unsigned side : {0u, 1u}) {
        Value factor = product.getValues()[1 - side];
        if (dependsOnGradeOnly(factor) && readTerm(product.getValues()[side], unknown, factors)) {
          factors.push_back({factor, false});
          return true;
        }
      }
      return false;
    }
    ApplyOp quotient = applied(value, Function::divide);
    if (!quotient || !dependsOnGradeOnly(quotient.getValues()[1]) ||
        !readTerm(quotient.getValues()[0], unknown, factors))
      return false;
    factors.push_back({quotient.getValues()[1], true});
    return true;
  }

  std::optional<SmallVector<Factor>> read(Value value) {
    ApplyOp sum = applied(value, Function::add);
    if (!sum)
      return std::nullopt;
    for (unsigned side : {0u, 1u}) {
      SmallVector<Factor> alpha, beta;
      if (!readTerm(sum.getValues()[side], block.getArgument(component), alpha) ||
          !readTerm(sum.getValues()[1 - side], block.getArgument(component + width), beta))
        continue;
      bool symmetric = alpha.size() == beta.size();
      for (unsigned i = 0; symmetric && i < alpha.size(); ++i)
        symmetric = alpha[i].inverse == beta[i].inverse && mirrored(alpha[i].value, beta[i].value, width);
      if (symmetric)
        return beta;
    }
    return std::nullopt;
  }
};
} // namespace

// Whether a value of the operation's region needs nothing of the earlier partial result.
static bool dependsOnLaterOnly(Value value, unsigned width) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getArgNumber() >= width;
  return llvm::all_of(value.getDefiningOp()->getOperands(),
                      [&](Value operand) { return dependsOnLaterOnly(operand, width); });
}

std::optional<SmallVector<ComponentShape>> gradedShape(MonoidOp monoid) {
  unsigned width = widthOf(monoid);
  Block &block = monoid.getCombine().front();
  auto results = block.getTerminator()->getOperands();
  SmallVector<bool> isGrade;
  for (unsigned k = 0; k < width; ++k)
    isGrade.push_back(isExtremum(results[k], k, block, width));
  SmallVector<ComponentShape> shapes;
  for (unsigned k = 0; k < width; ++k) {
    if (isGrade[k]) {
      shapes.push_back({ComponentShape::Kind::extremum, {}});
      continue;
    }
    auto factors = LinearReader{block, width, k, isGrade}.read(results[k]);
    if (!factors)
      return std::nullopt;
    shapes.push_back({ComponentShape::Kind::linear, *factors});
  }
  return shapes;
}

std::optional<RecurrenceShape> recurrenceShape(MonoidOp monoid) {
  unsigned width = widthOf(monoid);
  if (width > 2 || !monoid.hasUnit())
    return std::nullopt;
  Block &block = monoid.getCombine().front();
  auto results = block.getTerminator()->getOperands();
  for (unsigned value = 0; value < width; ++value) {
    SmallVector<bool> isGrade(width, true);
    isGrade[value] = false;
    LinearReader reader{block, width, value, isGrade};
    ApplyOp sum = applied(results[value], Function::add);
    auto lowered = dyn_cast<BlockArgument>(monoid.getLower().front().getTerminator()->getOperand(0));
    if (!sum || !lowered || lowered.getArgNumber() != value ||
        !isConstant(monoid.getUnit().front().getTerminator()->getOperand(value), 0) ||
        (width == 2 && !reader.dependsOnGradeOnly(results[1 - value])))
      continue;
    for (unsigned side : {0u, 1u}) {
      SmallVector<Factor> coefficient;
      if (sum.getValues()[1 - side] == block.getArgument(value + width) &&
          reader.readTerm(sum.getValues()[side], block.getArgument(value), coefficient) &&
          llvm::all_of(coefficient, [&](Factor &factor) { return dependsOnLaterOnly(factor.value, width); }))
        return RecurrenceShape{value, width == 2 ? std::optional(1 - value) : std::nullopt, coefficient};
    }
  }
  return std::nullopt;
}

// A bool that constants decide, given what the block's arguments are.
static bool holds(Value value, llvm::function_ref<Value(Value)> known) {
  auto number = [&](Value v) -> std::optional<double> {
    auto constant = known(v).getDefiningOp<ConstantOp>();
    if (!constant)
      return std::nullopt;
    if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
      return real.getValueAsDouble();
    return static_cast<double>(cast<IntegerAttr>(constant.getValue()).getInt());
  };
  if (auto choice = value.getDefiningOp<IfOp>()) {
    // `a and b`
    Value then = choice.getThenRegion().front().getTerminator()->getOperand(0);
    return holds(choice.getCondition(), known) && holds(then, known);
  }
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return number(value) == 1;
  auto apply = value.getDefiningOp<ApplyOp>();
  if (!apply || apply.getValues().size() != 2)
    return false;
  auto a = number(apply.getValues()[0]), b = number(apply.getValues()[1]);
  if (!a || !b)
    return false;
  switch (apply.getFunction()) {
  case Function::ge:
    return *a >= *b;
  case Function::gt:
    return *a > *b;
  case Function::le:
    return *a <= *b;
  case Function::lt:
    return *a < *b;
  case Function::eq:
    return *a == *b;
  case Function::ne:
    return *a != *b;
  default:
    return false;
  }
}

bool liftLiesInDomain(MonoidOp monoid) {
  if (monoid.getDomain().empty())
    return true;
  Block &domain = monoid.getDomain().front();
  auto lifted = monoid.getLift().front().getTerminator()->getOperands();
  return holds(domain.getTerminator()->getOperand(0), [&](Value value) -> Value {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == &domain ? lifted[argument.getArgNumber()] : value;
  });
}

static bool yieldsArgument(Region &region) {
  Block &block = region.front();
  return block.getNumArguments() == 1 && block.getTerminator()->getNumOperands() == 1 &&
         block.getTerminator()->getOperand(0) == block.getArgument(0);
}

bool isReorderableSum(MonoidOp monoid) {
  return isSum(monoid) && monoid.licenses("associative") && monoid.licenses("commutative");
}

bool isSum(MonoidOp monoid) {
  if (monoid.getComponents().size() != 1 || !monoid.hasUnit() || !liftLiesInDomain(monoid) ||
      !yieldsArgument(monoid.getLift()) || !yieldsArgument(monoid.getLower()))
    return false;
  auto sum = monoid.getCombine().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
  return sum && sum.getFunction() == Function::add && isa<BlockArgument>(sum.getValues()[0]) &&
         isa<BlockArgument>(sum.getValues()[1]) && sum.getValues()[0] != sum.getValues()[1] &&
         isConstant(monoid.getUnit().front().getTerminator()->getOperand(0), 0);
}

} // namespace weft
