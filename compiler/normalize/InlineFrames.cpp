// Frames in the normal form: `map` and `each` are lead axes, all others are loops.
#include "compiler/normalize/DiagramInliner.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// `map` and `each`: the strength. An element's axis becomes a lead axis; nothing is written for the frame
// itself.

void DiagramInliner::inlineMap(Operation *op, StringAttr axis, Block &body, ValueRange elements,
                               ValueRange contexts, StringRef name, bool ownWeights,
                               InlinedOccurrence &occurrence) {
  LeadAxis here = newLevel(axis);
  std::string path = joinPath(occurrence.path, name);
  WeightTable indexed; // what is used inside, and nothing else
  if (ownWeights)
    for (const OccurrenceWeight &weight : usedWeights(body, path))
      (indexed[weight.path] = occurrence.weights.lookup(weight.path)).lead.push_back(here);
  InlinedOccurrence inner{path, ownWeights ? indexed : occurrence.weights};
  unsigned argument = 0;
  for (Value element : elements) {
    NetworkWires wires = occurrence.wires.lookup(element);
    for (NetworkWire &wire : wires)
      wire.lead.push_back(here);
    inner.wires[body.getArgument(argument++)] = wires;
  }
  for (Value context : contexts)
    inner.wires[body.getArgument(argument++)] = NetworkWires(occurrence.wires.lookup(context));
  enclosing.push_back(here);
  NetworkWires results = inlineBody(body, inner);
  enclosing.pop_back();
  for (NetworkWire &wire : results) {
    wire = broadcast(wire, {here}, op->getLoc());
    wire.lead.pop_back();
  }
  bind(op->getResults(), results, occurrence);
}

// `chain`, `scan`, `fold f`, `unfold`: one loop over a body.

template <typename Frame>
void DiagramInliner::inlineSequence(Frame frame, bool ownWeights, InlinedOccurrence &occurrence) {
  Location location = frame.getLoc();
  std::string path = joinPath(occurrence.path, frame.getName().value_or(""));
  std::vector<OccurrenceWeight> used = usedWeights(frame.block(), path);
  NetworkWires states = gather(frame.getStates(), occurrence),
               elements = gather(frame.getElements(), occurrence);
  NetworkWires outside = gather(frame.getContexts(), occurrence);
  llvm::append_range(outside, weightsUnder(used, occurrence.weights));
  if (ownWeights)
    llvm::append_range(elements, weightsUnder(used, occurrence.weights));
  LeadAxes lead = leadOf(states);
  unite(lead, leadOf(elements));
  unite(lead, leadOf(outside));

  SmallVector<Value> stateValues, elementValues;
  SmallVector<int64_t> depths;
  for (NetworkWire &state : states)
    stateValues.push_back(broadcast(state, lead, location).value);
  for (NetworkWire &element : elements) {
    elementValues.push_back(element.value);
    depths.push_back(element.lead.size());
  }
  auto bodyBlock = std::make_unique<Block>();
  WeightTable here;
  InlinedOccurrence inner{path, ownWeights ? here : occurrence.weights};
  OpBuilder::InsertionGuard guard(builder);
  OpBuilder::InsertPoint outsidePoint = builder.saveInsertionPoint();
  builder.setInsertionPointToStart(bodyBlock.get());
  NetworkWires arguments;
  for (Value state : stateValues)
    arguments.push_back({bodyBlock->addArgument(state.getType(), location), lead});
  for (NetworkWire &element : elements) {
    ObjectType type = objectOf(element.value);
    SmallVector<StringAttr> axes(type.getAxes());
    axes.erase(axes.begin() + element.lead.size());
    arguments.push_back({bodyBlock->addArgument(type.over(axes), location), element.lead});
  }
  if (ownWeights)
    for (auto [weight, wire] : llvm::zip(used, ArrayRef<NetworkWire>(arguments).take_back(used.size())))
      here[weight.path] = wire;
  ArrayRef<NetworkWire> rest = arguments;
  for (auto [i, operand] : llvm::enumerate(frame->getOperands())) {
    size_t count = flatten(operand.getType()).size();
    bool isContext = i >= frame.getStates().size() + frame.getElements().size();
    inner.wires[frame.block().getArgument(i)] =
        isContext ? NetworkWires(occurrence.wires.lookup(operand)) : NetworkWires(rest.take_front(count));
    if (!isContext)
      rest = rest.drop_front(count);
  }
  NetworkWires results = inlineBody(frame.block(), inner);
  SmallVector<Value> yielded;
  SmallVector<Type> types;
  for (auto [i, wire] : llvm::enumerate(results)) {
    if (i < states.size())
      wire = broadcast(wire, lead, location);
    ObjectType type = objectOf(wire.value);
    yielded.push_back(wire.value);
    if (i >= states.size()) {
      SmallVector<StringAttr> axes(type.getAxes());
      axes.insert(axes.begin() + wire.lead.size(), frame.getAxisAttr());
      type = type.over(axes);
      depths.push_back(wire.lead.size());
    }
    types.push_back(type);
  }
  YieldOp::create(builder, location, yielded);
  builder.restoreInsertionPoint(outsidePoint);
  auto scan = ScanOp::create(builder, location, types, nullptr, frame.getAxisAttr(),
                             builder.getDenseI64ArrayAttr(depths), stateValues, elementValues, ValueRange{});
  scan.getBody().push_back(bodyBlock.release());
  for (auto [wire, value] : llvm::zip(results, scan.getResults()))
    wire.value = value;
  bind(frame->getResults(), results, occurrence);
}

