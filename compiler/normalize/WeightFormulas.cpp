#include "compiler/normalize/WeightFormulas.h"
#include "compiler/normalize/ScanElements.h"
#include "compiler/normalize/SplitEquation.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

WeightFormulas::WeightFormulas(NetworkOp network) {
  for (unsigned i = 0; i < network.weightCount(); ++i)
    ofWeights.insert(network.weight(i));
  for (EquationOp equation : network.block().getOps<EquationOp>())
    if (!equation.getWires().empty() &&
        llvm::all_of(equation.getWires(), [&](Value wire) { return ofWeights.contains(wire); }))
      ofWeights.insert(equation.getResult());
}

bool WeightFormulas::isWeight(Value wire) const {
  while (wire && !ofWeights.contains(wire))
    wire = elementSource(wire);
  return static_cast<bool>(wire);
}

bool WeightFormulas::isStored(Value wire) const {
  while (Value source = elementSource(wire))
    wire = source;
  return ofWeights.contains(wire) && isa<NetworkOp>(wire.getParentBlock()->getParentOp());
}

EquationOp WeightFormulas::formulaOf(Value wire) {
  if (auto equation = wire.getDefiningOp<EquationOp>()) {
    return ofWeights.contains(wire) && equation.getClauses().size() == 1 ? equation : EquationOp();
  }
  Value source = elementSource(wire);
  if (!source || !isWeight(source))
    return {};
  auto [known, fresh] = local.try_emplace(wire);
  if (fresh) {
    auto argument = cast<BlockArgument>(wire);
    EquationOp formula = insideScan(argument, cast<ScanOp>(argument.getOwner()->getParentOp()));
    local[wire] = formula;
    return formula;
  }
  return known->second;
}

// Where each wire of a formula is read at an index: at one position and bare, in every read; none where it is
// not read at it. Nothing when the index is used in any other way.
static std::optional<SmallVector<std::optional<unsigned>>> positionsOf(EquationOp formula,
                                                                       BlockArgument index) {
  SmallVector<std::optional<unsigned>> positions(formula.getWires().size());
  unsigned uses = 0;
  for (unsigned i = 0; i < formula.getWires().size(); ++i) {
    std::optional<std::optional<unsigned>> common;
    for (Operation *user : formula.wireArgument(0, i).getUsers()) {
      auto read = dyn_cast<ReadOp>(user);
      if (!read)
        return std::nullopt;
      std::optional<unsigned> here;
      for (auto [at, position] : llvm::enumerate(read.getPositions()))
        if (position == index) {
          if (here)
            return std::nullopt;
          here = at;
          ++uses;
        }
      if (common && *common != here)
        return std::nullopt;
      common = here;
    }
    positions[i] = common.value_or(std::nullopt);
  }
  unsigned all = 0;
  for (OpOperand &use : index.getUses())
    all += !isa<DefineOp>(use.getOwner());
  return uses == all ? std::optional(positions) : std::nullopt;
}

// The formula of an element of a scan, for one position of it:
//   W[l, o, i] = s[l, o] * q[l, o, i]   scan over l (W)   ⟹   scan over l (s, q) { W[o, i] = s[o] * q[o, i] }
EquationOp WeightFormulas::insideScan(BlockArgument element, ScanOp scan) {
  size_t number = element.getArgNumber() - scan.getStates().size();
  int64_t depth = scan.elementDepth(number);
  EquationOp formula = formulaOf(scan.getElements()[number]);
  if (!formula)
    return {};
  auto index = dyn_cast<BlockArgument>(formula.define(0).getPositions()[depth]);
  auto positions = index ? positionsOf(formula, index) : std::nullopt;
  if (!positions)
    return {};
  SmallVector<Value> sources(formula.getWires());
  for (auto [source, position] : llvm::zip(sources, *positions))
    if (position)
      source = addElement(scan, source, *position);
  OpBuilder builder = OpBuilder::atBlockBegin(&scan.block());
  auto inside = cast<EquationOp>(builder.clone(*formula));
  for (auto [i, source] : llvm::enumerate(sources)) {
    BlockArgument wire = addWire(inside, source).front();
    for (Operation *user : llvm::make_early_inc_range(inside.wireArgument(0, i).getUsers())) {
      auto read = cast<ReadOp>(user);
      read.getWireMutable().assign(wire);
      if (std::optional<unsigned> position = (*positions)[i])
        read.getPositionsMutable().erase(*position);
    }
  }
  DefineOp define = inside.define(0);
  unsigned argument = cast<BlockArgument>(define.getPositions()[depth]).getArgNumber();
  define.getPositionsMutable().erase(depth);
  inside.removeIndexNamesAttr();
  SmallVector<StringAttr> axes(objectOf(inside.getResult()).getAxes());
  axes.erase(axes.begin() + depth);
  inside.getResult().setType(objectOf(inside.getResult()).over(axes));
  inside.getClauses()[0].front().eraseArgument(argument);
  prune(inside);
  made.push_back(inside);
  ofWeights.insert(inside.getResult());
  return inside;
}

