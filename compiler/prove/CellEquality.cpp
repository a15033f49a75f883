// Two cells are equal when they start from the same morphisms and give each weight there the same value: what
// they make of the weights that they start from is compared, as a morphism without inputs.
#include "compiler/prove/ClaimVerdict.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace weft::prove {

namespace {

/// What simple cells make one after the other.
using Chain = SmallVector<MorphismOp>;

class CellComparison {
public:
  explicit CellComparison(ModuleOp program) : program(program), builder(program.getContext()) {
    builder.setInsertionPointToEnd(program.getBody());
    for (auto morphism : program.getOps<MorphismOp>())
      weights.add(morphism);
  }

  /// The chains of one side, by factor; empty where a symbol is none of a cell.
  SmallVector<Chain> chainsOf(Attribute side);
  ClaimVerdict compare(const Chain &a, const Chain &b);
  StringRef startOf(const Chain &chain) { return boxOf(chain.front()).getCallee(); }

private:
  using Wires = std::map<std::string, Value>;
  static BoxOp boxOf(MorphismOp cell) {
    auto boxes = cell.block().getOps<BoxOp>();
    return boxes.empty() ? BoxOp() : *boxes.begin();
  }
  MorphismOp mapOf(const Chain &chain);
  std::string otherWeights(MorphismOp a, MorphismOp b);
  std::optional<Wires> throughCell(MorphismOp cell, const Wires &stored, OpBuilder &inside);

  ModuleOp program;
  OpBuilder builder;
  StoredWeightTable weights;
};

} // namespace

SmallVector<Chain> CellComparison::chainsOf(Attribute side) {
  SmallVector<Chain> chains;
  auto factors = dyn_cast<ArrayAttr>(side);
  if (!factors)
    return {};
  for (Attribute factor : factors) {
    auto symbols = dyn_cast<ArrayAttr>(factor);
    if (!symbols || symbols.empty())
      return {};
    Chain &chain = chains.emplace_back();
    for (Attribute symbol : symbols) {
      auto reference = dyn_cast<FlatSymbolRefAttr>(symbol);
      MorphismOp made = reference ? weights.find(reference.getAttr()) : MorphismOp();
      if (!made || !boxOf(made))
        return {};
      chain.push_back(made);
    }
  }
  return chains;
}

// The weights of what a cell starts from, as wires made of those that it stores.
std::optional<CellComparison::Wires> CellComparison::throughCell(MorphismOp cell, const Wires &stored,
                                                                 OpBuilder &inside) {
  IRMapping map;
  for (unsigned i = 0; i < cell.weightCount(); ++i) {
    auto wire = stored.find(cast<StringAttr>(cell.getWeightNames()[i]).getValue().str());
    if (wire == stored.end() || wire->second.getType() != cell.weight(i).getType())
      return std::nullopt;
    map.map(cell.weight(i), wire->second);
  }
  BoxOp box = boxOf(cell);
  for (Operation &op : cell.block().without_terminator())
    if (&op != box.getOperation() && llvm::all_of(op.getOperands(), [&](Value v) { return map.contains(v); }))
      inside.clone(op, map);
  Wires result;
  for (auto [path, wire] : llvm::zip(box.tiedPaths(), box.getTied()))
    if (Value known = map.lookupOrNull(wire))
      result[path.str()] = known;
    else
      return std::nullopt;
  MorphismOp start = weights.find(box.getCalleeAttr().getAttr());
  if (!start)
    return std::nullopt;
  for (const OccurrenceWeight &weight : weights.of(start)) {
    auto kept = stored.find(joinPath(box.getName(), weight.path));
    if (result.count(weight.path))
      continue;
    if (kept == stored.end())
      return std::nullopt;
    result[weight.path] = kept->second;
  }
  return result;
}

