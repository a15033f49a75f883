// The order in which wires between equations have their axes: that in which contractions write them.
//
//     y[o, r, c] = sum[i](W[o, i] * x[i, r, c])   ⟹   y[r, c, o] = sum[i](W[o, i] * x[r, c, i])
//
// A contraction with a weight makes vectors along the weight's axes; where these come last they are stored
// whole, and read side by side by the contraction that follows. The law: a wire that is neither given to the
// network nor taken from it is seen by equations alone, which name each element by its indices.
//
// A wire that windows are read from has the terms of their sum last too; one that must stay is copied:
//
//     y[o, r, c] = sum[i, p, q](W[o, i, p, q] * x[i, r + p, c + q])
//     ⟹   x'[r, c, i] = x[i, r, c]   y[o, r, c] = sum[i, p, q](W[o, i, p, q] * x'[r + p, c + q, i])
#include "compiler/normalize/EquationWriter.h"
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "compiler/normalize/WireClasses.h"
#include "dialects/weft/AxisTable.h"
#include "llvm/ADT/MapVector.h"
#include <map>

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_ARRANGEAXES
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

// By new place of an axis, its old one.
using Order = SmallVector<unsigned>;

template <class Range> static auto inOrder(const Range &all, const Order &order) {
  return llvm::map_to_vector(order, [&](unsigned old) { return all[old]; });
}

// A fold over products of a weight with something else.
struct WeightedFold {
  FoldOp fold;
  ReadOp weight, other;
};

class AxisArranger {
public:
  AxisArranger(NetworkOp network, const AxisTable &axes) : network(network), axes(axes), classes(network) {
    network->walk([&](EquationOp equation) { equations.push_back(equation); });
    findConstants();
  }

  void run() {
    for (EquationOp equation : equations)
      if (std::optional<Order> order = orderOfContraction(equation))
        choose(equation.getResult(), *order);
    for (EquationOp equation : equations)
      arrangeWindows(equation);
    // What has no order of its own follows what it reads.
    for (bool changed = true; changed;) {
      changed = false;
      for (EquationOp equation : equations)
        if (std::optional<Order> order = orderOfWires(equation))
          changed |= choose(equation.getResult(), *order);
    }
    for (EquationOp equation : equations)
      rewrite(equation);
    for (auto &[leader, order] : orders)
      for (Value wire : classes.members(leader))
        wire.setType(objectOf(wire).over(inOrder(objectOf(wire).getAxes(), order)));
  }

private:
  bool choose(Value wire, const Order &order) {
    if (classes.isFixed(wire) || orders.contains(classes.leader(wire)))
      return false;
    orders[classes.leader(wire)] = order;
    return true;
  }

  const Order *orderOf(Value wire) const {
    auto it = orders.find(classes.leader(wire));
    return it == orders.end() ? nullptr : &it->second;
  }

