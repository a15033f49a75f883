#include "compiler/elaborate/Places.h"
#include "compiler/pipeline/Phases.h"
#include "compiler/reference/FileArrays.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/artifact/LoadedNetwork.h"
#include "compiler/target/artifact/Places.h"
#include "lib/tensorfile/Npy.h"
#include "tools/weft/Checkpoint.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Threads.h"

#include <cstring>

using namespace mlir;

namespace weft {

namespace {

// What a run is given, and what it gives.
struct Run {
  Compilation &compilation;
  const Edge &edge;
  const AxisTable &axes;
  Sizes sizes;
  int64_t threadCount;
  std::vector<Tensor> inputs, outputs;
  WeightValues weights;

  void execute();
  void interpret();
  void report(const LoadedNetwork::Failure &failure, const Artifact &artifact);
};

std::vector<const void *> pointers(std::vector<Tensor> &tensors) {
  // A tensor without elements still has an address.
  static const int64_t nothing[8] = {};
  std::vector<const void *> result;
  for (Tensor &tensor : tensors)
    result.push_back(tensor.data.empty() ? static_cast<const void *>(nothing) : tensor.data.data());
  return result;
}

// An error that running code found is shown at its place in the program.
void Run::report(const LoadedNetwork::Failure &failure, const Artifact &artifact) {
  llvm::StringRef message = failure.message, name = "limit";
  if (message.ends_with("]")) {
    std::tie(message, name) = message.drop_back().rsplit(" [");
  }
  Range range;
  if (failure.site) {
    const ErrorSite &site = artifact.sites[*failure.site];
    range = rangeOf(site.location, compilation.sources);
    message.consume_front(placeOf(site.location) + ": ");
  }
  compilation.diagnostics.error(name.str(), range, message.str());
}

// The very object that `weft build` writes, called as a program would.
void Run::execute() {
  Compilation &c = compilation;
  if (!runUntil(c, "normal") || !selectTarget(c))
    return;
  ArtifactOptions options{.prefix = "net",
                          .unchecked = c.options.unchecked,
                          .hashes = {},
                          .foldAlgorithm = c.options.foldAlgorithm};
  std::optional<Artifact> artifact = buildArtifact(*c.normal, c.entryNetwork(), c.targets, options);
  std::string why;
  std::unique_ptr<LoadedNetwork> network =
      artifact ? LoadedNetwork::load(artifact->object, options.prefix, why) : nullptr;
  if (!network) {
    c.bug("asm: " + why);
    return;
  }
  Threads threads(threadCount, c.diagnostics);
  network->setParallel(threads.parallel());
  std::vector<int64_t> sizeList;
  for (const std::string &axis : describeNetwork(*c.normal, c.entryNetwork(), options.prefix).usedAxes())
    sizeList.push_back(sizes.count(axis) ? sizes[axis] : 0);
  std::optional<LoadedNetwork::Failure> failure = weights.bind(*network, edge);
  std::vector<void *> out;
  for (const void *pointer : pointers(outputs))
    out.push_back(const_cast<void *>(pointer));
  if (!failure)
    failure = network->call(sizeList, pointers(inputs), out);
  if (failure)
    report(*failure, *artifact);
}

reference::Array toArray(const TensorView &tensor) {
  reference::Array array;
  array.shape = tensor.shape;
  for (size_t i = 0; i < tensor.bytes / elementBytes(tensor.type); ++i)
    if (isReal(tensor.type))
      array.reals.push_back(elementAsDouble(tensor.type, tensor.data, i));
    else
      array.integers.push_back(elementAsInteger(tensor.type, tensor.data, i));
  return array;
}

TensorView viewOf(const Tensor &tensor) {
  return {tensor.type, tensor.shape, tensor.data.data(), tensor.data.size()};
}

void fromArray(Tensor &tensor, const reference::Array &array) {
  for (size_t i = 0; i < tensor.count(); ++i) {
    std::byte *at = tensor.data.data() + i * elementBytes(tensor.type);
    auto put = [&](auto number) { std::memcpy(at, &number, sizeof number); };
    if (tensor.type == ElementType::f64)
      put(array.reals[i]);
    else if (tensor.type == ElementType::f32)
      put(static_cast<float>(array.reals[i]));
    else if (tensor.type == ElementType::f16)
      put(floatToHalf(static_cast<float>(array.reals[i])));
    else if (tensor.type == ElementType::bf16)
      put(floatToBfloat(static_cast<float>(array.reals[i])));
    else
      std::memcpy(at, &array.integers[i], elementBytes(tensor.type));
  }
}

void Run::interpret() {
  reference::Call call;
  call.sizes = sizes;
  for (size_t i = 0; i < inputs.size(); ++i)
    call.inputs[edge.inputs[i].name] = toArray(viewOf(inputs[i]));
  for (auto [weight, view] : llvm::zip(edge.weights, weights.views))
    call.weights[weight.name] = toArray(view);
  call.checkContracts = !compilation.options.unchecked;
  auto symbol = (*compilation.network)->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  reference::Outcome outcome = reference::evaluate(*compilation.network, symbol.getValue(), call);
  if (outcome.failure) {
    compilation.diagnostics.error(outcome.failure->name,
                                  rangeOf(outcome.failure->location, compilation.sources),
                                  outcome.failure->message);
    return;
  }
  for (size_t i = 0; i < outputs.size(); ++i)
    fromArray(outputs[i], outcome.outputs[i].second);
}

// `--out wire=file` for some outputs; without any, all are printed.
void giveOutputs(const Run &run, const ToolOptions &options, Diagnostics &diagnostics) {
  for (size_t i = 0; options.outputs.empty() && i < run.outputs.size(); ++i)
    llvm::outs() << shown(run.edge.outputs[i].name, run.edge.outputs[i].type, run.outputs[i]);
  for (const std::string &argument : options.outputs) {
    size_t at = argument.find('=');
    std::string name = argument.substr(0, at), names;
    for (const EdgeWire &wire : run.edge.outputs)
      names += (names.empty() ? "`" : ", `") + wire.name + "`";
    auto wire = llvm::find_if(run.edge.outputs, [&](const EdgeWire &w) { return w.name == name; });
    if (wire == run.edge.outputs.end() || at == std::string::npos) {
      diagnostics.error("input.unknown", {}, "`" + name + "` is no output of the entry")
          .note("its outputs are " + names);
      continue;
    }
    const Tensor &tensor = run.outputs[wire - run.edge.outputs.begin()];
    if (std::optional<FileError> error = writeNpy(argument.substr(at + 1), tensor))
      diagnostics.error(error->name, {}, error->message);
  }
}

} // namespace

int runCommand(const ToolOptions &options) {
  Compilation c(options.compilation);
  if (!runUntil(c, "ties"))
    return finish(c, options);
  Edge edge = edgeOf(entryOf(*c.network));
  AxisTable axes(*c.network);
  Run run{c, edge, axes, {}, options.threads, {}, {}, {}};
  run.inputs = readInputs(edge, options.inputs, options.compilation.real, c.diagnostics);
  if (c.diagnostics.hasErrors())
    return finish(c, options);
  run.sizes = solveSizes(edge, run.inputs, axes, options.sizes, c.diagnostics);
  if (!c.diagnostics.hasErrors())
    checkIndices(edge, run.inputs, axes, run.sizes, c.diagnostics);
  if (!options.weights.empty())
    run.weights = weightsFromFile(c, options, edge, axes);
  else if (options.seed || edge.weights.empty())
    run.weights = drawWeights(edge, options.seed.value_or(0), options.compilation.real, axes, c.diagnostics);
  else
    c.diagnostics.error("weights.missing", {}, "the network has weights, and none are given")
        .note("give a file by `--weights FILE.safetensors`, or draw them by `--init SEED`");
  if (!c.diagnostics.hasErrors())
    fitInMemory(edge.outputs, "the outputs", options.compilation.real, axes, run.sizes, c.diagnostics);
  for (const EdgeWire &wire : edge.outputs) {
    Tensor tensor{
        reference::storedType(wire.type, options.compilation.real), shapeOf(wire.type, axes, run.sizes), {}};
    tensor.data.resize(c.diagnostics.hasErrors() ? 0 : *byteCount(tensor.type, tensor.shape));
    run.outputs.push_back(std::move(tensor));
  }
  if (c.diagnostics.hasErrors())
    return finish(c, options);
  options.reference ? run.interpret() : run.execute();
  if (!c.diagnostics.hasErrors() && !c.hasBug)
    giveOutputs(run, options, c.diagnostics);
  return finish(c, options);
}

} // namespace weft
