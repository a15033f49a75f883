// What a cell makes: the morphism that it starts from, and the equations of the weights that it ties.
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/MorphismBody.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace weft {

// The subject as one box, and in place of the weights that are tied the wires of their equations.
bool MorphismBody::cell() {
  const Instance *subject = cellSubject(state, *instance.entity, environment, instance.range);
  if (!subject || !declareWeights())
    return false;
  instance.inputNames = subject->inputNames;
  instance.outputNames = subject->outputNames;
  instance.inputs = subject->inputs;
  instance.outputs = subject->outputs;
  MorphismOp subjectOp = state.workspace->morphism(subject->symbol);
  ArrayRef<OccurrenceWeight> inside = state.workspace->weights.of(subjectOp);
  NewWeights newWeights;
  for (const WeightWire &weight : weights) {
    newWeights[weight.name] = cast<ObjectType>(body.find(weight.wire)->type).rank();
    if (llvm::none_of(inside, [&](const OccurrenceWeight &other) { return other.path == weight.name; }))
      continue;
    state
        .error("name.redefined", body.find(weight.wire)->name.range,
               "`" + weight.name + "` is a weight of `" + subject->name + "` already")
        .note("give the new weight another name");
    return false;
  }
  std::optional<TieExpansion> expansion =
      expandTies(state, *instance.entity->cell, environment, subjectOp, newWeights);
  if (!expansion)
    return false;
  environment = expansion->names;
  std::optional<TiePlan> plan = planTies(state, environment, std::move(*expansion), inside, newWeights);
  return plan && declareStored(*plan) && emitTied(*plan, *subject);
}

bool MorphismBody::declareStored(const TiePlan &plan) {
  auto declare = [&](const std::string &key, Wire::Role role, ObjectType type, Range range) {
    Wire wire;
    wire.role = role;
    wire.name = {key, range};
    wire.type = type;
    body.wireNames[key] = range;
    return &body.wires.insert({key, wire}).first->second;
  };
  for (const StoredWeight &weight : plan.stored) {
    declare(weight.wire, Wire::Role::weight, weight.type, weight.range);
    weights.push_back({weight.name, weight.wire, weight.init});
  }
  createOp();
  for (size_t i : plan.order)
    declare(plan.tied[i].wire, Wire::Role::inner, plan.tied[i].type, plan.tied[i].range);
  instance.hasWeights |= !weights.empty();
  return true;
}

bool MorphismBody::emitTied(TiePlan &plan, const Instance &subject) {
  llvm::SaveAndRestore tying(state.tying, true);
  for (size_t i : plan.order) {
    TiedWeight &tied = plan.tied[i];
    SmallVector<const ast::Equation *> clauses;
    for (auto &clause : tied.clauses)
      clauses.push_back(clause.get());
    llvm::SetVector<Wire *> read;
    for (const ast::Equation *clause : clauses)
      wiresRead(body, *clause->value, read);
    for (Wire *wire : read)
      wire->used = true;
    Wire &wire = *body.find(tied.wire);
    wire.value = emitIndexed(body, clauses, tied.type);
    if (!wire.value)
      return false;
  }
  SmallVector<StringRef> paths, cells;
  Values inputs, tiedWires;
  for (unsigned i = 0; i < op.inputCount(); ++i)
    inputs.push_back(op.input(i));
  for (const StoredWeight &weight : plan.stored)
    if (weight.stays) {
      paths.push_back(weight.name);
      cells.push_back("");
      tiedWires.push_back(body.find(weight.wire)->value);
    }
  for (const TiedWeight &tied : plan.tied)
    if (!tied.path.empty()) {
      paths.push_back(tied.path);
      cells.push_back(tied.cell);
      tiedWires.push_back(body.find(tied.wire)->value);
    }
  for (const WeightWire &weight : weights)
    if (const Wire &wire = *body.find(weight.wire); !wire.used) {
      state.error("weights.unused", wire.name.range,
                  "weight `" + weight.name + "` is in no equation of the cell");
      return false;
    }
  OpBuilder &builder = body.builder;
  auto listed = [&](ArrayRef<StringRef> texts) {
    return texts.empty() ? ArrayAttr() : builder.getStrArrayAttr(texts);
  };
  auto box = BoxOp::create(builder, state.location(instance.range), TypeRange(subject.outputs), "",
                           subject.symbol, inputs, listed(paths), tiedWires, listed(cells));
  ReturnOp::create(builder, state.location(instance.range), box.getOutputs());
  return true;
}

} // namespace weft