  // Wires stand behind what they depend on: each is looked at once.
  void findConstants() {
    for (unsigned i = 0; i < network.weightCount(); ++i)
      constants.insert(network.weight(i));
    network->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto scan = dyn_cast<ScanOp>(op))
        for (auto [i, element] : llvm::enumerate(scan.getElements()))
          if (constants.contains(element))
            constants.insert(scan.block().getArgument(scan.getStates().size() + i));
      auto equation = dyn_cast<EquationOp>(op);
      if (equation && !equation.getWires().empty() &&
          llvm::all_of(equation.getWires(), [&](Value wire) { return constants.contains(wire); }))
        constants.insert(equation.getResult());
    });
  }

  // The indices at which an equation of one clause defines its wire, by axis; none when any place is no
  // index.
  static SmallVector<BlockArgument> definedAt(EquationOp equation) {
    if (equation.getClauses().size() != 1)
      return {};
    SmallVector<BlockArgument> indices;
    for (Value position : equation.define(0).getPositions())
      if (auto index = dyn_cast<BlockArgument>(position); index && !llvm::is_contained(indices, index))
        indices.push_back(index);
      else
        return {};
    return indices;
  }

  std::optional<WeightedFold> weightedFold(EquationOp equation) const {
    WeightedFold found;
    unsigned folds = 0, reads = 0;
    equation->walk([&](FoldOp fold) {
      ++folds;
      found.fold = fold;
      for (ReadOp read : fold.getArguments().front().getOps<ReadOp>()) {
        ++reads;
        (constants.contains(wireOf(read, equation)) ? found.weight : found.other) = read;
      }
    });
    if (folds != 1 || reads != 2 || !found.weight || !found.other)
      return std::nullopt;
    return found;
  }

  // The axes of a weight that one fold of the equation multiplies with something else go last.
  std::optional<Order> orderOfContraction(EquationOp equation) {
    SmallVector<BlockArgument> defined = definedAt(equation);
    if (defined.size() < 2 || constants.contains(equation.getResult()))
      return std::nullopt;
    std::optional<WeightedFold> sum = weightedFold(equation);
    if (!sum)
      return std::nullopt;
    auto ofWeight = [&](BlockArgument index) {
      return dependsOn(sum->weight, index) && !dependsOn(sum->other, index);
    };
    if (ofWeight(defined.back()) || llvm::none_of(defined, ofWeight))
      return std::nullopt;
    Order order;
    for (bool last : {false, true})
      for (auto [axis, index] : llvm::enumerate(defined))
        if (ofWeight(index) == last)
          order.push_back(axis);
    return order;
  }

  // Wires that windows are read from have the terms last.
  void arrangeWindows(EquationOp equation) {
    if (equation.getClauses().size() != 1)
      return;
    std::optional<WeightedFold> sum = weightedFold(equation);
    std::optional<Order> order = sum ? orderOfWindows(*sum, equation) : std::nullopt;
    if (!order)
      return;
    Value wire = wireOf(sum->other, equation);
    if (!classes.isFixed(wire)) {
      choose(wire, *order);
      return;
    }
    Value &copy = copies[{wire.getAsOpaquePointer(), *order}];
    if (!copy) {
      copy = copyOf(wire, *order);
      classes.fix(copy);
    }
    BlockArgument argument = addWire(equation, copy).front();
    sum->other.getWireMutable().assign(argument);
    sum->other.getPositionsMutable().assign(inOrder(SmallVector<Value>(sum->other.getPositions()), *order));
    prune(equation);
  }

  // The terms last: indices of the fold, positions of the wire as they are, that the weight has too. None
  // where they are last, where no window slides, or where an element is read too seldom to be worth its copy.
  std::optional<Order> orderOfWindows(WeightedFold sum, EquationOp equation) const {
    auto folded = sum.fold.getArguments().front().getArguments();
    auto isTerm = [&](Value position) {
      return llvm::is_contained(folded, position) && dependsOn(sum.weight, cast<BlockArgument>(position));
    };
    Order order, terms;
    double termCount = 1, readsOfElement = 1;
    bool slides = false;
    for (auto [axis, position] : llvm::enumerate(sum.other.getPositions())) {
      (isTerm(position) ? terms : order).push_back(axis);
      auto isIn = [&, position = position](BlockArgument index) { return dependsOn(position, index); };
      slides |= llvm::any_of(folded, isIn) && llvm::any_of(equation.indices(0), isIn);
    }
    if (!slides || terms.empty() || order.empty() || terms.front() == order.size())
      return std::nullopt;
    for (BlockArgument index : folded)
      (llvm::is_contained(sum.other.getPositions(), index) && isTerm(index) ? termCount : readsOfElement) *=
          sizeOf(index);
    for (BlockArgument index : equation.indices(0))
      if (!dependsOn(sum.other, index))
        readsOfElement *= sizeOf(index);
    if (termCount < fewestTerms || readsOfElement < fewestReads)
      return std::nullopt;
    llvm::append_range(order, terms);
    return order;
  }

  // What is fewer fills no vector; and copying an element takes as long as some dozens of multiply-adds, of
  // which terms that lie side by side save an eighth.
  static constexpr double fewestTerms = 16, fewestReads = 256;

  // Those of weights are known.
  double sizeOf(BlockArgument index) const {
    return static_cast<double>(axes.size(objectOf(index).getElement().getValue()).constant().value_or(1));
  }

  static Value copyOf(Value wire, const Order &order) {
    OpBuilder builder(wire.getContext());
    builder.setInsertionPointAfterValue(wire);
    auto dimensions =
        llvm::map_to_vector(objectOf(wire).getAxes(), [](StringAttr axis) { return Dimension{axis}; });
    NamedWire whole{
        wire, llvm::map_to_vector(dimensions, [](Dimension &each) -> const Dimension * { return &each; })};
    return EquationWriter::define(builder, wire.getLoc(), builder.getStringAttr("copy"), objectOf(wire),
                                  inOrder(whole.dimensions, order),
                                  [&](EquationWriter &copy) { return copy.read(whole); })
        .value;
  }

  static Value wireOf(ReadOp read, EquationOp equation) {
    auto argument = cast<BlockArgument>(read.getWire());
    auto indices = argument.getOwner()->getNumArguments() - equation.getWires().size();
    return equation.getWires()[argument.getArgNumber() - indices];
  }

  static bool dependsOn(Value value, Value index) {
    bool found = value == index;
    forEachPart(value, [&](Operation *op) { found |= llvm::is_contained(op->getOperands(), index); });
    return found;
  }

  static bool dependsOn(ReadOp read, Value index) {
    return llvm::any_of(read.getPositions(), [&](Value position) { return dependsOn(position, index); });
  }

  // An equation whose every axis is one of a wire's that it reads, as maps and windows are.
  std::optional<Order> orderOfWires(EquationOp equation) {
    SmallVector<BlockArgument> defined = definedAt(equation);
    std::optional<Order> found;
    if (defined.size() < 2)
      return found;
    equation->walk([&](ReadOp read) {
      const Order *order = orderOf(wireOf(read, equation));
      if (found || !order || order->size() != defined.size())
        return;
      Order own;
      for (unsigned old : *order)
        for (auto [axis, index] : llvm::enumerate(defined))
          if (dependsOn(read.getPositions()[old], index))
            own.push_back(axis);
      llvm::SmallDenseSet<unsigned> distinct(own.begin(), own.end());
      if (own.size() == defined.size() && distinct.size() == own.size())
        found = own;
    });
    return found;
  }

  void rewrite(EquationOp equation) {
    equation->walk([&](ReadOp read) {
      if (const Order *order = orderOf(wireOf(read, equation)))
        read.getPositionsMutable().assign(inOrder(SmallVector<Value>(read.getPositions()), *order));
    });
    for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
      for (auto [i, wire] : llvm::enumerate(equation.getWires()))
        if (const Order *order = orderOf(wire)) {
          BlockArgument argument = equation.wireArgument(clause, i);
          argument.setType(objectOf(argument).over(inOrder(objectOf(argument).getAxes(), *order)));
        }
      if (const Order *order = orderOf(equation.getResult()))
        arrange(equation, clause, *order);
    }
  }

  // Where the clause is defined at indices alone they come in the order of the axes, as loops go over them.
  static void arrange(EquationOp equation, unsigned clause, const Order &order) {
    DefineOp define = equation.define(clause);
    define.getPositionsMutable().assign(inOrder(SmallVector<Value>(define.getPositions()), order));
    Block &block = *define->getBlock();
    SmallVector<BlockArgument> old(equation.indices(clause));
    SmallVector<Value> sorted(define.getPositions());
    if (sorted.size() != old.size() ||
        !llvm::all_of(old, [&](Value index) { return llvm::is_contained(sorted, index); }))
      return;
    for (auto [place, index] : llvm::enumerate(sorted)) {
      BlockArgument next = block.insertArgument(place, index.getType(), index.getLoc());
      index.replaceAllUsesWith(next);
    }
    block.eraseArguments(old.size(), old.size());
    if (std::optional<ArrayAttr> names = equation.getIndexNames(); names && clause < names->size())
      if (auto own = dyn_cast<ArrayAttr>((*names)[clause]); own && own.size() == old.size()) {
        SmallVector<Attribute> all(names->getValue()), parts;
        for (Value index : sorted)
          parts.push_back(own[std::distance(old.begin(), llvm::find(old, index))]);
        all[clause] = ArrayAttr::get(equation.getContext(), parts);
        equation.setIndexNamesAttr(ArrayAttr::get(equation.getContext(), all));
      }
  }

  NetworkOp network;
  const AxisTable &axes;
  WireClasses classes;
  SmallVector<EquationOp> equations;
  llvm::DenseSet<Value> constants;      // made of weights alone
  llvm::MapVector<Value, Order> orders; // by leader
  std::map<std::pair<void *, Order>, Value> copies;
};

struct ArrangeAxes : impl::ArrangeAxesBase<ArrangeAxes> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    getOperation()->walk([&](NetworkOp network) { AxisArranger(network, axes).run(); });
  }
};

} // namespace

} // namespace weft
