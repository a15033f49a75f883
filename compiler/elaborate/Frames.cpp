// Ways to repeat a box along an axis, and to iterate it.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

using Kind = ast::Diagram::Kind;

/// Which of a frame's inputs are states, elements and contexts.
struct Diagrams::FrameWires {
  std::string axis;
  std::vector<size_t> states, elements, contexts; // positions among the inputs

  std::vector<size_t> order() const {
    std::vector<size_t> all(states);
    all.insert(all.end(), elements.begin(), elements.end());
    all.insert(all.end(), contexts.begin(), contexts.end());
    return all;
  }
};

static const char *word(Kind kind) {
  switch (kind) {
  case Kind::map:
    return "map";
  case Kind::each:
    return "each";
  case Kind::chain:
    return "chain";
  case Kind::fold:
    return "fold";
  case Kind::scan:
    return "scan";
  case Kind::unfold:
    return "unfold";
  default:
    return "iterate";
  }
}

// How many inputs carry a state along; for `unfold` all that are no contexts.
static std::optional<size_t> stateCount(State &state, const ast::Diagram &d, const DiagramShape *shape,
                                        size_t inputs) {
  switch (d.kind) {
  case Kind::map:
  case Kind::each:
    return 0;
  case Kind::unfold:
    return inputs;
  case Kind::fold:
  case Kind::iterate:
    if (shape)
      return shape->outputs.size();
    break;
  default: {
    std::optional<int64_t> wires = d.states ? wholeNumber(d.states->text) : 1;
    if (!wires || *wires < 0 || *wires > static_cast<int64_t>(inputs)) {
      state.error("call.arity", d.states ? d.states->range : d.range,
                  "`" + std::string(word(d.kind)) + "` carries " + (d.states ? d.states->text : "1") +
                      " wires along, and there are " + std::to_string(inputs));
      return std::nullopt;
    }
    if (!shape)
      return *wires;
    return llvm::count_if(shape->inputs, [&](const auto &input) { return input.wire < *wires; });
  }
  }
  state.error("call.arity", d.parts[0]->range, "how many wires this gives is not known")
      .note("say the types of `id`, `copy` and `drop`: `id[X]`");
  return std::nullopt;
}

// Positions of the inputs that `with` names; reports names that the diagram does not have.
static bool contextWires(State &state, const ast::Diagram &d, const DiagramShape *shape,
                         std::set<size_t> &contexts) {
  for (const ast::Name &name : d.contexts) {
    bool found = false;
    for (size_t i = 0; shape && i < shape->inputs.size(); ++i)
      if (shape->inputs[i].name == name.text)
        found = contexts.insert(i).second || found;
    if (!found) {
      Diagnostic &error =
          state.error("name.unknown", name.range,
                      "`" + writtenText(d.parts[0]->range) + "` has no input wire `" + name.text + "`");
      std::string names;
      for (size_t i = 0; shape && i < shape->inputs.size(); ++i)
        names += (names.empty() ? "`" : ", `") + shape->inputs[i].name + "`";
      if (!names.empty())
        error.note("its input wires are " + names);
      return false;
    }
  }
  return true;
}

bool Diagrams::frameRoles(const ast::Diagram &diagram, const Values &inputs, FrameWires &wires) {
  wires.axis = resolveAxis(state, diagram.axis, environment);
  if (wires.axis.empty())
    return false;
  std::optional<DiagramShape> shape = shapeOf(state, *diagram.parts[0], environment);
  if (shape && shape->inputs.size() != inputs.size()) {
    state.error("call.arity", diagram.range,
                "`" + writtenText(diagram.range) + "` takes " + counted(shape->inputs.size(), "wire") +
                    ", and gets " + std::to_string(inputs.size()));
    return false;
  }
  std::set<size_t> contexts;
  if (!contextWires(state, diagram, shape ? &*shape : nullptr, contexts))
    return false;
  std::optional<size_t> states = stateCount(state, diagram, shape ? &*shape : nullptr, inputs.size());
  if (!states)
    return false;
  for (size_t i = 0; i < inputs.size(); ++i)
    (contexts.count(i) ? wires.contexts : i < *states ? wires.states : wires.elements).push_back(i);
  return true;
}

// The type of one element: the frame's axis is the first, and goes.
static Type elementType(State &state, Diagrams &diagrams, Value input, size_t position,
                        const std::string &axis, const ast::Diagram &d) {
  auto type = cast<ObjectType>(input.getType());
  if (!type.isScalar() && type.getAxes().front() == axis)
    return type.over(type.getAxes().drop_front());
  state
      .error("wire.axis", d.range,
             diagrams.origin(input) + " is `" + text(type) + "`, but input wire " +
                 std::to_string(position + 1) + " of `" + writtenText(d.range) + "` has `" + axis +
                 "` as its first axis")
      .note("a wire that is the same at every position is named by `with`");
  return {};
}

