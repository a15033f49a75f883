// Programs and their edges: what comes in is checked, what goes out is named.
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/Evaluation.h"
#include "dialects/weft/TieForms.h"
#include "dialects/weft/WeightPaths.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace weft::reference {

// Boxes nest at most so deep: a program cannot exhaust the stack.
static constexpr unsigned deepestBox = 500;

Evaluation::Evaluation(ModuleOp module, const Call &call)
    : module(module), call(call), symbols(module), needs(symbols), sizes(module, call.sizes),
      random(static_cast<unsigned>(call.jitterSeed)) {}

std::string Evaluation::indicesInForce() const {
  std::string text;
  for (const NamedIndex &index : indices)
    text += fmt::format("{} {} = {}", text.empty() ? ", at" : ",", index.name, index.value);
  return text;
}

LogicalResult Evaluation::fail(StringRef name, std::string message, Location location) {
  failure = Failure{name.str(), message + indicesInForce(), location};
  return mlir::failure();
}

FailureOr<int64_t> Evaluation::known(std::variant<int64_t, Failure> size) {
  if (const int64_t *value = std::get_if<int64_t>(&size))
    return *value;
  failure = std::get<Failure>(size);
  return mlir::failure();
}

FailureOr<int64_t> Evaluation::axisSize(StringRef axis, Location location) {
  return known(sizes.of(axis, location));
}

// An array from outside has the shape of its type, and elements that the type holds.
LogicalResult Evaluation::checkArray(const Array &array, ObjectType type, StringRef what, bool isWeight,
                                     Location location) {
  std::vector<int64_t> shape;
  std::pair<__int128, __int128> range = integerRange(type);
  for (StringAttr axis : type.getAxes()) {
    FailureOr<int64_t> size = axisSize(axis, location);
    if (failed(size))
      return mlir::failure();
    shape.push_back(*size);
  }
  if (shape != array.shape)
    return fail(isWeight ? "weights.shape" : "size.mismatch",
                fmt::format("{} has shape [{}], but its axes have sizes [{}]", what.str(),
                            fmt::join(array.shape, ", "), fmt::join(shape, ", ")),
                location);
  if (type.isIndex()) {
    FailureOr<int64_t> size = axisSize(type.getElement(), location);
    if (failed(size))
      return mlir::failure();
    range = {0, *size - 1};
  }
  for (int64_t value : array.integers)
    if (value < range.first || value > range.second)
      return fail(
          type.isIndex() ? "index.range" : "number.overflow",
          fmt::format("{} holds {}, which is no element of `{}`", what.str(), value, type.getElement().str()),
          location);
  return success();
}

FailureOr<Wire> Evaluation::takeInput(Type type, StringRef name, unsigned &part, Location location) {
  if (auto tuple = dyn_cast<TupleType>(type)) {
    Wire packed;
    for (Type inner : tuple) {
      FailureOr<Wire> wire = takeInput(inner, name, part, location);
      if (failed(wire))
        return mlir::failure();
      packed.parts.push_back(*wire);
    }
    return packed;
  }
  auto object = cast<ObjectType>(type);
  std::string key = part == ~0u ? name.str() : fmt::format("{}.{}", name.str(), part++);
  auto array = call.inputs.find(key);
  if (array == call.inputs.end())
    return fail("input.missing", fmt::format("input `{}` is not given", key), location);
  if (failed(checkArray(array->second, object, fmt::format("input `{}`", key), false, location)))
    return mlir::failure();
  return Wire{Tensor(object.isReal(), array->second), {}};
}

template <typename Op> FailureOr<Wires> Evaluation::bindInputs(Op entry) {
  Wires inputs;
  for (unsigned i = 0; i < entry.inputCount(); ++i) {
    unsigned part = isa<TupleType>(entry.input(i).getType()) ? 0 : ~0u;
    FailureOr<Wire> wire = takeInput(entry.input(i).getType(), cast<StringAttr>(entry.getInputNames()[i]),
                                     part, entry.input(i).getLoc());
    if (failed(wire))
      return mlir::failure();
    inputs.push_back(*wire);
  }
  return inputs;
}

// The parts of a packed output are outputs of their own, numbered in order.
void Evaluation::giveOutput(const Wire &wire, StringRef name, unsigned &part, Outcome &outcome) {
  for (const Wire &inner : wire.parts)
    giveOutput(inner, name, part, outcome);
  if (wire.parts.empty())
    outcome.outputs.emplace_back(part == ~0u ? name.str() : fmt::format("{}.{}", name.str(), part++),
                                 wire.tensor.toArray());
}

