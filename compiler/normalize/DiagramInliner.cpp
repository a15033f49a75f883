#include "compiler/normalize/DiagramInliner.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

SmallVector<ObjectType> flatten(Type type) {
  SmallVector<ObjectType> parts;
  if (auto tuple = dyn_cast<TupleType>(type)) {
    for (Type part : tuple)
      llvm::append_range(parts, flatten(part));
  } else {
    parts.push_back(cast<ObjectType>(type));
  }
  return parts;
}

// Lead axes.

static bool contains(const LeadAxes &lead, unsigned level) {
  return llvm::any_of(lead, [&](const LeadAxis &axis) { return axis.level == level; });
}

static void unite(LeadAxes &all, const LeadAxes &more) {
  for (const LeadAxis &axis : more)
    if (!contains(all, axis.level))
      all.push_back(axis);
  llvm::sort(all, [](const LeadAxis &a, const LeadAxis &b) { return a.level < b.level; });
}

static LeadAxes leadOf(ArrayRef<NetworkWire> wires) {
  LeadAxes all;
  for (const NetworkWire &wire : wires)
    unite(all, wire.lead);
  return all;
}

static SmallVector<StringAttr> axesOf(const LeadAxes &lead) {
  return llvm::map_to_vector(lead, [](const LeadAxis &axis) { return axis.axis; });
}

// The type of a wire with these axes in front.
static ObjectType led(const LeadAxes &lead, ObjectType type) {
  SmallVector<StringAttr> axes = axesOf(lead);
  llvm::append_range(axes, type.getAxes());
  return type.over(axes);
}

static ObjectType ownType(const NetworkWire &wire) {
  ObjectType type = objectOf(wire.value);
  return type.over(type.getAxes().drop_front(wire.lead.size()));
}

// The weights that are used under a path.
static SmallVector<NetworkWire> weightsUnder(ArrayRef<OccurrenceWeight> used, const WeightTable &weights) {
  return llvm::map_to_vector(used,
                             [&](const OccurrenceWeight &weight) { return weights.lookup(weight.path); });
}

static std::vector<OccurrenceWeight> usedWeights(Block &body, StringRef path) {
  std::vector<OccurrenceWeight> used;
  collectOccurrences(body, path, {}, used);
  return used;
}

NetworkWires DiagramInliner::gather(ValueRange values, InlinedOccurrence &occurrence) {
  NetworkWires all;
  for (Value value : values)
    llvm::append_range(all, occurrence.wires.lookup(value));
  return all;
}

void DiagramInliner::bind(ValueRange values, ArrayRef<NetworkWire> wires, InlinedOccurrence &occurrence) {
  for (Value value : values) {
    size_t count = flatten(value.getType()).size();
    occurrence.wires[value] = NetworkWires(wires.take_front(count));
    wires = wires.drop_front(count);
  }
}

NetworkWire DiagramInliner::broadcast(const NetworkWire &wire, const LeadAxes &lead, Location location) {
  LeadAxes all = wire.lead;
  unite(all, lead);
  if (all.size() == wire.lead.size())
    return wire;
  ObjectType type = led(all, ownType(wire));
  auto equation = EquationOp::create(builder, location, type, builder.getStringAttr("broadcast"), nullptr,
                                     nullptr, ValueRange{wire.value}, 1);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&equation.getClauses()[0]);
  SmallVector<Value> indices, positions;
  for (StringAttr axis : type.getAxes())
    indices.push_back(block->addArgument(ObjectType::get(builder.getContext(), axis.getValue()), location));
  Value source = block->addArgument(wire.value.getType(), location);
  for (auto [axis, index] : llvm::zip(all, indices))
    if (contains(wire.lead, axis.level))
      positions.push_back(index);
  llvm::append_range(positions, ArrayRef<Value>(indices).drop_front(all.size()));
  auto read = ReadOp::create(builder, location, type.scalar(), source, positions);
  DefineOp::create(builder, location, read.getResult(), indices);
  return {equation.getResult(), all};
}

// Bodies.

NetworkWires DiagramInliner::inlineMorphism(MorphismOp morphism, ArrayRef<NetworkWires> inputs,
                                            std::string path, const WeightTable &weights) {
  InlinedOccurrence inner{std::move(path), weights};
  for (auto [i, wires] : llvm::enumerate(inputs))
    inner.wires[morphism.input(i)] = wires;
  // What the ties of a cell make of weights is in the table.
  if (BoxOp box = boxOfCell(morphism)) {
    inlineBox(box, inner);
    return gather(morphism.block().getTerminator()->getOperands(), inner);
  }
  for (unsigned i = 0; i < morphism.weightCount(); ++i) {
    StringRef name = cast<StringAttr>(morphism.getWeightNames()[i]).getValue();
    inner.wires[morphism.weight(i)] = {weights.lookup(joinPath(inner.path, name))};
  }
  return inlineBody(morphism.block(), inner);
}