std::optional<MonoidValue> Diagrams::monoidOf(const ast::Diagram &diagram) {
  const ast::Diagram &inner = withoutGroups(diagram);
  if (inner.kind != Kind::instance || inner.brackets)
    return std::nullopt;
  auto parameter = environment.monoids.find(inner.name.text);
  if (parameter != environment.monoids.end())
    return parameter->second;
  const Entity *entity = state.scope.find(inner.name.text, environment.standard);
  if (entity && entity->kind == EntityKind::monoid)
    return MonoidValue{entity, {}};
  return std::nullopt;
}

bool Diagrams::checkWeightsClosed(mlir::Region &region, StringRef axis, Range range) {
  const AxisInfo &info = state.axis(axis);
  if (state.workspace->abstract || info.size.constant() || info.kind == AxisKind::abstract)
    return true;
  bool weights = false;
  region.walk([&](Operation *op) {
    StringRef callee;
    if (auto box = dyn_cast<BoxOp>(op))
      callee = box.getCallee();
    else if (auto call = dyn_cast<CallOp>(op))
      callee = call.getCallee();
    auto instance = state.workspace->instances.find(callee.str());
    weights |= instance != state.workspace->instances.end() && instance->second->hasWeights;
  });
  if (weights)
    state
        .error("weights.open", range,
               "each position of the open axis `" + axis.str() + "` would have weights of its own")
        .note(state.axis(axis).range, "`" + axis.str() + "` is declared here; weights have no open axes");
  return !weights;
}

template <typename Op>
static Operation *createFrame(OpBuilder &builder, Location location, TypeRange outputs, StringAttr name,
                              const std::string &axis, ValueRange states, ValueRange elements,
                              ValueRange contexts, mlir::Region &body) {
  Op op = Op::create(builder, location, outputs, name, axis, DenseI64ArrayAttr(), states, elements, contexts);
  op.getBody().takeBody(body);
  return op;
}

static Operation *createFrame(Kind kind, OpBuilder &builder, Location location, TypeRange outputs,
                              StringAttr name, const std::string &axis, ValueRange states,
                              ValueRange elements, ValueRange contexts, mlir::Region &body) {
  switch (kind) {
  case Kind::map:
    return createFrame<MapOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  case Kind::each:
    return createFrame<EachOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  case Kind::chain:
    return createFrame<ChainOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  case Kind::fold:
    return createFrame<FoldlOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  case Kind::scan:
    return createFrame<ScanOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  default:
    return createFrame<UnfoldOp>(builder, location, outputs, name, axis, states, elements, contexts, body);
  }
}

// States come back as they went in; the rest is collected along the axis.
static bool outputTypes(State &state, const ast::Diagram &d, const Values &inputs,
                        const std::vector<size_t> &states, const std::string &axis, const Values &results,
                        SmallVectorImpl<Type> &types) {
  bool onlyStates = d.kind == Kind::fold;
  if (results.size() < states.size() || (onlyStates && results.size() != states.size())) {
    state.error("call.arity", d.range,
                "`" + writtenText(d.parts[0]->range) + "` carries " + counted(states.size(), "wire") +
                    " along, and gives " + std::to_string(results.size()));
    return false;
  }
  for (auto [i, result] : llvm::enumerate(results)) {
    if (i >= states.size()) {
      types.push_back(prefix(result.getType(), axis));
      continue;
    }
    types.push_back(result.getType());
    Type before = inputs[states[i]].getType();
    if (before != result.getType()) {
      auto from = dyn_cast<ObjectType>(before), to = dyn_cast<ObjectType>(result.getType());
      bool sameAxes = from && to && from.getAxes() == to.getAxes();
      state
          .error(sameAxes ? "type.element" : "wire.axis", d.parts[0]->range,
                 "wire " + std::to_string(i + 1) + " is carried along: it goes in as `" + text(before) +
                     "` and comes out as `" + text(result.getType()) + "`")
          .note(d.kind == Kind::iterate ? "a step that is repeated gives back what it takes"
                                        : "what is carried from position to position keeps its type");
      return false;
    }
  }
  return true;
}