LogicalResult Evaluation::bindWeights(MorphismOp entry) {
  for (const OccurrenceWeight &weight : weightsOf(entry)) {
    auto array = call.weights.find(weight.path);
    if (array == call.weights.end())
      return fail("weights.missing", fmt::format("weight `{}` is not given", weight.path), weight.location);
    std::string what = fmt::format("weight `{}`", weight.path);
    if (failed(checkArray(array->second, weight.type, what, true, weight.location)))
      return mlir::failure();
    weights[weight.path] = {Tensor(weight.type.isReal(), array->second)};
  }
  TiesOp ties = tiesOf(module, entry.getSymName());
  return ties ? bindOccurrences(ties) : success();
}

// Where all cells are composed to one map, it says what the weights of all occurrences are.
LogicalResult Evaluation::bindOccurrences(TiesOp ties) {
  hasMap = true;
  needs.leaveTiesOut();
  llvm::StringMap<Weight> occurrences;
  for (auto [argument, name] :
       llvm::zip(ties.block().getArguments(), ties.getWeightNames().getAsRange<StringAttr>()))
    wires[argument] = {weights[name.getValue()].tensor, {}};
  for (Operation &op : ties.block()) {
    if (auto tie = dyn_cast<TieOp>(op))
      occurrences[tie.getPath()] = {wires[tie.getWire()].tensor};
    else if (failed(runEquation(cast<EquationOp>(op))))
      return mlir::failure();
  }
  weights = std::move(occurrences);
  return success();
}

// A network's weights are arguments of its block.
LogicalResult Evaluation::bindWeights(NetworkOp entry) {
  for (unsigned i = 0; i < entry.weightCount(); ++i) {
    std::string path = cast<StringAttr>(entry.getWeightNames()[i]).str();
    Location location = entry.weight(i).getLoc();
    auto array = call.weights.find(path);
    if (array == call.weights.end())
      return fail("weights.missing", fmt::format("weight `{}` is not given", path), location);
    auto type = cast<ObjectType>(entry.weight(i).getType());
    if (failed(checkArray(array->second, type, fmt::format("weight `{}`", path), true, location)))
      return mlir::failure();
    wires[entry.weight(i)] = {Tensor(type.isReal(), array->second), {}};
  }
  return success();
}

template <typename Op> LogicalResult Evaluation::runEntry(Op entry, Outcome &outcome) {
  FailureOr<Wires> inputs = bindInputs(entry);
  if (failed(inputs) || failed(bindWeights(entry)))
    return mlir::failure();
  FailureOr<Wires> outputs;
  std::vector<bool> all(entry.getOutputNames().size(), true);
  if constexpr (std::is_same_v<Op, MorphismOp>)
    outputs = runMorphism(entry, *inputs, "", all);
  else
    outputs = runBlock(entry.block(), *inputs, all);
  if (failed(outputs))
    return mlir::failure();
  for (auto [wire, name] : llvm::zip(*outputs, entry.getOutputNames())) {
    unsigned part = wire.parts.empty() ? ~0u : 0;
    giveOutput(wire, cast<StringAttr>(name), part, outcome);
  }
  return success();
}

// The weights of a morphism itself, at the indices of the chains and eaches around it.
FailureOr<Wires> Evaluation::runMorphism(MorphismOp morphism, ArrayRef<Wire> inputs, StringRef name,
                                         const std::vector<bool> &results) {
  if (depth == deepestBox)
    return fail("limit", fmt::format("boxes nest deeper than {}", deepestBox), morphism.getLoc());
  ++depth;
  std::string outer = place.path;
  place.path = joinPath(outer, name);
  llvm::scope_exit leave([&] {
    place.path = outer;
    --depth;
  });
  Wires arguments(inputs);
  for (unsigned i = 0; i < morphism.weightCount(); ++i) {
    // What a cell's ties need is in the map already.
    if (hasMap && isCell(morphism)) {
      arguments.emplace_back();
      continue;
    }
    std::string path = joinPath(place.path, cast<StringAttr>(morphism.getWeightNames()[i]));
    const Weight &weight = weights[path];
    Tensor tensor = weight.tensor;
    for (int64_t index : ArrayRef<int64_t>(place.indices).drop_front(weight.outside))
      tensor = tensor.at(0, index);
    arguments.push_back({tensor, {}});
  }
  return runBlock(morphism.block(), arguments, results);
}

Outcome Evaluation::run(StringRef entry) {
  Outcome outcome;
  if (auto morphism = symbols.lookup<MorphismOp>(entry))
    (void)runEntry(morphism, outcome);
  else if (auto network = symbols.lookup<NetworkOp>(entry))
    (void)runEntry(network, outcome);
  else
    (void)fail("entry.missing", fmt::format("there is no morphism `{}`", entry.str()), module.getLoc());
  if (failure)
    outcome = {{}, failure};
  return outcome;
}

Outcome evaluate(ModuleOp module, StringRef entry, const Call &call) {
  return Evaluation(module, call).run(entry);
}

} // namespace weft::reference
