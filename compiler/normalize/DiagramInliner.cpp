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

SmallVector<NetworkWire> weightsUnder(ArrayRef<OccurrenceWeight> used, const WeightTable &weights) {
  return llvm::map_to_vector(used,
                             [&](const OccurrenceWeight &weight) { return weights.lookup(weight.path); });
}

std::vector<OccurrenceWeight> usedWeights(Block &body, StringRef path) {
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

// A program has thousands of morphisms as easily as boxes: they are looked through once.
MorphismOp DiagramInliner::calleeOf(BoxOp box) {
  if (morphisms.empty())
    for (MorphismOp morphism : box->getParentOfType<ModuleOp>().getOps<MorphismOp>())
      morphisms[morphism.getSymNameAttr()] = morphism;
  return morphisms.lookup(box.getCalleeAttr().getAttr());
}

void DiagramInliner::inlineBox(BoxOp box, InlinedOccurrence &occurrence) {
  MorphismOp callee = calleeOf(box);
  SmallVector<NetworkWires> inputs;
  for (Value wire : box.getWires())
    inputs.push_back(occurrence.wires.lookup(wire));
  std::string path = joinPath(occurrence.path, box.getName());
  bind(box.getResults(), inlineMorphism(callee, inputs, path, occurrence.weights), occurrence);
}

namespace {

struct LocalWires {
  SmallVector<ClauseEmitter::LocalWire> all;
  llvm::StringMap<ClauseEmitter::LocalWire> weights; // by path
};

} // namespace

// A block's arguments for wires, of which the last are the weights that are called.
static LocalWires addArguments(Block &block, const NetworkWires &wires, ArrayRef<OccurrenceWeight> called) {
  LocalWires locals;
  for (const NetworkWire &wire : wires)
    locals.all.push_back({ClauseEmitter::LocalWire::Kind::argument,
                          block.addArgument(wire.value.getType(), wire.value.getLoc()), wire.lead});
  for (auto [weight, local] : llvm::zip(called, ArrayRef(locals.all).take_back(called.size())))
    locals.weights[weight.path] = local;
  return locals;
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
    LocalWires locals = addArguments(*block, wires, called);
    ClauseEmitter emitter(builder, leadIndices, locals.weights);
    ClauseEmitter::Scope &scope = emitter.newScope(occurrence.path);
    for (auto [from, to] : llvm::zip(equation.indices(clause), indices))
      scope.scalars.map(from, to);
    for (unsigned i = 0; i < equation.getWires().size(); ++i)
      scope.wires[equation.wireArgument(clause, i)] = locals.all[i];
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
  LocalWires locals = addArguments(*block, wires, called);
  ClauseEmitter emitter(builder, leadIndices, locals.weights);
  ClauseEmitter::Scope &scope = emitter.newScope(occurrence.path);
  for (auto [argument, local] : llvm::zip(from.getArguments(), locals.all))
    scope.wires[argument] = local;
  YieldOp::create(builder, contract.getLoc(), emitter.emitBlock(from, scope));
  guardAgainstEmptiness(*block, lead);
}

} // namespace weft
