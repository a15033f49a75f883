// The same body at every index of an axis, in order.
#include "compiler/reference/Evaluation.h"
#include "dialects/weft/WeightPaths.h"

using namespace mlir;

namespace weft::reference {

template <typename Op> LogicalResult Evaluation::runFrame(Op frame, bool ownWeights) {
  FailureOr<int64_t> size = axisSize(frame.getAxis(), frame.getLoc());
  if (failed(size))
    return mlir::failure();
  size_t stateCount = frame.getStates().size();
  Wires states = wiresOf(frame.getStates()), elements = wiresOf(frame.getElements());
  Wires contexts = wiresOf(frame.getContexts()), collected;
  for (Value result : frame->getResults().drop_front(stateCount)) {
    FailureOr<Wire> wire = allocate(result.getType(), frame.getLoc());
    if (failed(wire))
      return mlir::failure();
    collected.push_back(*wire);
  }
  std::vector<bool> results = needs.yielded(frame.block(), stateCount, marked(frame->getResults()));
  Place outer = place;
  place.path = joinPath(outer.path, frame.getName().value_or(""));
  for (int64_t index = 0; index < *size; ++index) {
    if (ownWeights) {
      place.indices = outer.indices;
      place.indices.push_back(index);
    }
    Wires arguments(states);
    for (auto [i, element] : llvm::enumerate(elements))
      arguments.push_back(element.at(frame.elementDepth(i), index));
    arguments.append(contexts);
    indices.push_back({frame.getAxis().str(), index});
    FailureOr<Wires> yielded = runBlock(frame.block(), arguments, results);
    if (failed(yielded))
      return mlir::failure();
    indices.pop_back();
    states.assign(yielded->begin(), yielded->begin() + stateCount);
    for (auto [i, output] : llvm::enumerate(collected))
      if (results[stateCount + i])
        copyInto(output.at(frame.outputDepth(i), index), (*yielded)[stateCount + i]);
  }
  place = outer;
  states.append(collected);
  define(frame->getResults(), states);
  return success();
}

template LogicalResult Evaluation::runFrame(MapOp, bool);
template LogicalResult Evaluation::runFrame(EachOp, bool);
template LogicalResult Evaluation::runFrame(ChainOp, bool);
template LogicalResult Evaluation::runFrame(ScanOp, bool);
template LogicalResult Evaluation::runFrame(FoldlOp, bool);
template LogicalResult Evaluation::runFrame(UnfoldOp, bool);

} // namespace weft::reference