NetworkWires DiagramInliner::inlineBody(Block &body, InlinedOccurrence &occurrence) {
  for (Operation &op : body.without_terminator())
    inlineOperation(op, occurrence);
  return gather(body.getTerminator()->getOperands(), occurrence);
}

void DiagramInliner::inlineOperation(Operation &op, InlinedOccurrence &occurrence) {
  TypeSwitch<Operation *>(&op)
      .Case([&](EquationOp equation) {
        occurrence.wires[equation.getResult()] = {inlineEquation(equation, occurrence)};
      })
      .Case([&](BoxOp box) { inlineBox(box, occurrence); })
      .Case([&](CopyOp copy) {
        for (Value result : copy.getResults())
          occurrence.wires[result] = NetworkWires(occurrence.wires.lookup(copy.getWire()));
      })
      .Case([&](PackOp pack) { occurrence.wires[pack.getPacked()] = gather(pack.getWires(), occurrence); })
      .Case([&](UnpackOp unpack) {
        bind(unpack.getResults(), gather(unpack.getPacked(), occurrence), occurrence);
      })
      .Case([&](GroupOp group) {
        InlinedOccurrence inner{joinPath(occurrence.path, group.getName()), occurrence.weights};
        for (auto [argument, wire] : llvm::zip(group.getBody().getArguments(), group.getWires()))
          inner.wires[argument] = NetworkWires(occurrence.wires.lookup(wire));
        bind(group.getResults(), inlineBody(group.getBody().front(), inner), occurrence);
      })
      .Case([&](ContractOp contract) { inlineContract(contract, occurrence); })
      .Case([&](MapOp map) {
        inlineMap(map, map.getAxisAttr(), map.block(), map.getElements(), map.getContexts(),
                  map.getName().value_or(""), false, occurrence);
      })
      .Case([&](EachOp each) {
        inlineMap(each, each.getAxisAttr(), each.block(), each.getElements(), each.getContexts(),
                  each.getName().value_or(""), true, occurrence);
      })
      .Case([&](ChainOp chain) { inlineSequence(chain, true, occurrence); })
      .Case([&](ScanOp scan) { inlineSequence(scan, false, occurrence); })
      .Case([&](FoldlOp fold) { inlineSequence(fold, false, occurrence); })
      .Case([&](UnfoldOp unfold) { inlineSequence(unfold, false, occurrence); })
      .Case([&](IterateOp loop) { inlineIterate(loop, occurrence); });
}

void DiagramInliner::inlineBox(BoxOp box, InlinedOccurrence &occurrence) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr());
  SmallVector<NetworkWires> inputs;
  for (Value wire : box.getWires())
    inputs.push_back(occurrence.wires.lookup(wire));
  std::string path = joinPath(occurrence.path, box.getName());
  bind(box.getResults(), inlineMorphism(callee, inputs, path, occurrence.weights), occurrence);
}

// Equations: every clause gets the lead indices first.

