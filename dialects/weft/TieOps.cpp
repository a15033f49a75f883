// The map from stored weights to occurrences: its text, and what must hold of it.
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/FlopCounter.h"
#include "dialects/weft/TieForms.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

// `weft.ties @net stores(%W: type as "W" init …, …) { … }`.

ParseResult TiesOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringAttr symbol;
  if (parser.parseSymbolName(symbol))
    return failure();
  result.addAttribute("network", FlatSymbolRefAttr::get(symbol));
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<Attribute> names, inits;
  auto stored = [&]() -> ParseResult {
    OpAsmParser::Argument &next = arguments.emplace_back();
    std::string name;
    Attribute init = builder.getUnitAttr();
    if (parser.parseArgument(next) || parser.parseColonType(next.type) || parser.parseKeyword("as") ||
        parser.parseString(&name) ||
        (succeeded(parser.parseOptionalKeyword("init")) && parser.parseAttribute(init)))
      return failure();
    names.push_back(builder.getStringAttr(name));
    inits.push_back(init);
    return success();
  };
  if (parser.parseKeyword("stores") || parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, stored) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  result.addAttribute("weight_names", builder.getArrayAttr(names));
  result.addAttribute("inits", builder.getArrayAttr(inits));
  Region &body = *result.addRegion();
  if (parser.parseRegion(body, arguments))
    return failure();
  if (body.empty()) {
    Block &block = body.emplaceBlock();
    for (OpAsmParser::Argument &argument : arguments)
      block.addArgument(argument.type, parser.getEncodedSourceLoc(argument.ssaName.location));
  }
  return success();
}

void TiesOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getNetwork());
  printer << " stores(";
  llvm::interleaveComma(llvm::zip(block().getArguments(), getWeightNames(), getInits()), printer,
                        [&](auto stored) {
                          auto [argument, name, init] = stored;
                          printer.printRegionArgument(argument);
                          printer << " as ";
                          printer.printString(cast<StringAttr>(name).getValue());
                          if (!isa<UnitAttr>(init))
                            printer << " init " << init;
                        });
  printer << ")";
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"network", "weight_names", "inits"});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void TiesOp::getAsmBlockArgumentNames(Region &, OpAsmSetValueNameFn setName) {
  for (auto [argument, name] : llvm::zip(block().getArguments(), getWeightNames()))
    setName(argument, cast<StringAttr>(name).getValue());
}

// Whether a wire is read by a tie, directly or through equations; `reached` are those known to be.
static bool reachesTie(Value wire, llvm::DenseMap<Value, bool> &reached) {
  auto [known, fresh] = reached.try_emplace(wire, false);
  if (!fresh)
    return known->second;
  bool result = llvm::any_of(wire.getUsers(), [&](Operation *user) {
    return isa<TieOp>(user) || (isa<EquationOp>(user) && reachesTie(user->getResult(0), reached));
  });
  return reached[wire] = result;
}

static LogicalResult verifyCosts(TiesOp ties) {
  AxisTable axes(ties->getParentOfType<ModuleOp>());
  for (TieOp tie : ties.ties()) {
    if (!tie.getFlops())
      continue;
    std::optional<Size> flops = flopsBehind(tie.getWire(), axes);
    std::optional<int64_t> number = flops ? flops->constant() : std::nullopt;
    if (number && *number != static_cast<int64_t>(*tie.getFlops()))
      return tie.emitOpError("says that `") << tie.getPath() << "` takes " << *tie.getFlops()
                                            << " operations, but it takes " << *number << " [claim.refuted]";
  }
  return success();
}