MorphismOp CellComparison::mapOf(const Chain &chain) {
  MorphismOp last = chain.back();
  auto map = cast<MorphismOp>(builder.clone(*last));
  map.setSymName(("map of " + last.getSymName()).str());
  Block &block = map.block();
  block.clear();
  block.eraseArguments(0, block.getNumArguments());
  SmallVector<Attribute> names, weightTypes, inits;
  Wires wires;
  for (const OccurrenceWeight &weight : weights.of(last)) {
    names.push_back(builder.getStringAttr(weight.path));
    weightTypes.push_back(TypeAttr::get(weight.type));
    inits.push_back(builder.getUnitAttr());
    wires[weight.path] = block.addArgument(weight.type, weight.location);
  }
  OpBuilder inside = OpBuilder::atBlockEnd(&block);
  for (MorphismOp cell : llvm::reverse(chain)) {
    std::optional<Wires> before = throughCell(cell, wires, inside);
    if (!before) {
      map.erase();
      return {};
    }
    wires = std::move(*before);
  }
  SmallVector<Attribute> outputs, types;
  SmallVector<Value> results;
  for (auto &[path, wire] : wires) {
    outputs.push_back(builder.getStringAttr(path));
    types.push_back(TypeAttr::get(wire.getType()));
    results.push_back(wire);
  }
  ReturnOp::create(inside, map.getLoc(), results);
  map.setWeightNamesAttr(builder.getArrayAttr(names));
  map.setWeightTypesAttr(builder.getArrayAttr(weightTypes));
  map.setInitsAttr(builder.getArrayAttr(inits));
  map.setInputNamesAttr(builder.getArrayAttr({}));
  map.setInputTypesAttr(builder.getArrayAttr({}));
  map.setOutputNamesAttr(builder.getArrayAttr(outputs));
  map.setOutputTypesAttr(builder.getArrayAttr(types));
  return map;
}

// A weight that what one of the cells makes has, and what the other makes has not; empty where there is none.
std::string CellComparison::otherWeights(MorphismOp a, MorphismOp b) {
  for (auto [one, other] : {std::pair(a, b), {b, a}})
    for (const OccurrenceWeight &weight : weights.of(one))
      if (llvm::none_of(weights.of(other), [&](const OccurrenceWeight &w) { return w.path == weight.path; }))
        return "what one cell makes, `" + one.getSymName().str() + "`, has a weight `" + weight.path +
               "`, and what the other makes, `" + other.getSymName().str() + "`, has none of this name";
  return "";
}

ClaimVerdict CellComparison::compare(const Chain &a, const Chain &b) {
  if (std::string other = otherWeights(a.back(), b.back()); !other.empty()) {
    ClaimVerdict verdict;
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = other;
    return verdict;
  }
  MorphismOp first = mapOf(a), second = a == b ? first : mapOf(b);
  if (!first || !second) {
    ClaimVerdict verdict;
    verdict.how = "what one of the cells makes has other weights than what the next starts from";
    return verdict;
  }
  return decideEquality(program, first.getSymName(), second.getSymName());
}

static std::string listed(ArrayRef<StringRef> factors) { return "`" + llvm::join(factors, " * ") + "`"; }

ClaimVerdict decideCellEquality(ModuleOp program, ArrayAttr sides) {
  OwningOpRef<ModuleOp> copy = program.clone();
  CellComparison comparison(*copy);
  SmallVector<Chain> left, right;
  if (sides && sides.size() == 2) {
    left = comparison.chainsOf(sides[0]);
    right = comparison.chainsOf(sides[1]);
  }
  ClaimVerdict verdict;
  if (left.empty() || right.empty())
    return verdict;
  auto startsOf = [&](ArrayRef<Chain> chains) {
    return llvm::map_to_vector(chains, [&](const Chain &chain) { return comparison.startOf(chain); });
  };
  SmallVector<StringRef> from = startsOf(left), other = startsOf(right);
  if (from != other) {
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = "one starts from " + listed(from) + ", the other from " + listed(other);
    return verdict;
  }
  // All factors; what is shown of the whole is what is shown of the least certain.
  for (auto [a, b] : llvm::zip(left, right)) {
    ClaimVerdict one = comparison.compare(a, b);
    using Status = ClaimVerdict::Status;
    if (one.status == Status::refuted)
      return one;
    bool isLess = verdict.how.empty() || one.status == Status::unknown ||
                  (one.status == Status::evaluated && verdict.status == Status::proved);
    if (isLess && !(verdict.status == Status::unknown && !verdict.how.empty()))
      verdict = one;
  }
  return verdict;
}

} // namespace weft::prove
