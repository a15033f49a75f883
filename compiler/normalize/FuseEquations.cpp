// An equation that one other reads once, each element exactly where it needs it, is put in place of the read;
// small ones of no reals in place of each read:
//
//   t[s, h] = sum[m](x[s, m] * W[m, h])   y[s, h] = gelu(t[s, h] + b[h])   ⟹   y[s, h] = gelu(sum[m](…) +
//   b[h])
//
// The law: substitution. No element is computed twice, or it takes less than to write and read it; a
// contraction keeps its plain reads, and an equation has one fold at its outermost level. Of two errors the
// same one stays first. Equations stay of a size that later phases walk over again and again.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/PrefixFold.h"
#include "dialects/weft/Totality.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_FUSEEQUATIONS
#include "compiler/normalize/Passes.h.inc"

// More than this are not put in one equation: what it saves is memory traffic, of which there is little then.
constexpr unsigned mostOperations = 256;

static bool isLong(EquationOp equation) {
  unsigned count = 0;
  return equation
      ->walk([&](Operation *) {
        return ++count > mostOperations ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

// One clause that defines every element at its own indices.
static bool isPlain(EquationOp equation) {
  if (equation.getClauses().size() != 1)
    return false;
  DefineOp define = equation.define(0);
  auto indices = equation.indices(0);
  if (indices.size() != define.getPositions().size())
    return false;
  for (auto [index, position] : llvm::zip(indices, define.getPositions()))
    if (index != position)
      return false;
  return true;
}

static bool hasFold(EquationOp equation) {
  return equation->walk([](FoldOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

static bool isProductOfReads(FoldOp fold) {
  auto yields = fold.getArguments().front().getTerminator()->getOperands();
  auto product = yields.size() == 1 ? yields[0].getDefiningOp<ApplyOp>() : ApplyOp();
  return product && product.getFunction() == Function::mul &&
         llvm::all_of(product.getValues(), [](Value value) { return value.getDefiningOp<ReadOp>(); });
}

// The one read of a wire of the equation, or none.
static ReadOp onlyRead(EquationOp equation, unsigned wire) {
  ReadOp found;
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    for (Operation *user : equation.wireArgument(clause, wire).getUsers()) {
      auto read = dyn_cast<ReadOp>(user);
      if (found || !read || !read.getOtherwise().empty())
        return {};
      found = read;
    }
  return found;
}

// Whether the read meets each element of its wire at most once: a fold over all before a position looks at
// one element a position.
static bool readsEachOnce(ReadOp read, EquationOp reader, const AxisTable &axes) {
  SmallVector<BlockArgument> inForce = indicesInForce(read, reader);
  if (auto fold = dyn_cast<FoldOp>(read->getParentOp()))
    if (std::optional<PrefixFold> prefix = findPrefix(fold, axes))
      llvm::erase(inForce, prefix->position);
  llvm::SmallDenseSet<Value> seen;
  for (Value position : read.getPositions())
    if (!isa<BlockArgument>(position) || !seen.insert(position).second)
      return false;
  return seen.size() == inForce.size();
}

// Whether what may fail would come behind something else that may: of two errors the first is told.
static bool changesFirstError(EquationOp source, EquationOp reader) {
  auto mayFail = [](Operation &op) {
    return llvm::any_of(op.getRegions(), [](Region &region) { return !isTotal(region); });
  };
  // Further than this nobody looks.
  constexpr unsigned farthest = 64;
  if (!mayFail(*source))
    return false;
  unsigned distance = 0;
  for (Operation *op = source->getNextNode(); op != reader; op = op->getNextNode())
    if (++distance > farthest || mayFail(*op))
      return true;
  return false;
}

static bool mayFuse(EquationOp source, EquationOp reader, ReadOp read, const AxisTable &axes) {
  if (!read || !isPlain(source) || isLong(source) || isLong(reader) || !readsEachOnce(read, reader, axes))
    return false;
  auto around = dyn_cast<FoldOp>(read->getParentOp());
  if (around && isProductOfReads(around))
    return false;
  if (changesFirstError(source, reader))
    return false;
  if (!hasFold(source))
    return true;
  // A fold stays the only one of its equation, at the outermost level, and its elements keep their order.
  return read->getParentOp() == reader && !hasFold(reader) && isPlain(reader) &&
         llvm::equal(read.getPositions(), reader.define(0).getPositions());
}

static void fuse(EquationOp source, EquationOp reader, ReadOp read) {
  unsigned clause = read->getParentRegion()->getRegionNumber();
  for (Region *region = read->getParentRegion(); region->getParentOp() != reader;)
    clause = (region = region->getParentOp()->getParentRegion())->getRegionNumber();
  IRMapping map;
  for (unsigned i = 0; i < source.getWires().size(); ++i)
    map.map(source.wireArgument(0, i), addWire(reader, source.getWires()[i])[clause]);
  for (auto [index, position] : llvm::zip(source.indices(0), read.getPositions()))
    map.map(index, position);
  OpBuilder builder(read);
  DefineOp define = source.define(0);
  for (Operation &op : define->getBlock()->without_terminator())
    builder.clone(op, map);
  Value value = heldByWire(builder, read.getLoc(), map.lookupOrDefault(define.getValue()));
  read.getResult().replaceAllUsesWith(value);
  read.erase();
  prune(reader);
  if (source.getResult().use_empty())
    source.erase();
}

// Elements of axes, truth values and integers that a few operations make of what is there, and that two
// equations read.
static bool mayRepeat(EquationOp source) {
  constexpr size_t fewOperations = 24;
  Value wire = source.getResult();
  if (cast<ObjectType>(wire.getType()).isReal() || source.getClauses().size() != 1 || hasFold(source))
    return false;
  size_t operations = 0;
  source->walk([&](Operation *) { ++operations; });
  return operations <= fewOperations && llvm::range_size(wire.getUsers()) == 2 &&
         isTotal(source.getClauses().front());
}

static bool fuseOne(EquationOp reader, const AxisTable &axes) {
  for (auto [i, wire] : llvm::enumerate(reader.getWires())) {
    auto source = wire.getDefiningOp<EquationOp>();
    if (!source || source->getBlock() != reader->getBlock() || !(wire.hasOneUse() || mayRepeat(source)))
      continue;
    ReadOp read = onlyRead(reader, i);
    if (!mayFuse(source, reader, read, axes))
      continue;
    fuse(source, reader, read);
    return true;
  }
  return false;
}

namespace {
struct FuseEquations : impl::FuseEquationsBase<FuseEquations> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    SmallVector<EquationOp> equations;
    getOperation()->walk([&](NetworkOp network) {
      network->walk([&](EquationOp equation) { equations.push_back(equation); });
    });
    // Readers come after what they read, so what is fused away has been a reader before.
    for (EquationOp equation : equations)
      while (fuseOne(equation, axes))
        ;
  }
};
} // namespace

} // namespace weft
