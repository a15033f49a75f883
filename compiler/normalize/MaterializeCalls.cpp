// A call of a scalar morphism that repeats along an axis (it holds an `iterate`, say) cannot be written as an
// expression. Its arguments become wires over the indices in force at the call, the morphism is mapped over
// them, and the call becomes a read:   y[i] = f(x[i] + 1)   ⟹   a[i] = x[i] + 1   b = map f a   y[i] = b[i]
#include "compiler/normalize/DiagramInliner.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace weft {

static bool isMaterialized(CallOp call) {
  return !isExpression(SymbolTable::lookupNearestSymbolFrom<MorphismOp>(call, call.getCalleeAttr()));
}

// All indices in force at an operation, outermost first: those of the clause, then those of the folds around
// it.
static SmallVector<BlockArgument> indicesAt(Operation *op, Operation *clauseOwner) {
  SmallVector<BlockArgument> indices;
  for (Region *region = op->getParentRegion();; region = region->getParentOp()->getParentRegion()) {
    Block &block = region->front();
    bool isClause = region->getParentOp() == clauseOwner;
    size_t count =
        isClause ? block.getNumArguments() - clauseOwner->getNumOperands() : block.getNumArguments();
    indices.insert(indices.begin(), block.args_begin(), block.args_begin() + count);
    if (isClause)
      return indices;
  }
}

Operation *DiagramInliner::materializeCalls(Operation *op, InlinedOccurrence &occurrence) {
  bool needed = false;
  op->walk([&](CallOp call) { needed |= isMaterialized(call); });
  if (!needed)
    return op;
  OpBuilder beside(op);
  Operation *copy = beside.clone(*op);
  SmallVector<CallOp> calls;
  copy->walk([&](CallOp call) {
    if (isMaterialized(call))
      calls.push_back(call);
  });
  for (CallOp call : calls)
    materializeCall(copy, call, occurrence);
  return copy;
}

// One argument of a call as a wire over `vars`.
static NetworkWire argumentWire(OpBuilder &builder, Value argument, Operation *op, Block &clause,
                                ArrayRef<BlockArgument> indices, const LeadAxes &vars,
                                InlinedOccurrence &occurrence) {
  Location location = argument.getLoc();
  SmallVector<NetworkWire> wires;
  for (Value operand : op->getOperands())
    wires.push_back(occurrence.wires.lookup(operand).front());
  std::vector<OccurrenceWeight> called;
  collectOccurrences(clause, occurrence.path, {}, called);
  for (const OccurrenceWeight &weight : called)
    wires.push_back(occurrence.weights.lookup(weight.path));
  LeadAxes all = leadOf(wires);
  unite(all, vars);
  SmallVector<StringAttr> axes = llvm::map_to_vector(all, [](const LeadAxis &axis) { return axis.axis; });
  SmallVector<Value> operands =
      llvm::map_to_vector(wires, [](const NetworkWire &wire) { return wire.value; });
  auto equation = EquationOp::create(builder, location, cast<ObjectType>(argument.getType()).over(axes),
                                     builder.getStringAttr("argument"), nullptr, nullptr, operands, 1);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&equation.getClauses()[0]);
  llvm::DenseMap<unsigned, Value> leadIndices;
  SmallVector<Value> positions;
  for (const LeadAxis &axis : all)
    positions.push_back(leadIndices[axis.level] = block->addArgument(
                            ObjectType::get(builder.getContext(), axis.axis.getValue()), location));
  SmallVector<ClauseEmitter::LocalWire> locals;
  for (const NetworkWire &wire : wires)
    locals.push_back({ClauseEmitter::LocalWire::Kind::argument,
                      block->addArgument(wire.value.getType(), location), wire.lead});
  llvm::StringMap<ClauseEmitter::LocalWire> weights;
  for (auto [i, weight] : llvm::enumerate(called))
    weights[weight.path] = locals[op->getNumOperands() + i];
  ClauseEmitter emitter(builder, leadIndices, weights);
  ClauseEmitter::Scope &scope = emitter.newScope(occurrence.path);
  for (auto [index, axis] : llvm::zip(indices, vars))
    scope.scalars.map(index, leadIndices.lookup(axis.level));
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    scope.wires[clause.getArgument(clause.getNumArguments() - op->getNumOperands() + i)] = locals[i];
  DefineOp::create(builder, location, emitter.emitValue(argument, scope), positions);
  return {equation.getResult(), all};
}

void DiagramInliner::materializeCall(Operation *op, CallOp call, InlinedOccurrence &occurrence) {
  SmallVector<BlockArgument> indices = indicesAt(call, op);
  Region *clause = call->getParentRegion();
  while (clause->getParentOp() != op)
    clause = clause->getParentOp()->getParentRegion();
  LeadAxes vars;
  for (BlockArgument index : indices)
    vars.push_back(newLevel(cast<ObjectType>(index.getType()).getElement()));
  SmallVector<NetworkWires> inputs;
  for (Value argument : call.getArguments())
    inputs.push_back({argumentWire(builder, argument, op, clause->front(), indices, vars, occurrence)});
  auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(call, call.getCalleeAttr());
  llvm::append_range(enclosing, vars);
  NetworkWires results =
      inlineMorphism(callee, inputs, joinPath(occurrence.path, call.getName()), occurrence.weights);
  enclosing.pop_back_n(vars.size());
  NetworkWire result = broadcast(results.front(), vars, call.getLoc());
  result.lead.pop_back_n(vars.size());

  // The wire becomes an operand of the equation, and the call a read of it.
  op->insertOperands(op->getNumOperands(), result.value);
  occurrence.wires[result.value] = {result};
  SmallVector<StringAttr> axes = llvm::map_to_vector(vars, [](const LeadAxis &axis) { return axis.axis; });
  for (Region &region : op->getRegions())
    region.front().addArgument(cast<ObjectType>(call.getResult().getType()).over(axes), call.getLoc());
  OpBuilder inside(call);
  Block &block = clause->front();
  auto read = ReadOp::create(inside, call.getLoc(), call.getResult().getType(),
                             block.getArgument(block.getNumArguments() - 1),
                             SmallVector<Value>(indices.begin(), indices.end()));
  call.getResult().replaceAllUsesWith(read.getResult());
  call.erase();
}

} // namespace weft
