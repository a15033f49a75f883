// Equations and scalar expressions: types of what is read, combined and defined.
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

#define GET_OP_CLASSES
#include "dialects/weft/WeftOps.cpp.inc"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

ArrayRef<BlockArgument> EquationOp::indices(unsigned clause) {
  return getClauses()[clause].front().getArguments().drop_back(getWires().size());
}
BlockArgument EquationOp::wireArgument(unsigned clause, unsigned i) {
  Block &block = getClauses()[clause].front();
  return block.getArgument(block.getNumArguments() - getWires().size() + i);
}
DefineOp EquationOp::define(unsigned clause) {
  return cast<DefineOp>(getClauses()[clause].front().getTerminator());
}

LogicalResult EquationOp::verifyRegions() {
  ObjectType result = objectOf(getResult());
  if (getClauses().empty())
    return emitOpError("has no clause [wire.undefined]");
  for (auto [i, region] : llvm::enumerate(getClauses())) {
    Block &block = region.front();
    if (block.getNumArguments() < getWires().size() || !isa<DefineOp>(block.getTerminator()))
      return emitOpError("a clause takes indices and wires and ends in `weft.define` [call.arity]");
    for (BlockArgument index : indices(i))
      if (!isa<ObjectType>(index.getType()) || !objectOf(index).isScalar() || !objectOf(index).isIndex())
        return emitOpError("an index of a clause has the type of an axis [index.axis]");
    for (auto [j, wire] : llvm::enumerate(getWires()))
      if (wireArgument(i, j).getType() != wire.getType())
        return emitOpError("a clause takes another wire than the equation [wire.axis]");
    DefineOp define = this->define(i);
    if (define.getValue().getType() != result.scalar())
      return define.emitOpError("defines `") << define.getValue().getType() << "`, but `" << getName()
                                             << "` holds `" << result.scalar() << "` [type.element]";
    if (define.getPositions().size() != result.rank())
      return define.emitOpError("has ") << define.getPositions().size() << " positions, but `" << getName()
                                        << "` has " << result.rank() << " axes [call.arity]";
    for (auto [position, axis] : llvm::zip(define.getPositions(), result.getAxes()))
      if (objectOf(position).getElement() != axis)
        return define.emitOpError("a position of axis `")
               << objectOf(position).getElement() << "` where `" << getName() << "` has `" << axis
               << "` [index.axis]";
  }
  return success();
}

void EquationOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  unsigned clause = region.getRegionNumber();
  if (getIndexNames() && clause < getIndexNames()->size()) {
    auto names = cast<ArrayAttr>((*getIndexNames())[clause]);
    for (auto [index, name] : llvm::zip(indices(clause), names))
      setName(index, cast<StringAttr>(name).getValue());
  }
  if (std::optional<ArrayAttr> names = getNames())
    for (auto [i, name] : llvm::enumerate(*names))
      setName(wireArgument(clause, i), cast<StringAttr>(name).getValue());
}

LogicalResult FoldOp::verifyRegions() {
  Block &block = getArguments().front();
  if (block.getNumArguments() == 0 || !isa<YieldOp>(block.getTerminator()))
    return emitOpError("folds over at least one index and yields arguments [call.arity]");
  if (!getMask().empty()) {
    Block &mask = getMask().front();
    if (mask.getArgumentTypes() != block.getArgumentTypes() || !isa<YieldOp>(mask.getTerminator()) ||
        mask.getTerminator()->getOperandTypes() != TypeRange(ObjectType::get(getContext(), "bool")))
      return emitOpError("its mask takes the same indices and yields a bool [type.element]");
  }
  if (!isRanged())
    return success();
  auto isPosition = [](Value bound) { return objectOf(bound).getElement() == "i64"; };
  if (getRange().size() != 2 || !llvm::all_of(getRange(), isPosition))
    return emitOpError("a range is two integers of `i64` [type.element]");
  if (rangedIndex() >= block.getNumArguments())
    return emitOpError("it has no index number ") << rangedIndex() << " [call.arity]";
  return success();
}

LogicalResult SegmentsOp::verify() {
  ObjectType keys = objectOf(getKeys()), begin = objectOf(getBegin());
  if (keys.rank() == 0 || begin.rank() != keys.rank())
    return emitOpError("has a key for each element of an axis, and a begin for each key [call.arity]");
  StringAttr elements = keys.getAxes().back(), values = begin.getAxes().back();
  if (!keys.isInteger() && keys.getElement() != values)
    return emitOpError("has keys that are neither integers nor indices of `") << values << "` [type.element]";
  SmallVector<StringAttr> axes(keys.getAxes());
  axes.back() = values;
  ObjectType bounds = ObjectType::get(getContext(), "i64").over(axes);
  ObjectType order = ObjectType::get(getContext(), elements.getValue()).over(keys.getAxes());
  if (begin != bounds || objectOf(getEnd()) != bounds || objectOf(getOrder()) != order ||
      objectOf(getSorted()) != ObjectType::get(getContext(), "bool"))
    return emitOpError("gives `") << bounds << "` twice, `" << order << "` and a bool [type.element]";
  return success();
}

