// A fold over sorted elements reads a list by their order, and with what it finds there a row:
//
//   y[v, f] = M[p within (begin[v], end[v])](x[source[if sorted then p else order[p]], f])
//   ⟹  s = source in order
//       y[v, f] = M[p within (begin[v], end[v])](x[s[p], f])
//
// The law: reading a list by an order is reading the list in that order. The list is put in order once, where
// no element waits for another, instead of each time the fold passes.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_ORDERLISTS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class ListOrderer {
public:
  void run(EquationOp equation) {
    SmallVector<ReadOp> reads;
    equation->walk([&](ReadOp read) {
      if (isOfNetworksList(read, equation))
        reads.push_back(read);
    });
    for (ReadOp read : reads) {
      SegmentsOp segments = orderOf(read.getPositions()[0], equation);
      if (segments && isWorthwhile(read, segments, equation))
        putInOrder(read, segments, equation);
    }
    prune(equation);
  }

private:
  static bool isOfNetworksList(ReadOp read, EquationOp equation) {
    if (read.getPositions().size() != 1 || !read.getOtherwise().empty())
      return false;
    auto list = dyn_cast_if_present<BlockArgument>(wireOf(read.getWire(), equation));
    return list && isa<NetworkOp>(list.getOwner()->getParentOp());
  }

  // Where it says at which place something else is read, or is read in each round of a loop.
  static bool isWorthwhile(ReadOp read, SegmentsOp segments, EquationOp equation) {
    bool isPosition = llvm::any_of(read->getUsers(), [](Operation *user) { return isa<ReadOp>(user); });
    return isPosition || segments->getBlock() != equation->getBlock();
  }

  // What a clause's argument stands for; null for others.
  static Value wireOf(Value value, EquationOp equation) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || argument.getOwner()->getParentOp() != equation)
      return {};
    unsigned first = equation.indices(argument.getOwner()->getParent()->getRegionNumber()).size();
    return argument.getArgNumber() < first ? Value() : equation.getWires()[argument.getArgNumber() - first];
  }

  // Whose order a position is read by: `if sorted then p else order[p]`.
  static SegmentsOp orderOf(Value position, EquationOp equation) {
    auto choice = position.getDefiningOp<IfOp>();
    auto sorted = choice ? choice.getCondition().getDefiningOp<ReadOp>() : ReadOp();
    Value verdict = sorted ? wireOf(sorted.getWire(), equation) : Value();
    auto segments = verdict ? verdict.getDefiningOp<SegmentsOp>() : SegmentsOp();
    if (!segments || verdict != segments.getSorted() || !objectOf(segments.getKeys()).isIndex() ||
        objectOf(segments.getKeys()).rank() != 1)
      return {};
    auto ordered = choice.getElseRegion().front().getTerminator()->getOperand(0).getDefiningOp<ReadOp>();
    bool isOrder = ordered && wireOf(ordered.getWire(), equation) == segments.getOrder() &&
                   ordered.getPositions()[0] == placeIn(choice);
    return isOrder ? segments : SegmentsOp();
  }

  static Value placeIn(IfOp choice) { return choice.getThenRegion().front().getTerminator()->getOperand(0); }

  void putInOrder(ReadOp read, SegmentsOp segments, EquationOp equation) {
    Value place = placeIn(read.getPositions()[0].getDefiningOp<IfOp>());
    unsigned clause = cast<BlockArgument>(read.getWire()).getOwner()->getParent()->getRegionNumber();
    Value ordered = inOrder(wireOf(read.getWire(), equation), segments);
    auto known = llvm::find(equation.getWires(), ordered);
    Value argument = known == equation.getWires().end()
                         ? addWire(equation, ordered)[clause]
                         : equation.wireArgument(clause, known - equation.getWires().begin());
    read.getWireMutable().assign(argument);
    read.getPositionsMutable().assign(place);
  }

  Value inOrder(Value list, SegmentsOp segments) {
    Value &known = made[{list, segments}];
    if (!known) {
      OpBuilder builder(segments->getContext());
      builder.setInsertionPointAfter(segments);
      known = InOrderOp::create(builder, segments.getLoc(), list.getType(), list, segments.getOrder(),
                                segments.getSorted());
    }
    return known;
  }

  llvm::DenseMap<std::pair<Value, Operation *>, Value> made;
};

struct OrderLists : impl::OrderListsBase<OrderLists> {
  void runOnOperation() override {
    ListOrderer orderer;
    for (EquationOp equation : equationsOf(getOperation()))
      orderer.run(equation);
  }
};

} // namespace

} // namespace weft
