#include "compiler/target/cpu/FrontierStep.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class FrontierFinder {
public:
  explicit FrontierFinder(IterateOp loop) : loop(loop) {}

  std::string why;

  std::optional<FrontierStep> find() {
    bool found =
        findEquation() && findFold() && keepsOwn() && isLicensed() && findSegments() && findSources();
    return found ? std::optional(step) : std::nullopt;
  }

private:
  bool no(const Twine &reason) {
    why = reason.str();
    return false;
  }

  bool findEquation() {
    Block &body = loop.block();
    step.equation = dyn_cast<EquationOp>(body.front());
    bool isAlone = step.equation && loop.getStates().size() == 1 && loop.getContexts().empty() &&
                   llvm::range_size(body.without_terminator()) == 1 &&
                   body.getTerminator()->getOperand(0) == step.equation.getResult();
    if (!isAlone)
      return no("the step is more than one equation of one state");
    bool isPlain = step.equation.getClauses().size() == 1 && step.equation.indices(0).size() == 1 &&
                   llvm::equal(step.equation.define(0).getPositions(), step.equation.indices(0),
                               [](Value a, Value b) { return a == b; });
    if (!isPlain)
      return no("the state is no vector that one clause defines");
    step.nodes = objectOf(step.equation.indices(0)[0]).getElement();
    return true;
  }

  bool findFold() {
    unsigned folds = 0;
    step.equation->walk([&](FoldOp fold) {
      step.fold = fold;
      ++folds;
    });
    bool isOfEdges = folds == 1 && step.fold.isRanged() && step.fold.indices().size() == 1 &&
                     step.fold->getParentOp() == step.equation;
    if (!isOfEdges)
      return no("the step is no fold over the edges of a node");
    step.edges = objectOf(step.fold.indices()[0]).getElement();
    step.monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(step.fold, step.fold.getMonoidAttr());
    return true;
  }

  bool isState(Value wire) {
    auto argument = dyn_cast<BlockArgument>(wire);
    unsigned first = step.equation.indices(0).size();
    return argument && argument.getOwner() == &step.equation.getClauses()[0].front() &&
           argument.getArgNumber() >= first &&
           step.equation.getWires()[argument.getArgNumber() - first] == loop.block().getArgument(0);
  }

  bool isOwnElement(Value value) {
    auto read = value.getDefiningOp<ReadOp>();
    return read && isState(read.getWire()) && read.getPositions().front() == step.equation.indices(0)[0];
  }

  // The operation of the monoid joins what a node has and what comes to it.
  bool keepsOwn() {
    Value operation = step.monoid.getCombine().front().getTerminator()->getOperand(0);
    auto of = operation.getDefiningOp<ApplyOp>(),
         joined = step.equation.define(0).getValue().getDefiningOp<ApplyOp>();
    bool isPlain = step.monoid.getComponents().size() == 1 && step.monoid.hasUnit() && of &&
                   of->getNumOperands() == 2 && isa<BlockArgument>(of->getOperand(0)) &&
                   isa<BlockArgument>(of->getOperand(1)) &&
                   step.monoid.getLower().front().getTerminator()->getOperand(0) ==
                       step.monoid.getLower().front().getArgument(0);
    if (!isPlain)
      return no("`" + step.monoid.getSymName() + "` is not one operation of one component");
    bool joins = joined && joined.getFunction() == of.getFunction() && joined->getNumOperands() == 2;
    for (unsigned own : {0u, 1u})
      if (joins && isOwnElement(joined->getOperand(own)) &&
          joined->getOperand(1 - own) == step.fold.getResult())
        return true;
    return no("a node does not keep what it had by the operation of `" + step.monoid.getSymName() + "`");
  }

  bool isLicensed() {
    for (StringRef law : {"associative", "commutative", "idempotent"})
      if (!step.monoid.licenses(law))
        return no("`" + step.monoid.getSymName() + "` is not known to be " + law);
    StringRef element = objectOf(step.fold.getResult()).getElement();
    if (element == "f16" || element == "bf16")
      return no("values of sixteen bits are rounded when a round ends");
    bool isQuiet = isTotal(step.fold.getArguments()) &&
                   (step.fold.getMask().empty() || isTotal(step.fold.getMask())) &&
                   liftLiesInDomain(step.monoid);
    return isQuiet || no("what an edge gives may be an error");
  }

  bool findSegments() {
    auto low = step.fold.getRange()[0].getDefiningOp<ReadOp>();
    auto wire = low ? dyn_cast<BlockArgument>(low.getWire()) : BlockArgument();
    unsigned first = step.equation.indices(0).size();
    if (wire && wire.getArgNumber() >= first)
      step.segments = step.equation.getWires()[wire.getArgNumber() - first].getDefiningOp<SegmentsOp>();
    bool isOutside =
        step.segments && !loop->isAncestor(step.segments) && isListOfNodes(step.segments.getKeys());
    return isOutside || no("the edges' targets change, or are no nodes");
  }

  bool isListOfNodes(Value wire) {
    ObjectType type = objectOf(wire);
    return type.getElement() == step.nodes && type.rank() == 1 && type.getAxes()[0] == step.edges;
  }

  // An edge of the fold: its index, or what `order` makes of it.
  bool isEdge(Value value) {
    if (auto choice = value.getDefiningOp<IfOp>())
      value = choice.getThenRegion().front().getTerminator()->getOperand(0);
    auto index = dyn_cast<BlockArgument>(value);
    return index && index.getOwner()->getParentOp() == step.fold;
  }

  // The state is read at the sources of edges, and nowhere else.
  bool findSources() {
    WalkResult result = step.equation->walk([&](ReadOp read) {
      if (!isState(read.getWire()) || isOwnElement(read.getResult()))
        return WalkResult::advance();
      auto source = read.getPositions().front().getDefiningOp<ReadOp>();
      auto wire = source ? dyn_cast<BlockArgument>(source.getWire()) : BlockArgument();
      if (!wire || !read.getOtherwise().empty() || source.getPositions().size() != 1 ||
          !isEdge(source.getPositions()[0]))
        return WalkResult::interrupt();
      unsigned number = wire.getArgNumber() - step.equation.indices(0).size();
      Value sources = asGiven(step.equation.getWires()[number]);
      if (loop.block().getParent()->isAncestor(sources.getParentRegion()) || !isListOfNodes(sources) ||
          (step.sources && step.sources != sources))
        return WalkResult::interrupt();
      step.sources = sources;
      return WalkResult::advance();
    });
    bool isFound = !result.wasInterrupted() && step.sources;
    return isFound || no("the state is not read at one node of each edge");
  }

  IterateOp loop;
  FrontierStep step;
};

} // namespace

Value asGiven(Value list) {
  auto ordered = list.getDefiningOp<InOrderOp>();
  return ordered ? ordered.getElements() : list;
}

std::optional<FrontierStep> findFrontier(IterateOp loop, std::string *why) {
  FrontierFinder finder(loop);
  std::optional<FrontierStep> step = finder.find();
  if (why)
    *why = finder.why;
  return step;
}

} // namespace weft