void WeightFormulas::eraseUnused() {
  for (EquationOp formula : llvm::reverse(made))
    if (formula.getResult().use_empty()) {
      ofWeights.erase(formula.getResult());
      formula.erase();
    }
}

// An index of a block as a pair of new ones.
static PairOp splitIn(Block &block, unsigned number, PairOp pattern) {
  BlockArgument index = block.getArgument(number);
  SmallVector<Value> parts;
  for (auto [i, part] : llvm::enumerate(pattern.getParts()))
    parts.push_back(block.insertArgument(number + 1 + i, part.getType(), index.getLoc()));
  OpBuilder builder = OpBuilder::atBlockBegin(&block);
  auto pair = PairOp::create(builder, index.getLoc(), index.getType(), parts);
  index.replaceAllUsesWith(pair.getResult());
  block.eraseArgument(number);
  return pair;
}

static PairOp splitIndex(BlockArgument index, PairOp pattern) {
  Operation *owner = index.getOwner()->getParentOp();
  unsigned number = index.getArgNumber();
  PairOp here;
  if (auto equation = dyn_cast<EquationOp>(owner)) {
    equation.removeIndexNamesAttr();
    return splitIn(*index.getOwner(), number, pattern);
  }
  auto fold = cast<FoldOp>(owner);
  fold.removeIndexNamesAttr();
  Block *block = index.getOwner();
  for (Region &region : fold->getRegions())
    if (!region.empty()) {
      Block &inner = region.front();
      PairOp pair = splitIn(inner, number, pattern);
      if (&inner == block)
        here = pair;
    }
  return here;
}

// Makes what stands at a position fit the pattern by which a formula defines it.
static bool matchPosition(Value pattern, Value position, IRMapping &map) {
  if (isa<BlockArgument>(pattern)) {
    if (map.contains(pattern))
      return false;
    map.map(pattern, position);
    return true;
  }
  auto parts = pattern.getDefiningOp<PairOp>();
  auto pair = parts ? position.getDefiningOp<PairOp>() : PairOp();
  if (auto index = dyn_cast<BlockArgument>(position); index && parts)
    pair = splitIndex(index, parts);
  return pair && llvm::all_of(llvm::zip(parts.getParts(), pair.getParts()), [&](auto both) {
           return matchPosition(std::get<0>(both), std::get<1>(both), map);
         });
}

bool inlineFormula(EquationOp reader, ReadOp read, EquationOp formula) {
  if (!read.getOtherwise().empty())
    return false;
  IRMapping map;
  DefineOp define = formula.define(0);
  for (unsigned i = 0; i < define.getPositions().size(); ++i)
    if (!matchPosition(define.getPositions()[i], read.getPositions()[i], map))
      return false;
  for (unsigned i = 0; i < formula.getWires().size(); ++i)
    map.map(formula.wireArgument(0, i), addWire(reader, formula.getWires()[i]).front());
  // A position may have become a pair that stands where the read does not see it: the read sees its operands.
  OpBuilder builder(read);
  for (Operation &op : define->getBlock()->without_terminator())
    builder.clone(op, map);
  Value value = heldByWire(builder, read.getLoc(), map.lookupOrDefault(define.getValue()));
  read.getResult().replaceAllUsesWith(value);
  read.erase();
  return true;
}

} // namespace weft