template void DiagramInliner::inlineSequence(ChainOp, bool, InlinedOccurrence &);
template void DiagramInliner::inlineSequence(ScanOp, bool, InlinedOccurrence &);
template void DiagramInliner::inlineSequence(FoldlOp, bool, InlinedOccurrence &);
template void DiagramInliner::inlineSequence(UnfoldOp, bool, InlinedOccurrence &);

// `iterate`: each position of the lead axes stops by itself, so lead axes become loops around it.

void DiagramInliner::inlineIterate(IterateOp loop, InlinedOccurrence &occurrence) {
  std::string path = joinPath(occurrence.path, loop.getName().value_or(""));
  NetworkWires operands = gather(loop->getOperands(), occurrence);
  LeadAxes lead = leadOf(operands);
  unite(lead, leadOf(weightsUnder(usedWeights(loop.block(), path), occurrence.weights)));
  bind(loop.getResults(), iterateOver(loop, operands, occurrence.weights, path, lead), occurrence);
}

NetworkWires DiagramInliner::iterateOver(IterateOp loop, ArrayRef<NetworkWire> operands,
                                         const WeightTable &weights, std::string path, LeadAxes lead) {
  if (lead.empty())
    return iteratePlain(loop, operands, weights, path);
  LeadAxis axis = lead.front();
  lead.erase(lead.begin());
  Location location = loop.getLoc();
  auto bodyBlock = std::make_unique<Block>();
  SmallVector<Value> elements;
  auto enter = [&](NetworkWire wire) {
    if (!contains(wire.lead, axis.level))
      return wire;
    ObjectType type = objectOf(wire.value);
    elements.push_back(wire.value);
    wire.lead.erase(wire.lead.begin());
    wire.value = bodyBlock->addArgument(type.over(type.getAxes().drop_front()), location);
    return wire;
  };
  SmallVector<NetworkWire> inside = llvm::map_to_vector(operands, enter);
  WeightTable weightsInside;
  for (const OccurrenceWeight &weight : usedWeights(loop.block(), path))
    weightsInside[weight.path] = enter(weights.lookup(weight.path));
  OpBuilder::InsertionGuard guard(builder);
  OpBuilder::InsertPoint outsidePoint = builder.saveInsertionPoint();
  builder.setInsertionPointToStart(bodyBlock.get());
  // Inside the loop there is a position.
  LeadAxes around = enclosing;
  llvm::erase_if(enclosing, [&](const LeadAxis &other) { return other.level == axis.level; });
  NetworkWires results = iterateOver(loop, inside, weightsInside, path, lead);
  enclosing = around;
  SmallVector<Type> types;
  SmallVector<Value> yielded;
  for (NetworkWire &wire : results) {
    SmallVector<StringAttr> axes{axis.axis};
    llvm::append_range(axes, objectOf(wire.value).getAxes());
    types.push_back(objectOf(wire.value).over(axes));
    yielded.push_back(wire.value);
  }
  YieldOp::create(builder, location, yielded);
  builder.restoreInsertionPoint(outsidePoint);
  SmallVector<int64_t> depths(elements.size() + yielded.size(), 0);
  auto scan = ScanOp::create(builder, location, types, nullptr, axis.axis,
                             builder.getDenseI64ArrayAttr(depths), ValueRange{}, elements, ValueRange{});
  scan.getBody().push_back(bodyBlock.release());
  for (auto [wire, value] : llvm::zip(results, scan.getResults())) {
    wire.value = value;
    wire.lead.insert(wire.lead.begin(), axis);
  }
  return results;
}

NetworkWires DiagramInliner::iteratePlain(IterateOp loop, ArrayRef<NetworkWire> operands,
                                          const WeightTable &weights, std::string path) {
  Location location = loop.getLoc();
  size_t stateCount = 0;
  for (Value state : loop.getStates())
    stateCount += flatten(state.getType()).size();
  SmallVector<Value> states;
  SmallVector<Type> types;
  auto bodyBlock = std::make_unique<Block>();
  NetworkWires inside(operands);
  for (NetworkWire &state : MutableArrayRef<NetworkWire>(inside).take_front(stateCount)) {
    states.push_back(state.value);
    types.push_back(state.value.getType());
    state.value = bodyBlock->addArgument(state.value.getType(), location);
  }
  types.push_back(ObjectType::get(builder.getContext(), "bool"));
  InlinedOccurrence inner{path, weights};
  bind(loop.block().getArguments(), inside, inner);
  OpBuilder::InsertionGuard guard(builder);
  OpBuilder::InsertPoint outsidePoint = builder.saveInsertionPoint();
  builder.setInsertionPointToStart(bodyBlock.get());
  NetworkWires results = inlineBody(loop.block(), inner);
  YieldOp::create(builder, location,
                  llvm::map_to_vector(results, [](const NetworkWire &wire) { return wire.value; }));
  builder.restoreInsertionPoint(outsidePoint);
  auto copy = IterateOp::create(builder, location, types, nullptr, loop.getBoundAttr(), states, ValueRange{});
  copy.getBody().push_back(bodyBlock.release());
  NetworkWires wires;
  for (Value value : copy.getResults())
    wires.push_back({value, {}});
  return wires;
}

} // namespace weft
