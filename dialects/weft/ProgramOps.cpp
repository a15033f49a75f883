// Axes, monoids, morphisms and networks: their text and what must hold of them.
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace weft {

LogicalResult AxisOp::verify() {
  if (!Size::parse(getSize().str()))
    return emitOpError("has no size in normal form: `") << getSize() << "` [syntax]";
  bool hasParts = getKind() == AxisKind::product || getKind() == AxisKind::sum;
  if (hasParts != getParts().has_value() || (getKind() == AxisKind::named) != getElements().has_value())
    return emitOpError(
        "a product or sum axis has `parts`, a named axis `elements` and no other has [syntax]");
  return success();
}

// Monoids.

llvm::StringRef MonoidOp::law(llvm::StringRef name) {
  auto status = getLaws().getAs<StringAttr>(name);
  return status ? status.getValue().split(' ').first : "";
}

bool MonoidOp::licenses(llvm::StringRef name) { return law(name) == "proved" || law(name) == "assumed"; }

ObjectType MonoidOp::resultType() {
  return cast<ObjectType>(getLower().front().getTerminator()->getOperand(0).getType());
}

static LogicalResult verifyYield(MonoidOp op, Region &region, StringRef name, TypeRange arguments,
                                 TypeRange results) {
  if (region.empty())
    return success();
  if (region.front().getArgumentTypes() != arguments)
    return op.emitOpError("the block of `") << name << "` does not take what it should [call.arity]";
  Operation *yield = region.front().getTerminator();
  if (!isa<YieldOp>(yield) || yield->getOperandTypes() != results)
    return op.emitOpError("`") << name << "` does not yield what it should [type.element]";
  return success();
}

LogicalResult MonoidOp::verifyRegions() {
  SmallVector<Type> carrier = llvm::to_vector(getCarrier().getAsValueRange<TypeAttr>());
  if (carrier.empty() || carrier.size() != getComponents().size())
    return emitOpError("needs one name and one type for each component [call.arity]");
  SmallVector<Type> two(carrier);
  two.append(carrier.begin(), carrier.end());
  Type boolType = ObjectType::get(getContext(), "bool");
  if (getLift().front().getNumArguments() != getLiftArguments().size())
    return emitOpError("lift takes other arguments than it names [call.arity]");
  Operation *lowered = getLower().front().getTerminator();
  if (!isa<YieldOp>(lowered) || lowered->getNumOperands() != 1)
    return emitOpError("`lower` yields one scalar [call.arity]");
  if (failed(verifyYield(*this, getDomain(), "domain", carrier, boolType)) ||
      failed(verifyYield(*this, getUnit(), "unit", {}, carrier)) ||
      failed(verifyYield(*this, getCombine(), "operation", two, carrier)) ||
      failed(verifyYield(*this, getLift(), "lift", getLift().front().getArgumentTypes(), carrier)) ||
      failed(verifyYield(*this, getLower(), "lower", carrier, lowered->getOperandTypes())))
    return failure();
  return success();
}

void MonoidOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  if (region.empty())
    return;
  Block &block = region.front();
  unsigned width = getComponents().size();
  auto component = [&](unsigned i) { return cast<StringAttr>(getComponents()[i]).str(); };
  for (auto [i, argument] : llvm::enumerate(block.getArguments())) {
    if (&region == &getCombine())
      setName(argument, (i < width ? "a_" : "b_") + component(i % width));
    else if (&region == &getLift() && i < getLiftArguments().size())
      setName(argument, cast<StringAttr>(getLiftArguments()[i]).getValue());
    else if (i < width)
      setName(argument, component(i));
  }
}

// Morphisms and networks: `@name(%x : type, …) weights(%W : type ~ init, …) -> (y : type, …) { … }`.

static ParseResult parseProgram(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr symbol;
  if (parser.parseSymbolName(symbol, "sym_name", result.attributes))
    return failure();
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<Attribute> names[3], types[3], inits;
  auto argument = [&](int group) -> ParseResult {
    OpAsmParser::Argument &next = arguments.emplace_back();
    std::string name;
    if (parser.parseArgument(next) || parser.parseColonType(next.type))
      return failure();
    names[group].push_back(builder.getStringAttr(StringRef(next.ssaName.name).drop_front()));
    types[group].push_back(TypeAttr::get(next.type));
    // A name that is not what the printer would write is given in quotes.
    if (succeeded(parser.parseOptionalKeyword("as")) && succeeded(parser.parseString(&name)))
      names[group].back() = builder.getStringAttr(name);
    if (group == 0)
      return success();
    Attribute init;
    if (succeeded(parser.parseOptionalKeyword("init")) && parser.parseAttribute(init))
      return failure();
    inits.push_back(init ? init : Attribute(builder.getUnitAttr()));
    return success();
  };
  auto output = [&]() -> ParseResult {
    std::string name;
    Type type;
    if (parser.parseKeywordOrString(&name) || parser.parseColonType(type))
      return failure();
    names[2].push_back(builder.getStringAttr(name));
    types[2].push_back(TypeAttr::get(type));
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&] { return argument(0); }))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("weights")) &&
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&] { return argument(1); }))
    return failure();
  if (parser.parseArrow() || parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, output) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  const char *keys[3][2] = {
      {"input_names", "input_types"}, {"weight_names", "weight_types"}, {"output_names", "output_types"}};
  for (int group = 0; group < 3; ++group) {
    result.addAttribute(keys[group][0], builder.getArrayAttr(names[group]));
    result.addAttribute(keys[group][1], builder.getArrayAttr(types[group]));
  }
  result.addAttribute("inits", builder.getArrayAttr(inits));
  return parser.parseRegion(*result.addRegion(), arguments);
}