NetworkWire DiagramInliner::inlineEquation(EquationOp original, InlinedOccurrence &occurrence) {
  EquationOp equation = cast<EquationOp>(materializeCalls(original, occurrence));
  llvm::scope_exit eraseCopy([&] {
    if (equation != original)
      equation.erase();
  });
  NetworkWires wires = gather(equation.getWires(), occurrence);
  std::vector<OccurrenceWeight> called;
  for (Region &clause : equation.getClauses())
    collectOccurrences(clause.front(), occurrence.path, {}, called);
  llvm::append_range(wires, weightsUnder(called, occurrence.weights));
  LeadAxes lead = leadOf(wires);
  SmallVector<Value> operands =
      llvm::map_to_vector(wires, [](const NetworkWire &wire) { return wire.value; });
  auto result = EquationOp::create(builder, equation.getLoc(), led(lead, objectOf(equation.getResult())),
                                   builder.getStringAttr(joinPath(occurrence.path, equation.getName())),
                                   nullptr, nullptr, operands, equation.getClauses().size());
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&result.getClauses()[clause]);
    llvm::DenseMap<unsigned, Value> leadIndices;
    SmallVector<Value> positions;
    for (const LeadAxis &axis : lead) {
      Value index =
          block->addArgument(ObjectType::get(builder.getContext(), axis.axis.getValue()), equation.getLoc());
      leadIndices[axis.level] = index;
      positions.push_back(index);
    }
    SmallVector<Value> indices;
    for (BlockArgument index : equation.indices(clause))
      indices.push_back(block->addArgument(index.getType(), index.getLoc()));
    SmallVector<ClauseEmitter::LocalWire> locals;
    for (const NetworkWire &wire : wires)
      locals.push_back({ClauseEmitter::LocalWire::Kind::argument,
                        block->addArgument(wire.value.getType(), wire.value.getLoc()), wire.lead});
    llvm::StringMap<ClauseEmitter::LocalWire> weights;
    for (auto [i, weight] : llvm::enumerate(called))
      weights[weight.path] = locals[equation.getWires().size() + i];
    ClauseEmitter emitter(builder, leadIndices, weights);
    ClauseEmitter::Scope &scope = emitter.newScope(occurrence.path);
    for (auto [from, to] : llvm::zip(equation.indices(clause), indices))
      scope.scalars.map(from, to);
    for (unsigned i = 0; i < equation.getWires().size(); ++i)
      scope.wires[equation.wireArgument(clause, i)] = locals[i];
    SmallVector<Value> defined = emitter.emitBlock(equation.getClauses()[clause].front(), scope);
    llvm::append_range(positions, ArrayRef<Value>(defined).drop_front());
    DefineOp::create(builder, equation.define(clause).getLoc(), defined[0], positions);
    guardAgainstEmptiness(*block, lead);
  }
  return {result.getResult(), lead};
}

void DiagramInliner::inlineContract(ContractOp original, InlinedOccurrence &occurrence) {
  ContractOp contract = cast<ContractOp>(materializeCalls(original, occurrence));
  llvm::scope_exit eraseCopy([&] {
    if (contract != original)
      contract.erase();
  });
  NetworkWires wires = gather(contract.getWires(), occurrence);
  Block &from = contract.getCondition().front();
  std::vector<OccurrenceWeight> called = usedWeights(from, occurrence.path);
  llvm::append_range(wires, weightsUnder(called, occurrence.weights));
  LeadAxes lead = leadOf(wires);
  SmallVector<Value> operands =
      llvm::map_to_vector(wires, [](const NetworkWire &wire) { return wire.value; });
  SmallVector<Attribute> over;
  for (const LeadAxis &axis : lead)
    over.push_back(axis.axis);
  auto result = ContractOp::create(builder, contract.getLoc(), contract.getKind(), contract.getText(),
                                   builder.getArrayAttr(over), nullptr, operands);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&result.getCondition());
  llvm::DenseMap<unsigned, Value> leadIndices;
  for (const LeadAxis &axis : lead)
    leadIndices[axis.level] =
        block->addArgument(ObjectType::get(builder.getContext(), axis.axis.getValue()), contract.getLoc());
  SmallVector<ClauseEmitter::LocalWire> locals;
  for (const NetworkWire &wire : wires)
    locals.push_back({ClauseEmitter::LocalWire::Kind::argument,
                      block->addArgument(wire.value.getType(), wire.value.getLoc()), wire.lead});
  llvm::StringMap<ClauseEmitter::LocalWire> weights;
  for (auto [i, weight] : llvm::enumerate(called))
    weights[weight.path] = locals[contract.getWires().size() + i];
  ClauseEmitter emitter(builder, leadIndices, weights);
  ClauseEmitter::Scope &scope = emitter.newScope(occurrence.path);
  for (auto [argument, local] : llvm::zip(from.getArguments(), locals))
    scope.wires[argument] = local;
  YieldOp::create(builder, contract.getLoc(), emitter.emitBlock(from, scope));
  guardAgainstEmptiness(*block, lead);
}

// `map` and `each`: the strength. An element's axis becomes a lead axis; nothing is written for the frame
// itself.

void DiagramInliner::inlineMap(Operation *op, StringAttr axis, Block &body, ValueRange elements,
                               ValueRange contexts, StringRef name, bool ownWeights,
                               InlinedOccurrence &occurrence) {
  LeadAxis here = newLevel(axis);
  InlinedOccurrence inner{joinPath(occurrence.path, name), occurrence.weights};
  if (ownWeights)
    for (const OccurrenceWeight &weight : usedWeights(body, inner.path))
      inner.weights[weight.path].lead.push_back(here);
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
  InlinedOccurrence inner{path, occurrence.weights};
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
      inner.weights[weight.path] = wire;
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
  WeightTable weightsInside = weights;
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
