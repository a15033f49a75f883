// A weight that is another one read in another order (an alias, a transpose, a slice, the same for every
// layer) is read where it is stored, and never copied:
//
//   W[v, m] = token[m, v]   y[v] = sum[m](W[v, m] * x[m])   ⟹   y[v] = sum[m](token[m, v] * x[m])
//
// The law: substitution. An element of a scan that is such a view becomes the scan's element or, when it does
// not depend on the position, is read from outside.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_INLINEVIEWS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// The read that a view is: of one wire, at positions that are indices, constants, pairs and injections of
// them.
static ReadOp viewRead(EquationOp equation) {
  if (equation.getWires().size() != 1 || equation.getClauses().size() != 1)
    return {};
  DefineOp define = equation.define(0);
  if (!llvm::equal(define.getPositions(), equation.indices(0)))
    return {};
  for (Operation &op : define->getBlock()->without_terminator())
    if (!isa<ReadOp, ConstantOp, PairOp, InjectOp>(op))
      return {};
  auto read = define.getValue().getDefiningOp<ReadOp>();
  return read && read.getOtherwise().empty() && read.getWire() == equation.wireArgument(0, 0) ? read
                                                                                              : ReadOp();
}

// One read of the view, in a clause of `reader`, becomes a read of what the view reads.
static void replaceRead(ReadOp read, EquationOp view, BlockArgument source) {
  ReadOp inner = viewRead(view);
  IRMapping map;
  for (auto [index, position] : llvm::zip(view.indices(0), read.getPositions()))
    map.map(index, position);
  map.map(inner.getWire(), source);
  OpBuilder builder(read);
  for (Operation &op : inner->getBlock()->without_terminator())
    builder.clone(op, map);
  read.getResult().replaceAllUsesWith(map.lookup(inner.getResult()));
  read.erase();
}

// All reads of the view in an equation, when each is plain: positions with a default may lie outside.
static bool inlineInto(EquationOp reader, EquationOp view) {
  SmallVector<ReadOp> reads;
  for (unsigned wire = 0; wire < reader.getWires().size(); ++wire) {
    if (reader.getWires()[wire] != view.getResult())
      continue;
    for (unsigned clause = 0; clause < reader.getClauses().size(); ++clause)
      for (Operation *user : reader.wireArgument(clause, wire).getUsers()) {
        auto read = dyn_cast<ReadOp>(user);
        // A position that may raise an error is not left out, though the view may not need it.
        if (!read || !read.getOtherwise().empty() || !llvm::all_of(read.getPositions(), isTotal))
          return false;
        reads.push_back(read);
      }
  }
  SmallVector<BlockArgument> sources = addWire(reader, view.getWires()[0]);
  for (ReadOp read : reads) {
    Region *region = read->getParentRegion();
    while (region->getParentOp() != reader)
      region = region->getParentOp()->getParentRegion();
    replaceRead(read, view, sources[region->getRegionNumber()]);
  }
  prune(reader);
  return true;
}

// Where the view's source takes its index `depth`: nowhere, at one position and bare, or in a way that a scan
// cannot.
enum class Use { nowhere, bare, other };
static std::pair<Use, unsigned> useOf(EquationOp view, unsigned depth) {
  BlockArgument index = view.indices(0)[depth];
  ReadOp read = viewRead(view);
  std::pair<Use, unsigned> use{Use::nowhere, 0};
  for (auto [i, position] : llvm::enumerate(read.getPositions())) {
    if (position != index)
      continue;
    use = {use.first == Use::nowhere ? Use::bare : Use::other, i};
  }
  bool elsewhere =
      llvm::any_of(index.getUsers(), [&](Operation *user) { return !isa<DefineOp>(user) && user != read; });
  return elsewhere ? std::pair(Use::other, 0u) : use;
}

// The view at one position of a scan, as an equation at the head of its body.
static Value viewInside(OpBuilder &builder, EquationOp view, unsigned depth, Value source,
                        std::optional<unsigned> droppedPosition) {
  SmallVector<StringAttr> axes(objectOf(view.getResult()).getAxes());
  axes.erase(axes.begin() + depth);
  Location location = view.getLoc();
  auto inside = EquationOp::create(builder, location, objectOf(view.getResult()).over(axes),
                                   view.getNameAttr(), nullptr, nullptr, ValueRange{source}, 1);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&inside.getClauses()[0]);
  IRMapping map;
  SmallVector<Value> indices;
  for (auto [i, index] : llvm::enumerate(view.indices(0)))
    if (i != depth) {
      indices.push_back(block->addArgument(index.getType(), location));
      map.map(index, indices.back());
    }
  BlockArgument wire = block->addArgument(source.getType(), location);
  ReadOp read = viewRead(view);
  for (Operation &op : read->getBlock()->without_terminator())
    if (&op != read)
      builder.clone(op, map);
  SmallVector<Value> positions;
  for (auto [i, position] : llvm::enumerate(read.getPositions()))
    if (i != droppedPosition)
      positions.push_back(map.lookup(position));
  auto copy = ReadOp::create(builder, location, read.getResult().getType(), wire, positions);
  DefineOp::create(builder, location, copy.getResult(), indices);
  return inside.getResult();
}