std::optional<Values> Diagrams::emitFrame(const ast::Diagram &diagram, StringRef name, Values inputs) {
  if (diagram.kind == Kind::fold || diagram.kind == Kind::scan)
    if (std::optional<MonoidValue> monoid = monoidOf(*diagram.parts[0]))
      return emitMonoidFrame(diagram, *monoid, inputs, diagram.kind == Kind::scan);
  FrameWires wires;
  if (!frameRoles(diagram, inputs, wires))
    return std::nullopt;
  SmallVector<Type> types(inputs.size());
  for (size_t i : wires.elements)
    if (!(types[i] = elementType(state, *this, inputs[i], i, wires.axis, diagram)))
      return std::nullopt;
  SmallVector<Type> blockTypes;
  SmallVector<Location> locations;
  for (size_t i : wires.order()) {
    blockTypes.push_back(types[i] ? types[i] : inputs[i].getType());
    locations.push_back(inputs[i].getLoc());
  }
  bool nameInside = singleInstance(*diagram.parts[0]);
  mlir::Region body;
  std::optional<Values> results;
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&body, body.end(), blockTypes, locations);
    Values inner(inputs.size());
    for (auto [i, argument] : llvm::zip(wires.order(), block->getArguments())) {
      inner[i] = argument;
      origins[argument] = origin(inputs[i]);
    }
    results = emit(*diagram.parts[0], nameInside ? name : "", inner, {});
    if (!results || !checkWeightsIfNeeded(diagram, body, wires.axis))
      return std::nullopt;
    YieldOp::create(builder, state.location(diagram.range), *results);
  }
  SmallVector<Type> outputs;
  if (!outputTypes(state, diagram, inputs, wires.states, wires.axis, *results, outputs))
    return std::nullopt;
  auto pick = [&](const std::vector<size_t> &positions) {
    Values chosen;
    for (size_t i : positions)
      chosen.push_back(inputs[i]);
    return chosen;
  };
  StringAttr own = nameInside || name.empty() ? StringAttr() : builder.getStringAttr(name);
  Operation *op = createFrame(diagram.kind, builder, state.location(diagram.range), outputs, own, wires.axis,
                              pick(wires.states), pick(wires.elements), pick(wires.contexts), body);
  for (auto [result, inner] : llvm::zip(op->getResults(), *results))
    origins[result] = origin(inner);
  return Values(op->getResults());
}

bool Diagrams::checkWeightsIfNeeded(const ast::Diagram &diagram, mlir::Region &body, StringRef axis) {
  bool own = diagram.kind == Kind::each || diagram.kind == Kind::chain;
  return !own || checkWeightsClosed(body, axis, diagram.range);
}

std::optional<Values> Diagrams::emitIterate(const ast::Diagram &diagram, StringRef name, Values inputs) {
  std::optional<DiagramShape> shape = shapeOf(state, *diagram.parts[0], environment);
  std::optional<size_t> states = stateCount(state, diagram, shape ? &*shape : nullptr, inputs.size());
  std::optional<Size> bound = evaluateSize(state, *diagram.budget, environment);
  if (!states || !bound)
    return std::nullopt;
  if (*states > inputs.size()) {
    state.error("call.arity", diagram.range,
                "`iterate` carries " + counted(*states, "wire") + " along, and gets " +
                    std::to_string(inputs.size()));
    return std::nullopt;
  }
  mlir::Region body;
  std::optional<Values> results;
  bool nameInside = singleInstance(*diagram.parts[0]);
  {
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<Location> locations;
    for (Value input : inputs)
      locations.push_back(input.getLoc());
    Block *block = builder.createBlock(&body, body.end(), ValueRange(inputs).getTypes(), locations);
    for (auto [argument, input] : llvm::zip(block->getArguments(), inputs))
      origins[argument] = origin(input);
    results = emit(*diagram.parts[0], nameInside ? name : "", Values(block->getArguments()), {});
    if (!results)
      return std::nullopt;
    YieldOp::create(builder, state.location(diagram.range), *results);
  }
  SmallVector<Type> outputs;
  std::vector<size_t> positions(*states);
  std::iota(positions.begin(), positions.end(), 0);
  if (!outputTypes(state, diagram, inputs, positions, "", *results, outputs) || outputs.size() != *states)
    return std::nullopt;
  outputs.push_back(state.scalarType("bool"));
  StringAttr own = nameInside || name.empty() ? StringAttr() : builder.getStringAttr(name);
  IterateOp op =
      IterateOp::create(builder, state.location(diagram.range), outputs, own, bound->text(),
                        ValueRange(inputs).take_front(*states), ValueRange(inputs).drop_front(*states));
  op.getBody().takeBody(body);
  for (auto [result, inner] : llvm::zip(op.getResults(), *results))
    origins[result] = origin(inner);
  origins[op.getResults().back()] = "the verdict of `iterate`";
  return Values(op.getResults());
}

} // namespace weft
