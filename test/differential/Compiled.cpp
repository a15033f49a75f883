#include "Compiled.h"
#include "compiler/reference/FileArrays.h"
#include "compiler/target/cpu/ObjectFile.h"
#include "lib/tensorfile/Tensor.h"
#include <cstring>
#include <deque>

using namespace mlir;

namespace weft::differential {

using reference::Array;

Program::Program(const std::string &path, const std::string &real, bool splitsAll,
                 std::optional<FoldAlgorithm> foldAlgorithm)
    : compilation([&] {
        CompilationOptions options;
        options.path = path;
        options.real = real;
        if (splitsAll)
          options.limits = {.leastWhole = 2,
                            .leastPart = 1,
                            .mostParts = 7,
                            .keepsUnits = false,
                            .mostSteps = 0,
                            .mostRunningRows = 2};
        options.foldAlgorithm = foldAlgorithm;
        return options;
      }()) {}

bool Program::check() { return runUntil(compilation, "ties"); }

MorphismOp Program::entry() {
  auto symbol = network()->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  return network().lookupSymbol<MorphismOp>(symbol.getValue());
}

bool Program::normalize() { return continueUntil(compilation, "ties", "normal"); }

bool Program::compile() {
  if (!continueUntil(compilation, "normal", "asm"))
    return false;
  std::string why;
  code = LoadedCode::load(
      emitMachineCode(*compilation.llvmModule, compilation.targets.front(), MachineCode::object), why);
  return code && code->find("weft_call");
}

reference::Outcome Program::evaluateNormalForm(const reference::Call &call) {
  return reference::evaluate(*compilation.normal, entry().getSymName(), call);
}

namespace {
// What generated code takes, as compiler/target/cpu/CpuCode.h says.
struct CallFrame {
  const void *const *inputs;
  void *const *outputs;
  const void *const *weights;
  void *packed, *scratch;
  const int64_t *sizes;
  void *error;
  const void *parallel;
  void *const *kept = nullptr;
  const void *release = nullptr, *mapped = nullptr, *mappedEnd = nullptr;
};
struct CallError {
  int32_t code = 0, site = 0;
  int64_t values[8] = {};
};

// Memory at a multiple of 64, with a border behind it that must stay as it is.
class Block {
public:
  explicit Block(size_t bytes) : bytes(bytes), memory(bytes + 64 + border, std::byte(0xA5)) {}
  std::byte *begin() {
    return reinterpret_cast<std::byte *>((reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64);
  }
  /// What it holds, which is gone then.
  std::vector<std::byte> replace() {
    std::vector<std::byte> before(begin(), begin() + bytes);
    std::fill(begin(), begin() + bytes, std::byte(0x5A));
    return before;
  }
  bool isBorderWhole() {
    return std::all_of(begin() + bytes, begin() + bytes + 64,
                       [](std::byte b) { return b == std::byte(0xA5); });
  }

private:
  static constexpr size_t border = 64;
  size_t bytes;
  std::vector<std::byte> memory;
};

// The tensors of one side of the edge, each in memory of its own.
struct Side {
  std::deque<Block> blocks;
  std::vector<void *> pointers;

