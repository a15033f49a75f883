#include "compiler/target/cpu/ContractionTerms.h"
#include "compiler/target/cpu/ContractionPlan.h"
#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/OpaqueValues.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static MonoidOp monoidOf(FoldOp fold) {
  return SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
}

// Positions built alike from the same indices.
static bool isSamePosition(Value x, Value y) {
  if (x == y)
    return true;
  Operation *a = x.getDefiningOp(), *b = y.getDefiningOp();
  return a && b && a->getName() == b->getName() && a->getNumRegions() == 0 &&
         a->getAttrDictionary() == b->getAttrDictionary() && x.getType() == y.getType() &&
         llvm::equal(a->getOperands(), b->getOperands(), isSamePosition);
}

static bool isSameRead(ReadOp x, ReadOp y) {
  return x.getWire() == y.getWire() && x.getOtherwise().empty() && y.getOtherwise().empty() &&
         llvm::equal(x.getPositions(), y.getPositions(), isSamePosition);
}

static bool isVectorFunction(Function function, bool isSingle) {
  switch (function) {
  case Function::exp:
  case Function::expdiff:
  case Function::log:
  case Function::tanh:
  case Function::erf:
    return isSingle;
  case Function::sin:
  case Function::cos:
  case Function::tan:
  case Function::asin:
  case Function::acos:
  case Function::atan:
  case Function::atan2:
  case Function::pow:
    return false;
  default:
    return true;
  }
}

namespace {

// Goes through an expression of reals and truth values that vectors can compute.
class ShapeReader {
public:
  explicit ShapeReader(FoldOp fold) : fold(fold), monoid(monoidOf(fold)), type(objectOf(fold.getResult())) {}

  std::optional<TermShape> read() {
    Block &block = fold.getArguments().front();
    if (monoid.getComponents().size() != 1 || !constantUnit(monoid) || !liftLiesInDomain(monoid) ||
        monoid.resultType() != type || cast<TypeAttr>(monoid.getCarrier()[0]).getValue() != type)
      return std::nullopt;
    shape.mayReorder = monoid.licenses("associative") && monoid.licenses("commutative");
    for (Value term : block.getTerminator()->getOperands())
      if (!accepts(term))
        return std::nullopt;
    for (Region *region : {&monoid.getLift(), &monoid.getCombine(), &monoid.getLower()})
      if (!accepts(region->front().getTerminator()->getOperand(0)))
        return std::nullopt;
    if (!shape.second)
      return std::nullopt;
    Value term = block.getTerminator()->getOperand(0);
    auto apply = term.getDefiningOp<ApplyOp>();
    bool isPair = apply && apply.getValues().size() == 2 && readOf(apply.getValues()[0]) == shape.first &&
                  readOf(apply.getValues()[1]) == shape.second;
    shape.isSum = isReorderableSum(monoid);
    shape.isMultiplyAdd = isPair && apply.getFunction() == Function::mul && shape.isSum;
    bool converts = objectOf(shape.first.getResult()) != type || objectOf(shape.second.getResult()) != type;
    if (converts && !shape.isMultiplyAdd)
      return std::nullopt;
    if (isPair && isPlain() && isOrdered(apply.getFunction()))
      shape.function = apply.getFunction();
    shape.temporaries = shape.isMultiplyAdd ? 0 : std::min(operations, 6u);
    return shape;
  }

private:
  // A read, or what it gives as a real: elements of fewer bits stay so in memory.
  static ReadOp readOf(Value value) {
    if (auto convert = value.getDefiningOp<ConvertOp>())
      value = convert.getValue();
    return value.getDefiningOp<ReadOp>();
  }

  bool accepts(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return argument.getOwner() != &fold.getArguments().front() &&
             isa<MonoidOp>(argument.getOwner()->getParentOp());
    Operation *op = value.getDefiningOp();
    if (auto read = dyn_cast<ReadOp>(op))
      return objectOf(value) == type && acceptsRead(read);
    if (isa<ConvertOp>(op)) {
      ReadOp read = readOf(value);
      return read && objectOf(value) == type && isNarrow(objectOf(read.getResult())) && acceptsRead(read);
    }
    if (isa<ConstantOp>(op))
      return objectOf(value).isReal() || objectOf(value).isBool();
    if (isa<SizeOp>(op))
      return objectOf(value).isReal();
    auto apply = dyn_cast<ApplyOp>(op);
    if (!apply || !isVectorFunction(apply.getFunction(), type.getElement() != "f64"))
      return false;
    Function function = apply.getFunction();
    shape.takesExtremes |= function == Function::min || function == Function::max;
    ++operations;
    return llvm::all_of(apply.getValues(), [&](Value part) {
      return (objectOf(part).isBool() || objectOf(part) == type) && accepts(part);
    });
  }