LogicalResult TiesOp::verifyRegions() {
  if (getWeightNames().size() != block().getNumArguments() || getInits().size() != getWeightNames().size())
    return emitOpError("has one name and one initial value for each stored weight [call.arity]");
  llvm::StringSet<> stored, tied;
  for (auto name : getWeightNames().getAsRange<StringAttr>())
    if (!stored.insert(name).second)
      return emitOpError("stores `") << name.getValue() << "` twice [name.redefined]";
  for (Operation &op : block()) {
    auto tie = dyn_cast<TieOp>(op);
    if (!tie && !isa<EquationOp>(op))
      return op.emitOpError("stands among ties, which are equations and `weft.tie` [syntax]");
    if (tie && !tied.insert(tie.getPath()).second)
      return tie.emitOpError("gives `") << tie.getPath() << "` a second time [cell.twice]";
  }
  llvm::DenseMap<Value, bool> reached;
  for (auto [argument, name] : llvm::zip(block().getArguments(), getWeightNames()))
    if (!reachesTie(argument, reached))
      return emitOpError("stores `") << cast<StringAttr>(name).getValue()
                                     << "`, which no occurrence is made of [weights.unused]";
  return verifyCosts(*this);
}

// The weights of the map, and of the network or morphism that it belongs to.
static LogicalResult verifyStored(TiesOp ties, ArrayRef<std::pair<StringRef, Type>> stored) {
  if (stored.size() != ties.getWeightNames().size())
    return ties.emitOpError("stores ")
           << ties.getWeightNames().size() << " weights, but `" << ties.getNetwork() << "` stores "
           << stored.size() << " [weights.missing]";
  for (auto [i, weight] : llvm::enumerate(stored)) {
    StringRef name = cast<StringAttr>(ties.getWeightNames()[i]).getValue();
    if (name != weight.first)
      return ties.emitOpError("stores `") << name << "`, where `" << ties.getNetwork() << "` stores `"
                                          << weight.first << "` [cell.target]";
    if (ties.block().getArgument(i).getType() != weight.second)
      return ties.emitOpError("stores `") << name << "` as `" << ties.block().getArgument(i).getType()
                                          << "`, but it is `" << weight.second << "` [cell.axis]";
  }
  return success();
}

static LogicalResult verifyOccurrences(TiesOp ties, MorphismOp morphism) {
  llvm::StringMap<ObjectType> left;
  for (const OccurrenceWeight &weight : occurrencesOf(morphism))
    left[weight.path] = weight.type;
  for (TieOp tie : ties.ties()) {
    auto occurrence = left.find(tie.getPath());
    if (occurrence == left.end())
      return tie.emitOpError("`") << ties.getNetwork() << "` has no occurrence of a weight `" << tie.getPath()
                                  << "` [cell.target]";
    if (occurrence->second != tie.getWire().getType())
      return tie.emitOpError("weight `")
             << tie.getPath() << "` is `" << occurrence->second << "`, but the wire is `"
             << tie.getWire().getType() << "` [cell.axis]";
    left.erase(occurrence);
  }
  if (!left.empty())
    return ties.emitOpError("says nothing of weight `") << left.begin()->getKey() << "` [weights.missing]";
  return success();
}

LogicalResult TiesOp::verifySymbolUses(SymbolTableCollection &symbols) {
  SmallVector<std::pair<StringRef, Type>> stored;
  if (auto network = symbols.lookupNearestSymbolFrom<NetworkOp>(*this, getNetworkAttr())) {
    for (auto [i, name] : llvm::enumerate(network.getWeightNames().getAsRange<StringAttr>()))
      stored.push_back({name.getValue(), network.weight(i).getType()});
    return verifyStored(*this, stored);
  }
  auto morphism = symbols.lookupNearestSymbolFrom<MorphismOp>(*this, getNetworkAttr());
  // A map by itself, without the network, is checked by itself.
  if (!morphism)
    return success();
  std::vector<OccurrenceWeight> weights = weightsOf(morphism);
  for (const OccurrenceWeight &weight : weights)
    stored.push_back({weight.path, weight.type});
  if (failed(verifyStored(*this, stored)))
    return failure();
  return verifyOccurrences(*this, morphism);
}

LogicalResult TieOp::verify() {
  TieForm form = formOf(cast<TiesOp>((*this)->getParentOp()), getPath(), getWire());
  if (form != getForm())
    return emitOpError("says that `") << getPath() << "` is " << stringifyTieForm(getForm()) << ", but it is "
                                      << stringifyTieForm(form) << " [cell.target]";
  if (getFlops() && form != TieForm::computed)
    return emitOpError("counts operations of `") << getPath() << "`, which is not computed [cell.target]";
  return success();
}

} // namespace weft