  Block &add(size_t bytes) {
    blocks.emplace_back(bytes);
    pointers.push_back(blocks.back().begin());
    return blocks.back();
  }
  void add(const Array &array, ElementType type) {
    weft::Tensor tensor = reference::tensorOf(array, type);
    std::copy(tensor.data.begin(), tensor.data.end(), add(tensor.data.size()).begin());
  }
};
} // namespace

static std::vector<int64_t> shapeOf(ObjectType type, const AxisTable &axes,
                                    const std::map<std::string, int64_t> &sizes) {
  std::vector<int64_t> shape;
  for (StringAttr axis : type.getAxes())
    shape.push_back(*axes.size(axis).evaluate(
        [&](std::string_view name) { return std::optional(sizes.at(std::string(name))); }));
  return shape;
}

reference::Outcome Program::runCompiled(const reference::Call &call, const weft_parallel *parallel) {
  AxisTable axes(*compilation.normal);
  NetworkOp network = compilation.entryNetwork();
  std::string real = compilation.options.real;
  Side inputs, weights, outputs;
  for (unsigned i = 0; i < network.inputCount(); ++i)
    inputs.add(call.inputs.at(cast<StringAttr>(network.getInputNames()[i]).str()),
               reference::storedType(cast<ObjectType>(network.input(i).getType()), real));
  for (unsigned i = 0; i < network.weightCount(); ++i)
    weights.add(call.weights.at(cast<StringAttr>(network.getWeightNames()[i]).str()),
                reference::storedType(cast<ObjectType>(network.weight(i).getType()), real));
  std::vector<std::vector<int64_t>> shapes;
  for (auto type : network.getOutputTypes().getAsValueRange<TypeAttr>()) {
    shapes.push_back(shapeOf(cast<ObjectType>(type), axes, call.sizes));
    outputs.add(*byteCount(reference::storedType(cast<ObjectType>(type), real), shapes.back()));
  }
  std::vector<int64_t> sizes;
  for (const std::string &axis : axes.openAxes())
    sizes.push_back(call.sizes.count(axis) ? call.sizes.at(axis) : 0);
  sizes.push_back(0);
  auto scratchBytes =
      reinterpret_cast<int64_t (*)(const int64_t *, int64_t)>(code->find("weft_scratch_bytes"));
  Block packed(compilation.code.packedBytes),
      scratch(scratchBytes(sizes.data(), parallel ? parallel->threads : 1));
  CallError error;
  CallFrame frame{inputs.pointers.data(),
                  outputs.pointers.data(),
                  weights.pointers.data(),
                  packed.begin(),
                  scratch.begin(),
                  sizes.data(),
                  &error,
                  parallel};
  using Function = int32_t (*)(const CallFrame *);
  auto callNetwork = reinterpret_cast<Function>(code->find("weft_call"));
  if (reinterpret_cast<Function>(code->find("weft_bind"))(&frame) == 0)
    callNetwork(&frame);
  // What stays of bound inputs is made by one call and read by the next.
  Side kept;
  auto keptBytes = reinterpret_cast<int64_t (*)(const int64_t *, int64_t)>(code->find("weft_kept_bytes"));
  for (unsigned i = 0; i < network.inputCount(); ++i) {
    int64_t bytes = keptBytes(sizes.data(), i);
    bytes ? void(kept.add(bytes)) : kept.pointers.push_back(nullptr);
  }
  frame.kept = kept.pointers.data();
  bool isSame = true;
  for (int64_t isMade = 0; isMade < 2 && !kept.blocks.empty() && !error.code; ++isMade) {
    for (Block &block : kept.blocks)
      std::memcpy(block.begin(), &isMade, sizeof isMade);
    std::vector<std::vector<std::byte>> before;
    for (Block &block : outputs.blocks)
      before.push_back(block.replace());
    callNetwork(&frame);
    for (auto [block, bytes] : llvm::zip(outputs.blocks, before))
      isSame &= std::equal(bytes.begin(), bytes.end(), block.begin());
  }
  reference::Outcome outcome;
  bool whole = packed.isBorderWhole() && scratch.isBorderWhole();
  for (Block &block : kept.blocks)
    whole &= block.isBorderWhole();
  for (Block &block : outputs.blocks)
    whole &= block.isBorderWhole();
  if (!whole)
    outcome.failure = {"memory", "something was written outside its place", network.getLoc()};
  if (!isSame)
    outcome.failure = {"kept", "what stays of bound inputs changes the results", network.getLoc()};
  if (error.code)
    outcome.failure = {compilation.code.sites[error.site].name, compilation.code.sites[error.site].message,
                       network.getLoc()};
  for (size_t i = 0; i < shapes.size() && !outcome.failure; ++i) {
    auto type = cast<ObjectType>(cast<TypeAttr>(network.getOutputTypes()[i]).getValue());
    ElementType element = reference::storedType(type, real);
    TensorView view{element, shapes[i], outputs.blocks[i].begin(), *byteCount(element, shapes[i])};
    outcome.outputs.emplace_back(cast<StringAttr>(network.getOutputNames()[i]).str(),
                                 reference::arrayOf(view));
  }
  return outcome;
}

} // namespace weft::differential