  static bool isNarrow(ObjectType type) {
    StringRef element = type.getElement();
    return element == "i8" || element == "u8" || element == "i16";
  }

  bool acceptsRead(ReadOp read) {
    if (read->getParentOp() != fold)
      return false;
    for (ReadOp &known : {std::ref(shape.first), std::ref(shape.second)}) {
      if (!known)
        known = read;
      if (known == read || isSameRead(known, read))
        return true;
    }
    return false;
  }

  // The operation is the minimum or maximum itself, and elements are taken as they are.
  bool isPlain() {
    auto operation = monoid.getCombine().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
    Value lifted = monoid.getLift().front().getTerminator()->getOperand(0);
    return operation &&
           (operation.getFunction() == Function::min || operation.getFunction() == Function::max) &&
           llvm::all_of(operation.getValues(), [](Value part) { return isa<BlockArgument>(part); }) &&
           operation.getValues()[0] != operation.getValues()[1] && isa<BlockArgument>(lifted);
  }

  static bool isOrdered(Function function) {
    return function == Function::add || function == Function::sub || function == Function::mul ||
           function == Function::min || function == Function::max;
  }

  FoldOp fold;
  MonoidOp monoid;
  ObjectType type;
  TermShape shape;
  unsigned operations = 0;
};

} // namespace

std::optional<double> constantUnit(MonoidOp monoid) {
  if (!monoid.hasUnit())
    return std::nullopt;
  auto constant = monoid.getUnit().front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
  auto number = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
  return number ? std::optional(number.getValueAsDouble()) : std::nullopt;
}

std::optional<TermShape> readTermShape(FoldOp fold) { return ShapeReader(fold).read(); }

ContractionTerms::ContractionTerms(FunctionEmitter &emitter, FoldOp fold, TermShape shape, unsigned lanes,
                                   bool withoutNan)
    : emitter(emitter), fold(fold), monoid(monoidOf(fold)), terms(shape), lanes(lanes),
      withoutNan(withoutNan) {
  if (!terms.function || *terms.function != Function::add || !emitter.target.addsShareExtremes)
    return;
  // x + y is fma(x, 1, y), bit for bit: additions start where minima do, multiply-adds elsewhere.
  Value number = emitter.real(1, emitter.computeType(objectOf(fold.getResult())));
  one = fenced(emitter, ExpressionEmitter(emitter, lanes).materialize({number}));
}

Value ContractionTerms::unit() {
  Value number = emitter.real(*constantUnit(monoid), emitter.computeType(objectOf(fold.getResult())));
  return ExpressionEmitter(emitter, lanes).materialize({number});
}

Value ContractionTerms::term(ExpressionEmitter &expressions, Value first, Value second) {
  if (one)
    return LLVM::FMAOp::create(emitter.builder, emitter.location, first, one, second);
  Block &block = fold.getArguments().front();
  for (ReadOp read : block.getOps<ReadOp>())
    expressions.bind(read.getResult(),
                     {read == terms.first || isSameRead(read, terms.first) ? first : second, true});
  std::function<void(Value)> emitNeeded = [&](Value value) {
    if (expressions.get(value).value)
      return;
    Operation *op = value.getDefiningOp();
    llvm::for_each(op->getOperands(), emitNeeded);
    expressions.emitOperation(*op);
  };
  SmallVector<Scalar> arguments;
  for (Value argument : block.getTerminator()->getOperands()) {
    emitNeeded(argument);
    arguments.push_back(expressions.get(argument));
  }
  return expressions.materialize(expressions.emitRegion(monoid.getLift(), arguments).front());
}

Value ContractionTerms::next(Value sum, Value first, Value second) {
  if (terms.isMultiplyAdd)
    return LLVM::FMAOp::create(emitter.builder, emitter.location, first, second, sum);
  ExpressionEmitter expressions(emitter, lanes);
  expressions.withoutNan = withoutNan;
  return combine(sum, term(expressions, first, second));
}

Value ContractionTerms::combine(Value x, Value y) {
  if (terms.isMultiplyAdd)
    return arith::AddFOp::create(emitter.builder, emitter.location, x, y);
  ExpressionEmitter expressions(emitter, lanes);
  expressions.withoutNan = withoutNan;
  SmallVector<Scalar> both{{x, true}, {y, true}};
  return expressions.materialize(expressions.emitRegion(monoid.getCombine(), both).front());
}

} // namespace weft