namespace {

class Views {
public:
  /// Finds what is made of weights alone, and moves views into the scans that take them as elements.
  void collect(Block &block);
  void inlineAll();

private:
  bool isView(Value wire) const {
    auto equation = wire.getDefiningOp<EquationOp>();
    return equation && ofWeights.contains(wire) && viewRead(equation);
  }
  ScanOp takeFromSource(ScanOp scan);

  llvm::DenseSet<Value> ofWeights;
  SmallVector<EquationOp> views;
};

} // namespace

void Views::collect(Block &block) {
  if (auto network = dyn_cast<NetworkOp>(block.getParentOp()))
    for (unsigned i = 0; i < network.weightCount(); ++i)
      ofWeights.insert(network.weight(i));
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto equation = dyn_cast<EquationOp>(op)) {
      if (!llvm::all_of(equation.getWires(), [&](Value wire) { return ofWeights.contains(wire); }))
        continue;
      ofWeights.insert(equation.getResult());
      if (viewRead(equation))
        views.push_back(equation);
    } else if (auto scan = dyn_cast<ScanOp>(op)) {
      if (llvm::any_of(scan.getElements(), [&](Value element) { return isView(element); }))
        scan = takeFromSource(scan);
      for (auto [i, element] : llvm::enumerate(scan.getElements()))
        if (ofWeights.contains(element))
          ofWeights.insert(scan.block().getArgument(scan.getStates().size() + i));
      collect(scan.block());
    } else if (auto loop = dyn_cast<IterateOp>(op)) {
      collect(loop.block());
    }
  }
}

// Elements of a scan that are views are taken from what they read.
ScanOp Views::takeFromSource(ScanOp scan) {
  size_t states = scan.getStates().size();
  Block &body = scan.block();
  SmallVector<Value> elements(scan.getElements());
  SmallVector<int64_t> depths;
  for (unsigned i = 0; i < elements.size(); ++i)
    depths.push_back(scan.elementDepth(i));
  // A source that is a view too is an element in its turn; what is made for it stands before what reads it.
  for (unsigned i = 0; i < elements.size(); ++i) {
    if (!isView(elements[i]))
      continue;
    auto view = elements[i].getDefiningOp<EquationOp>();
    auto [use, position] = useOf(view, depths[i]);
    Value source = view.getWires()[0];
    if (use == Use::other)
      continue;
    std::optional<unsigned> dropped;
    if (use == Use::bare) {
      dropped = position;
      SmallVector<StringAttr> axes(objectOf(source).getAxes());
      axes.erase(axes.begin() + position);
      elements.push_back(source);
      depths.push_back(position);
      source = body.insertArgument(states + elements.size() - 1, objectOf(source).over(axes), view.getLoc());
    }
    OpBuilder inside = OpBuilder::atBlockBegin(&body);
    body.getArgument(states + i).replaceAllUsesWith(viewInside(inside, view, depths[i], source, dropped));
  }
  for (unsigned i = 0; i < scan->getNumResults() - states; ++i)
    depths.push_back(scan.outputDepth(i));
  OpBuilder builder(scan);
  auto replaced =
      ScanOp::create(builder, scan.getLoc(), scan->getResultTypes(), scan.getNameAttr(), scan.getAxisAttr(),
                     builder.getDenseI64ArrayAttr(depths), scan.getStates(), elements, scan.getContexts());
  replaced.getBody().takeBody(scan.getBody());
  scan->replaceAllUsesWith(replaced);
  scan.erase();
  return replaced;
}

// A view that another one reads is met first, so that chains collapse.
void Views::inlineAll() {
  for (EquationOp view : views) {
    llvm::SetVector<Operation *> users(view->user_begin(), view->user_end());
    for (Operation *user : users)
      if (auto reader = dyn_cast<EquationOp>(user))
        inlineInto(reader, view);
    if (view.getResult().use_empty())
      view.erase();
  }
}

namespace {
struct InlineViews : impl::InlineViewsBase<InlineViews> {
  void runOnOperation() override {
    for (NetworkOp network : getOperation().getOps<NetworkOp>()) {
      Views views;
      views.collect(network.block());
      views.inlineAll();
    }
  }
};
} // namespace

} // namespace weft
