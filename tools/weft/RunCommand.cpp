#include "compiler/pipeline/Phases.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/target/cpu/LoadedCode.h"
#include "compiler/target/cpu/ObjectFile.h"
#include "dialects/weft/WeightPaths.h"
#include "lib/tensorfile/Npy.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Places.h"
#include "tools/weft/Wires.h"

#include <cstring>

using namespace mlir;

namespace weft {

namespace {

// The parts of a packed wire are wires of their own: `x.0`, `x.1`.
void addWires(std::vector<EdgeWire> &wires, ArrayAttr names, ArrayAttr types) {
  for (auto [name, type] : llvm::zip(names.getAsRange<StringAttr>(), types.getAsRange<TypeAttr>())) {
    auto tuple = dyn_cast<TupleType>(type.getValue());
    if (!tuple) {
      wires.push_back({name.str(), cast<ObjectType>(type.getValue()), {}});
      continue;
    }
    SmallVector<Type> parts;
    tuple.getFlattenedTypes(parts);
    for (auto [i, part] : llvm::enumerate(parts))
      wires.push_back({name.str() + "." + std::to_string(i), cast<ObjectType>(part), {}});
  }
}

Edge edgeOf(MorphismOp entry) {
  Edge edge;
  addWires(edge.inputs, entry.getInputNames(), entry.getInputTypes());
  addWires(edge.outputs, entry.getOutputNames(), entry.getOutputTypes());
  for (const OccurrenceWeight &weight : weightsOf(entry))
    edge.weights.push_back({weight.path, weight.type, weight.init});
  return edge;
}

// What a run is given, and what it gives.
struct Run {
  Compilation &compilation;
  const Edge &edge;
  const AxisTable &axes;
  Sizes sizes;
  std::vector<Tensor> inputs, weights, outputs;

  void execute();
  void interpret();
};

struct Frame {
  const void *const *inputs;
  void *const *outputs;
  const void *const *weights;
  void *packed, *scratch;
  const int64_t *sizes;
  void *error;
  const void *parallel;
};
struct RunError {
  int32_t code = 0, site = 0;
  int64_t values[8] = {};
};

std::vector<std::byte> aligned(size_t bytes, void *&begin) {
  std::vector<std::byte> memory(bytes + 64);
  begin = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64);
  return memory;
}

std::vector<const void *> pointers(std::vector<Tensor> &tensors) {
  // A tensor without elements still has an address.
  static const int64_t nothing[8] = {};
  std::vector<const void *> result;
  for (Tensor &tensor : tensors)
    result.push_back(tensor.data.empty() ? static_cast<const void *>(nothing) : tensor.data.data());
  return result;
}

void Run::execute() {
  Compilation &c = compilation;
  if (!runUntil(c, "asm"))
    return;
  llvm::SmallString<0> object = emitMachineCode(*c.llvmModule, *c.target, MachineCode::object);
  std::string why;
  std::unique_ptr<LoadedCode> code = LoadedCode::load(object, why);
  if (!code) {
    c.bug("load: " + why);
    return;
  }
  using Function = int32_t (*)(const Frame *);
  auto bind = reinterpret_cast<Function>(code->find("weft_bind"));
  auto call = reinterpret_cast<Function>(code->find("weft_call"));
  auto scratchBytes = reinterpret_cast<int64_t (*)(const int64_t *)>(code->find("weft_scratch_bytes"));
  if (!bind || !call || !scratchBytes) {
    c.bug("load");
    return;
  }
  std::vector<int64_t> sizeList;
  for (const std::string &axis : axes.openAxes())
    sizeList.push_back(sizes.count(axis) ? sizes[axis] : 0);
  sizeList.push_back(0);
  void *packed, *scratch;
  std::vector<std::byte> packedMemory = aligned(c.code.packedBytes, packed);
  std::vector<std::byte> scratchMemory = aligned(scratchBytes(sizeList.data()), scratch);
  std::vector<const void *> in = pointers(inputs), w = pointers(weights), out = pointers(outputs);
  RunError error;
  Frame frame{
      in.data(), const_cast<void *const *>(out.data()), w.data(), packed, scratch, sizeList.data(), &error,
      nullptr};
  if (bind(&frame) == 0)
    call(&frame);
  if (error.code) {
    const ErrorSite &site = c.code.sites[error.site];
    std::string message = site.message;
    for (int i = 0; i < 8; ++i) {
      std::string mark = "{" + std::to_string(i) + "}";
      if (size_t at = message.find(mark); at != std::string::npos)
        message.replace(at, mark.size(), std::to_string(error.values[i]));
    }
    c.diagnostics.error(site.name, rangeOf(site.location, c.sources), message);
  }
}

reference::Array toArray(const Tensor &tensor) {
  reference::Array array;
  array.shape = tensor.shape;
  for (size_t i = 0; i < tensor.count(); ++i)
    if (isReal(tensor.type))
      array.reals.push_back(elementAsDouble(tensor.type, tensor.data.data(), i));
    else
      array.integers.push_back(elementAsInteger(tensor.type, tensor.data.data(), i));
  return array;
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
    call.inputs[edge.inputs[i].name] = toArray(inputs[i]);
  for (size_t i = 0; i < weights.size(); ++i)
    call.weights[edge.weights[i].name] = toArray(weights[i]);
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
  auto symbol = (*c.network)->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  Edge edge = edgeOf(c.network->lookupSymbol<MorphismOp>(symbol.getValue()));
  AxisTable axes(*c.network);
  Run run{c, edge, axes, {}, {}, {}, {}};
  run.inputs = readInputs(edge, options.inputs, options.compilation.real, c.diagnostics);
  if (c.diagnostics.hasErrors())
    return finish(c, options);
  run.sizes = solveSizes(edge, run.inputs, axes, options.sizes, c.diagnostics);
  if (!c.diagnostics.hasErrors())
    checkIndices(edge, run.inputs, axes, run.sizes, c.diagnostics);
  if (!options.weights.empty())
    run.weights = readWeights(edge, options.weights, options.compilation.real, axes, c.diagnostics);
  else if (options.seed || edge.weights.empty())
    run.weights = drawWeights(edge, options.seed.value_or(0), options.compilation.real, axes);
  else
    c.diagnostics.error("weights.missing", {}, "the network has weights, and none are given")
        .note("give a file by `--weights FILE.safetensors`, or draw them by `--init SEED`");
  for (const EdgeWire &wire : edge.outputs) {
    Tensor tensor{storedType(wire.type, options.compilation.real), shapeOf(wire.type, axes, run.sizes), {}};
    std::optional<size_t> bytes = byteCount(tensor.type, tensor.shape);
    if (!c.diagnostics.hasErrors() && (!bytes || *bytes > size_t(1) << 40))
      c.diagnostics.error("limit", {}, "output `" + wire.name + "` does not fit in memory");
    tensor.data.resize(c.diagnostics.hasErrors() ? 0 : *bytes);
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