template <typename Op> static void printProgram(Op op, OpAsmPrinter &printer) {
  auto wire = [&](BlockArgument argument, Attribute name) {
    printer.printRegionArgument(argument);
    StringRef text = cast<StringAttr>(name).getValue();
    printer << " as ";
    printer.printString(text);
  };
  printer << ' ';
  printer.printSymbolName(op.getSymName());
  printer << "(";
  llvm::interleaveComma(llvm::seq(0u, op.inputCount()), printer,
                        [&](unsigned i) { wire(op.input(i), op.getInputNames()[i]); });
  printer << ")";
  if (op.weightCount()) {
    printer << " weights(";
    llvm::interleaveComma(llvm::seq(0u, op.weightCount()), printer, [&](unsigned i) {
      wire(op.weight(i), op.getWeightNames()[i]);
      if (!isa<UnitAttr>(op.getInits()[i]))
        printer << " init " << op.getInits()[i];
    });
    printer << ")";
  }
  printer << " -> (";
  llvm::interleaveComma(llvm::seq<size_t>(0, op.getOutputNames().size()), printer, [&](size_t i) {
    printer.printKeywordOrString(cast<StringAttr>(op.getOutputNames()[i]).getValue());
    printer << ": " << op.getOutputTypes()[i];
  });
  printer << ")";
  printer.printOptionalAttrDictWithKeyword(op->getAttrs(),
                                           {"sym_name", "input_names", "input_types", "weight_names",
                                            "weight_types", "inits", "output_names", "output_types"});
  printer << ' ';
  printer.printRegion(op.getBody(), /*printEntryBlockArgs=*/false);
}

// Every wire is used exactly once: what is shared is copied, what is not needed is dropped.
static LogicalResult verifyUsedOnce(Operation *scope, Value wire, StringRef name) {
  if (wire.hasOneUse())
    return success();
  InFlightDiagnostic error = mlir::emitError(wire.getLoc())
                             << "wire `" << name << "` is "
                             << (wire.use_empty() ? "never used; delete it with `weft.drop` [wire.unused]"
                                                  : "used twice; share it with `weft.copy` [wire.unused]");
  return error;
}

template <typename Op> static LogicalResult verifyProgram(Op op) {
  Block &block = op.block();
  if (op.getInputTypes().size() != op.inputCount() || op.getWeightTypes().size() != op.weightCount() ||
      op.getInits().size() != op.weightCount() || op.getOutputTypes().size() != op.getOutputNames().size())
    return op.emitOpError("has names and types that do not match [call.arity]");
  SmallVector<Type> arguments = llvm::to_vector(op.getInputTypes().template getAsValueRange<TypeAttr>());
  llvm::append_range(arguments, op.getWeightTypes().template getAsValueRange<TypeAttr>());
  if (block.getArgumentTypes() != TypeRange(arguments))
    return op.emitOpError("its block does not take its wires and weights [type.element]");
  auto returned = dyn_cast<ReturnOp>(block.getTerminator());
  if (!returned)
    return op.emitOpError("ends in `weft.return` [syntax]");
  SmallVector<Type> outputs = llvm::to_vector(op.getOutputTypes().template getAsValueRange<TypeAttr>());
  if (returned.getOperandTypes() != TypeRange(outputs))
    return returned.emitOpError("gives other wires than `") << op.getSymName() << "` declares [wire.axis]";
  return success();
}

static LogicalResult verifyLinear(Block &block) {
  for (BlockArgument argument : block.getArguments())
    if (failed(verifyUsedOnce(block.getParentOp(), argument, "argument")))
      return failure();
  for (Operation &inner : block) {
    for (Value result : inner.getResults())
      if (failed(verifyUsedOnce(block.getParentOp(), result, "result")))
        return failure();
    if (isa<EquationOp, ContractOp>(inner))
      continue;
    for (Region &region : inner.getRegions())
      for (Block &nested : region)
        if (failed(verifyLinear(nested)))
          return failure();
  }
  return success();
}

ParseResult MorphismOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseProgram(parser, result);
}
void MorphismOp::print(OpAsmPrinter &printer) { printProgram(*this, printer); }
LogicalResult MorphismOp::verifyRegions() {
  if (failed(verifyProgram(*this)))
    return failure();
  return verifyLinear(block());
}
ParseResult NetworkOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseProgram(parser, result);
}
void NetworkOp::print(OpAsmPrinter &printer) { printProgram(*this, printer); }
LogicalResult NetworkOp::verifyRegions() { return verifyProgram(*this); }

template <typename Op> static void nameProgramArguments(Op op, OpAsmSetValueNameFn setName) {
  for (unsigned i = 0; i < op.inputCount(); ++i)
    setName(op.input(i), cast<StringAttr>(op.getInputNames()[i]).getValue());
  for (unsigned i = 0; i < op.weightCount(); ++i)
    setName(op.weight(i), cast<StringAttr>(op.getWeightNames()[i]).getValue());
}
void MorphismOp::getAsmBlockArgumentNames(Region &, OpAsmSetValueNameFn setName) {
  nameProgramArguments(*this, setName);
}
void NetworkOp::getAsmBlockArgumentNames(Region &, OpAsmSetValueNameFn setName) {
  nameProgramArguments(*this, setName);
}

} // namespace weft