LogicalResult InOrderOp::verify() {
  auto segments = getOrder().getDefiningOp<SegmentsOp>();
  auto list = dyn_cast<BlockArgument>(getElements());
  if (!segments || getOrder() != segments.getOrder() || getSorted() != segments.getSorted() ||
      !objectOf(segments.getKeys()).isIndex())
    return emitOpError("takes the order and the verdict of one `weft.segments` of indices [type.element]");
  if (!list || !isa<NetworkOp>(list.getOwner()->getParentOp()))
    return emitOpError("takes elements that are an input or a weight of the network [type.element]");
  ArrayRef<StringAttr> axes = objectOf(getOrder()).getAxes();
  if (axes.size() != 1 || objectOf(getElements()).getAxes() != axes)
    return emitOpError("takes one list, and an order of its elements [call.arity]");
  return success();
}

LogicalResult FoldOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto monoid = symbols.lookupNearestSymbolFrom<MonoidOp>(*this, getMonoidAttr());
  if (!monoid)
    return emitOpError("there is no monoid `") << getMonoid() << "` [name.unknown]";
  if (getArguments().front().getTerminator()->getOperandTypes() !=
      monoid.getLift().front().getArgumentTypes())
    return emitOpError("gives other arguments than the lift of `") << getMonoid() << "` takes [call.arity]";
  if (monoid.resultType() != getResult().getType())
    return emitOpError("gives `") << getResult().getType() << "`, but `" << getMonoid() << "` lowers to `"
                                  << monoid.resultType() << "` [type.element]";
  if (getLaws() && *getLaws() != monoid.getLaws())
    return emitOpError("claims other laws than `") << getMonoid() << "` has [claim.refuted]";
  return success();
}

void FoldOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  std::optional<ArrayAttr> names = getIndexNames();
  if (names && !region.empty())
    for (auto [index, name] : llvm::zip(region.front().getArguments(), *names))
      setName(index, cast<StringAttr>(name).getValue());
}

LogicalResult ReadOp::verifyRegions() {
  ObjectType wire = objectOf(getWire());
  if (getResult().getType() != wire.scalar())
    return emitOpError("gives `") << getResult().getType() << "` from a wire of `" << wire.scalar()
                                  << "` [type.element]";
  if (getPositions().size() != wire.rank())
    return emitOpError("has ") << getPositions().size() << " positions for " << wire.rank()
                               << " axes [call.arity]";
  bool mayMiss = !getOtherwise().empty();
  for (auto [position, axis] : llvm::zip(getPositions(), wire.getAxes())) {
    ObjectType type = objectOf(position);
    if (type.getElement() != axis && !(mayMiss && type.isInteger()))
      return emitOpError("reads axis `")
             << axis << "` at an index of `" << type.getElement() << "` [index.axis]";
  }
  if (mayMiss) {
    Operation *yield = getOtherwise().front().getTerminator();
    if (!isa<YieldOp>(yield) || yield->getOperandTypes() != TypeRange(getResult().getType()))
      return emitOpError("its default is of another type [type.element]");
  }
  return success();
}

// Constants print as `weft.constant 0.5 : type`, infinities by name.

ParseResult ConstantOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  bool negative = succeeded(parser.parseOptionalMinus());
  double number = 0;
  int64_t integer = 0;
  bool isInteger = false;
  if (succeeded(parser.parseOptionalKeyword("inf")))
    number = std::numeric_limits<double>::infinity();
  else if (succeeded(parser.parseOptionalKeyword("nan")))
    number = std::numeric_limits<double>::quiet_NaN();
  else {
    APInt magnitude;
    SMLoc place = parser.getCurrentLocation();
    OptionalParseResult parsed = parser.parseOptionalInteger(magnitude);
    if (parsed.has_value() && failed(*parsed))
      return failure();
    isInteger = parsed.has_value();
    // -2^63 is an integer whose digits alone are none.
    if (isInteger && magnitude.getActiveBits() > 63 &&
        !(negative && magnitude.isPowerOf2() && magnitude.getActiveBits() == 64))
      return parser.emitError(place, "integer value too large");
    integer = static_cast<int64_t>(magnitude.zextOrTrunc(64).getZExtValue());
    if (!isInteger && parser.parseFloat(number))
      return failure();
  }
  Type type;
  if (parser.parseOptionalAttrDict(result.attributes) || parser.parseColonType(type))
    return failure();
  bool isReal = isa<ObjectType>(type) && cast<ObjectType>(type).isReal();
  if (isReal && isInteger)
    number = static_cast<double>(static_cast<uint64_t>(integer));
  if (negative) {
    number = -number;
    integer = static_cast<int64_t>(0 - static_cast<uint64_t>(integer));
  }
  TypedAttr value =
      isReal ? TypedAttr(builder.getF64FloatAttr(number)) : TypedAttr(builder.getI64IntegerAttr(integer));
  result.addAttribute("value", value);
  result.addTypes(type);
  return success();
}

void ConstantOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  if (auto real = dyn_cast<FloatAttr>(getValue())) {
    APFloat number = real.getValue();
    if (number.isNaN())
      printer << "nan";
    else if (number.isInfinity())
      printer << (number.isNegative() ? "-inf" : "inf");
    else
      printer.printFloat(number);
  } else {
    printer << cast<IntegerAttr>(getValue()).getInt();
  }
  printer.printOptionalAttrDict((*this)->getAttrs(), {"value"});
  printer << " : " << getResult().getType();
}

LogicalResult ConstantOp::verify() {
  if (objectOf(getResult()).isReal() != isa<FloatAttr>(getValue()))
    return emitOpError("a real has an f64 attribute, everything else an i64 one [type.element]");
  return success();
}

LogicalResult SizeOp::verify() {
  ObjectType type = objectOf(getResult());
  if (!type.isReal() && !type.isInteger())
    return emitOpError("a size is a number [type.element]");
  return success();
}

static unsigned arity(Function function) {
  switch (function) {
  case Function::neg:
  case Function::abs:
  case Function::floor:
  case Function::exp:
  case Function::log:
  case Function::sqrt:
  case Function::rsqrt:
  case Function::sin:
  case Function::cos:
  case Function::tan:
  case Function::asin:
  case Function::acos:
  case Function::atan:
  case Function::tanh:
  case Function::erf:
  case Function::not_:
    return 1;
  case Function::select:
    return 3;
  default:
    return 2;
  }
}

static bool isComparison(Function function) { return function >= Function::eq && function <= Function::ge; }

// Which operands a function takes: equal types; integers have no real functions, truth values only theirs.
LogicalResult ApplyOp::verify() {
  Function function = getFunction();
  if (getValues().size() != arity(function))
    return emitOpError("`") << stringifyFunction(function) << "` takes " << arity(function)
                            << " values [call.arity]";
  ObjectType result = objectOf(getResult());
  ObjectType last = objectOf(getValues().back());
  if (function == Function::select) {
    if (!objectOf(getValues()[0]).isBool() || objectOf(getValues()[1]) != last || result != last)
      return emitOpError("`select` takes a bool and two values of its type [type.element]");
    return success();
  }
  if (objectOf(getValues()[0]) != last)
    return emitOpError("`") << stringifyFunction(function) << "` of `" << objectOf(getValues()[0])
                            << "` and `" << last << "` [type.element]";
  if (isComparison(function) ? !result.isBool() : result != last)
    return emitOpError("`") << stringifyFunction(function) << "` of `" << last << "` is not `" << result
                            << "` [type.element]";
  bool logical = function >= Function::not_;
  bool order = function >= Function::lt && function <= Function::ge;
  bool integral = function <= Function::mul || function == Function::neg || function == Function::abs ||
                  function == Function::min || function == Function::max;
  bool fits = isComparison(function) ? (!order || !last.isBool())
              : logical              ? last.isBool()
              : function == Function::div || function == Function::mod
                  ? last.isInteger()
                  : last.isReal() || (integral && last.isInteger());
  if (!fits)
    return emitOpError("`") << stringifyFunction(function) << "` is not defined on `" << last
                            << "` [type.element]";
  return success();
}

LogicalResult ConvertOp::verify() {
  if (objectOf(getResult()).isIndex())
    return emitOpError("an index is made by `weft.index` [type.element]");
  return success();
}

LogicalResult IndexOp::verify() {
  if (!objectOf(getNumber()).isInteger() || !objectOf(getResult()).isIndex())
    return emitOpError("makes an index of an axis from an integer [type.element]");
  return success();
}

LogicalResult IfOp::verifyRegions() {
  for (Region *region : {&getThenRegion(), &getElseRegion()}) {
    Operation *yield = region->front().getTerminator();
    if (!isa<YieldOp>(yield) || yield->getOperandTypes() != TypeRange(getResult().getType()))
      return emitOpError("both branches yield its type [type.element]");
  }
  return success();
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<MorphismOp>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError("there is no morphism `") << getCallee() << "` [name.unknown]";
  SmallVector<Type> inputs = llvm::to_vector(callee.getInputTypes().getAsValueRange<TypeAttr>());
  SmallVector<Type> outputs = llvm::to_vector(callee.getOutputTypes().getAsValueRange<TypeAttr>());
  if (getArguments().getTypes() != TypeRange(inputs) || outputs.size() != 1 ||
      outputs[0] != getResult().getType())
    return emitOpError("`") << getCallee() << "` takes or gives other scalars [type.element]";
  return success();
}

} // namespace weft
