// A morphism's operation: its wires and weights, its wiring or diagram, its contracts.
#include "compiler/elaborate/Morphisms.h"
#include "compiler/elaborate/MorphismBody.h"
#include "compiler/elaborate/Types.h"
#include "compiler/elaborate/Weights.h"

using namespace mlir;

namespace weft {

bool MorphismBody::declareWires(const std::vector<ast::Typed> &wires, Wire::Role role,
                                std::vector<std::string> &names, std::vector<Type> &types) {
  bool well = true;
  for (const ast::Typed &typed : wires) {
    Type type = resolveType(state, typed.type, environment);
    for (const ast::Name &name : typed.names) {
      names.push_back(name.text);
      types.push_back(type);
      well &= type && addWire(body, name, role, type);
    }
  }
  return well;
}

// Weights are stored: every axis has a size that is known.
bool MorphismBody::closed(const ast::Weight &weight, ObjectType type) {
  if (state.workspace->abstract)
    return true;
  for (StringAttr symbol : type.getAxes()) {
    const AxisInfo &axis = state.axis(symbol.getValue());
    if (axis.size.constant() || axis.kind == AxisKind::abstract)
      continue;
    state
        .error("weights.open", weight.type.range,
               "weight `" + weight.names.front().text + "` has the open axis `" + symbol.str() + "`")
        .note(axis.range,
              "`" + symbol.str() + "` is declared here, with a size known at the call only: give it one");
    return false;
  }
  return true;
}

// Of a morphism with `tie` equations, the weights that only they read belong to the cell, all others to what
// it starts from.
bool MorphismBody::isLeftOut(const std::string &weight) const {
  // A later stage finds them in what it starts from.
  if (instance.entity->untied && instance.entity->untied->cell)
    return true;
  auto ties = state.tieWeights.find(&ast);
  return ties != state.tieWeights.end() &&
         ties->second.count(weight) != size_t(instance.entity->cell != nullptr);
}

bool MorphismBody::declareWeights() {
  bool well = true;
  for (const ast::Weight &weight : ast.weights) {
    Type type = resolveType(state, weight.type, environment);
    Attribute initial = initialOf(state, weight, environment);
    auto object = dyn_cast_or_null<ObjectType>(type);
    if (type && !object)
      state.error("type.element", weight.type.range, "a weight is one object, and this is a product");
    if (!object || !initial || !closed(weight, object)) {
      well = false;
      continue;
    }
    for (const ast::Name &name : weight.names) {
      if (isLeftOut(name.text))
        continue;
      if (addWire(body, name, Wire::Role::weight, object))
        weights.push_back({name.text, name.text, initial});
      else
        well = false;
    }
  }
  return well;
}

bool MorphismBody::header() {
  bool well = declareWires(ast.inputs, Wire::Role::input, instance.inputNames, instance.inputs);
  well &= declareWires(ast.outputs, Wire::Role::output, instance.outputNames, instance.outputs);
  well &= declareWeights();
  instance.hasWeights |= !weights.empty();
  return well;
}

static ArrayAttr strings(OpBuilder &builder, const std::vector<std::string> &names) {
  SmallVector<StringRef> references(names.begin(), names.end());
  return builder.getStrArrayAttr(references);
}

// The operation with an empty body; its arguments become the values of inputs and weights.
void MorphismBody::createOp() {
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  std::vector<std::string> weightNames;
  SmallVector<Type> arguments(instance.inputs.begin(), instance.inputs.end()), weightTypes;
  SmallVector<Attribute> initials;
  SmallVector<Location> locations;
  for (const std::string &name : instance.inputNames) {
    Wire *wire = body.find(name);
    locations.push_back(state.location(wire ? wire->name.range : instance.range));
  }
  for (const WeightWire &weight : weights) {
    const Wire &wire = *body.find(weight.wire);
    weightNames.push_back(weight.name);
    weightTypes.push_back(wire.type);
    initials.push_back(weight.initial);
    arguments.push_back(wire.type);
    locations.push_back(state.location(wire.name.range));
  }
  SmallVector<Type> outputs(instance.outputs.begin(), instance.outputs.end());
  op = MorphismOp::create(
      builder, state.location(instance.range), instance.symbol, strings(builder, instance.inputNames),
      builder.getTypeArrayAttr(ArrayRef(arguments).take_front(instance.inputs.size())),
      strings(builder, weightNames), builder.getTypeArrayAttr(weightTypes), builder.getArrayAttr(initials),
      strings(builder, instance.outputNames), builder.getTypeArrayAttr(outputs));
  state.workspace->weights.add(op);
  body.builder.createBlock(&op.getBody(), op.getBody().end(), arguments, locations);
  for (auto [i, name] : llvm::enumerate(instance.inputNames)) {
    Wire *wire = body.find(name);
    if (wire)
      wire->value = op.input(i);
    body.diagrams.origins[op.input(i)] = "input wire `" + name + "`";
  }
  for (auto [i, weight] : llvm::enumerate(weights)) {
    body.find(weight.wire)->value = op.weight(i);
    body.diagrams.origins[op.weight(i)] = "weight `" + weight.name + "`";
  }
}

bool MorphismBody::wiring() {
  size_t errors = state.diagnostics.errorCount();
  declareWiring(body);
  createOp();
  nameOccurrences(state, ast, environment, body.occurrences);
  for (const ast::ExprPtr &condition : ast.required)
    emitContract(body, *condition, false);
  emitWiring(body);
  for (const ast::ExprPtr &condition : ast.ensured)
    emitContract(body, *condition, true);
  // After other errors it is not known what would have been used.
  if (errors == state.diagnostics.errorCount())
    reportUnused();
  return returnOutputs();
}

bool MorphismBody::returnOutputs() {
  Values outputs;
  bool well = true;
  for (const std::string &name : instance.outputNames) {
    Wire *wire = body.find(name);
    if (wire && !wire->defined) {
      state.error("wire.undefined", wire->name.range, "no equation defines output wire `" + name + "`")
          .note("write one: `" + name + " = …`, or `" + name + "[i] = …`");
      well = false;
    }
    if (!wire || !wire->value)
      well = false;
    else
      outputs.push_back(wire->value);
  }
  if (!well)
    return false;
  ReturnOp::create(body.builder, state.location(instance.range), outputs);
  return true;
}

void MorphismBody::reportUnused() {
  for (auto &[name, wire] : body.wires) {
    if (wire.used || wire.dropped || wire.role == Wire::Role::output)
      continue;
    bool isWeight = wire.role == Wire::Role::weight;
    std::string what = isWeight ? "weight" : wire.role == Wire::Role::input ? "input wire" : "wire";
    state.error("wire.unused", wire.name.range, what + " `" + name.str() + "` is not used")
        .note("deleting is said: `drop " + name.str() + "`");
  }
  for (const ast::Equation &equation : ast.equations) {
    if (equation.kind != ast::Equation::Kind::box)
      continue;
    for (const ast::Name &name : equation.names) {
      auto box = body.occurrences.boxes.find(name.text);
      bool mentioned = box == body.occurrences.boxes.end() || box->second.use ||
                       box->second.name.range.begin != name.range.begin;
      if (!mentioned)
        state.error("wire.unused", name.range, "box `" + name.text + "` is not used")
            .note("deleting is said: `drop " + name.text + "`");
    }
  }
}

static std::vector<std::string> distinctNames(std::vector<std::string> names) {
  std::set<std::string> taken;
  for (std::string &name : names) {
    std::string base = name;
    for (unsigned number = 2; !taken.insert(name).second; ++number)
      name = base + "_" + std::to_string(number);
  }
  return names;
}

// `morphism f = g ; h`: its wires are those of the diagram, flat.
bool MorphismBody::diagram() {
  nameOccurrences(state, *ast.diagram, environment, body.occurrences);
  std::optional<SmallVector<Type>> inputs = body.diagrams.headTypes(*ast.diagram);
  if (!inputs)
    return false;
  std::optional<DiagramShape> shape = shapeOf(state, *ast.diagram, environment);
  for (size_t i = 0; i < inputs->size(); ++i)
    instance.inputNames.push_back(shape && i < shape->inputs.size() ? shape->inputs[i].name
                                                                    : "x" + std::to_string(i + 1));
  instance.inputNames = distinctNames(instance.inputNames);
  instance.inputs.assign(inputs->begin(), inputs->end());
  createOp();
  std::optional<Values> outputs =
      body.diagrams.emit(*ast.diagram, "", Values(op.block().getArguments()), ArrayRef<Type>());
  if (!outputs)
    return false;
  for (size_t i = 0; i < outputs->size(); ++i) {
    instance.outputNames.push_back(shape && i < shape->outputs.size() ? shape->outputs[i]
                                                                      : "y" + std::to_string(i + 1));
    instance.outputs.push_back((*outputs)[i].getType());
  }
  instance.outputNames = distinctNames(instance.outputNames);
  OpBuilder &builder = body.builder;
  SmallVector<Type> types(instance.outputs.begin(), instance.outputs.end());
  op.setOutputNamesAttr(strings(builder, instance.outputNames));
  op.setOutputTypesAttr(builder.getTypeArrayAttr(types));
  ReturnOp::create(builder, state.location(ast.diagram->range), *outputs);
  return true;
}

void MorphismBody::finish() {
  if (!op)
    return;
  if (instance.failed) {
    state.workspace->weights.remove(op);
    op.erase();
    return;
  }
  makeLinear(op.block());
  countWeights(state, op, instance);
  checkWeightsUsed(state, op);
}

void elaborateMorphism(State &state, Instance &instance, const Environment &environment, bool withBody) {
  MorphismBody(state, instance, environment).run(withBody);
}

} // namespace weft
