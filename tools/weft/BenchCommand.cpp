// `weft bench`: the time of a call of the object, and its share of what the core can compute.
#include "compiler/pipeline/Phases.h"
#include "compiler/reference/FileArrays.h"
#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/artifact/Costs.h"
#include "compiler/target/artifact/LoadedNetwork.h"
#include "lib/random/Philox.h"
#include "tools/weft/Checkpoint.h"
#include "tools/weft/Commands.h"
#include "tools/weft/PeakLoop.h"
#include "tools/weft/ProfileReport.h"
#include "tools/weft/Threads.h"

#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <random>

using namespace mlir;

namespace weft {

namespace {

struct Timing {
  double best = 0, median = 0; // seconds a call
  double peak = 0;             // operations a second
  size_t samples = 0;
};

class Bench {
public:
  Bench(Compilation &compilation, const ToolOptions &options)
      : c(compilation), options(options), threads(options.threads, compilation.diagnostics) {}
  void run();

private:
  bool prepare();
  Tensor drawn(const EdgeWire &wire);
  bool load();
  std::optional<LoadedNetwork::Failure> call() { return network->call(sizeList, inputs, outputs); }
  Timing measure();
  std::optional<int64_t> evaluated(const std::optional<Size> &size);
  void profile();
  void report(const Timing &timing, std::optional<int64_t> flops);

  Compilation &c;
  const ToolOptions &options;
  Threads threads;
  Edge edge;
  Sizes sizes;
  std::vector<Tensor> inputTensors, outputTensors;
  WeightValues weights;
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  std::vector<int64_t> sizeList;
  std::unique_ptr<LoadedNetwork> network;
  std::vector<ProfiledStep> steps;
  std::mt19937_64 random{0};
};

// Reals in [−1, 1), indices in their axis, truth values, small integers.
Tensor Bench::drawn(const EdgeWire &wire) {
  AxisTable axes(*c.network);
  Tensor tensor{
      reference::storedType(wire.type, options.compilation.real), shapeOf(wire.type, axes, sizes), {}};
  tensor.data.resize(byteCount(tensor.type, tensor.shape).value_or(0));
  std::uniform_real_distribution<double> real(-1, 1);
  int64_t most = wire.type.isBool() ? 1 : 3;
  if (wire.type.isIndex()) {
    auto size = axes.size(wire.type.getElement().getValue()).evaluate([&](std::string_view axis) {
      auto known = sizes.find(std::string(axis));
      return known == sizes.end() ? std::nullopt : std::optional(known->second);
    });
    most = std::max<int64_t>(size.value_or(1) - 1, 0);
  }
  std::uniform_int_distribution<int64_t> integer(0, most);
  for (size_t i = 0; i < tensor.count(); ++i)
    writeElement(tensor, i, isReal(tensor.type) ? real(random) : static_cast<double>(integer(random)));
  return tensor;
}

bool Bench::prepare() {
  if (!runUntil(c, "normal") || !selectTarget(c))
    return false;
  edge = edgeOf(entryOf(*c.network));
  AxisTable axes(*c.network);
  sizes = solveSizes(edge, {}, axes, options.sizes, c.diagnostics);
  if (c.diagnostics.hasErrors())
    return false;
  weights = options.weights.empty()
                ? drawWeights(edge, options.seed.value_or(0), options.compilation.real, axes, c.diagnostics)
                : weightsFromFile(c, options, edge, axes);
  llvm::StringRef real = options.compilation.real;
  if (!fitInMemory(edge.inputs, "the inputs", real, axes, sizes, c.diagnostics) ||
      !fitInMemory(edge.outputs, "the outputs", real, axes, sizes, c.diagnostics))
    return false;
  for (const EdgeWire &wire : edge.inputs)
    inputTensors.push_back(drawn(wire));
  for (const EdgeWire &wire : edge.outputs)
    outputTensors.push_back(drawn(wire));
  for (Tensor &tensor : inputTensors)
    inputs.push_back(tensor.data.data());
  for (Tensor &tensor : outputTensors)
    outputs.push_back(tensor.data.data());
  return !c.diagnostics.hasErrors();
}

bool Bench::load() {
  ArtifactOptions artifactOptions{.prefix = "net",
                                  .unchecked = c.options.unchecked,
                                  .profile = options.profile,
                                  .hashes = {},
                                  .foldAlgorithm = c.options.foldAlgorithm};
  std::optional<Artifact> artifact = buildArtifact(*c.normal, c.entryNetwork(), c.targets, artifactOptions);
  std::string why;
  network = artifact ? LoadedNetwork::load(artifact->object, artifactOptions.prefix, why) : nullptr;
  if (!network)
    return c.bug("asm: " + why);
  network->setParallel(threads.parallel());
  steps = std::move(artifact->steps);
  for (const std::string &axis :
       describeNetwork(*c.normal, c.entryNetwork(), artifactOptions.prefix).usedAxes())
    sizeList.push_back(sizes.count(axis) ? sizes[axis] : 0);
  std::optional<LoadedNetwork::Failure> failure = weights.bind(*network, edge);
  if (!failure)
    failure = call();
  if (failure)
    c.diagnostics.error("limit", {}, "the network cannot be timed on random inputs: " + failure->message);
  return !failure;
}

// Samples of about 5 ms each, peak and network by turns, for a second.
Timing Bench::measure() {
  using Clock = std::chrono::steady_clock;
  auto timeOf = [&](size_t calls) {
    auto begin = Clock::now();
    for (size_t i = 0; i < calls; ++i)
      call();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  size_t calls = 1;
  while (calls < 1 << 20 && timeOf(calls) < 0.005)
    calls *= 2;
  bool isDouble = options.compilation.real == "f64";
  Timing timing;
  std::vector<double> times;
  auto end = Clock::now() + std::chrono::seconds(1);
  while (times.size() < 5 || Clock::now() < end) {
    timing.peak = std::max(timing.peak, samplePeak(isDouble));
    times.push_back(timeOf(calls) / static_cast<double>(calls));
  }
  llvm::sort(times);
  timing.best = times.front();
  timing.median = times[times.size() / 2];
  timing.samples = times.size();
  return timing;
}

void Bench::report(const Timing &timing, std::optional<int64_t> flops) {
  double rate = flops ? static_cast<double>(*flops) / timing.best : 0;
  if (options.json) {
    llvm::outs() << fmt::format(
        "{{\"best_us\": {:.4f}, \"median_us\": {:.4f}, \"samples\": {}, \"flops\": {}, "
        "\"gflops\": {:.2f}, \"peak_gflops\": {:.2f}, \"threads\": {}}}\n",
        timing.best * 1e6, timing.median * 1e6, timing.samples, flops ? std::to_string(*flops) : "null",
        rate * 1e-9, timing.peak * 1e-9, options.threads);
    return;
  }
  llvm::outs() << fmt::format("best {:.3f} us, median {:.3f} us of {} samples\n", timing.best * 1e6,
                              timing.median * 1e6, timing.samples);
  if (flops)
    llvm::outs() << fmt::format("{} operations: {:.1f} GFLOP/s, {:.1f} % of this core's {:.1f}{}\n", *flops,
                                rate * 1e-9, 100 * rate / timing.peak / options.threads, timing.peak * 1e-9,
                                options.threads > 1 ? fmt::format(" times {}", options.threads) : "");
}

std::optional<int64_t> Bench::evaluated(const std::optional<Size> &size) {
  if (!size)
    return std::nullopt;
  return size->evaluate([&](std::string_view axis) {
    auto known = sizes.find(std::string(axis));
    return known == sizes.end() ? std::nullopt : std::optional(known->second);
  });
}

// Of all calls within a second, the counters of the fastest.
void Bench::profile() {
  using Clock = std::chrono::steady_clock;
  int64_t scratchBytes = 0;
  network->scratchSize(sizeList, scratchBytes);
  // Counters stand where the network's scratch memory begins: at a cache line.
  std::unique_ptr<void, decltype(&std::free)> scratch(std::aligned_alloc(64, (scratchBytes + 63) / 64 * 64),
                                                      std::free);
  std::vector<StepCounter> best(steps.size());
  double bestSeconds = std::numeric_limits<double>::infinity(), secondsPerCycle = 0;
  auto end = Clock::now() + std::chrono::seconds(1);
  do {
    auto begin = Clock::now();
    unsigned long long firstCycle = __builtin_readcyclecounter();
    network->callRaw(sizeList.data(), inputs.data(), outputs.data(), scratch.get(), scratchBytes);
    double cycles = static_cast<double>(__builtin_readcyclecounter() - firstCycle);
    double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (seconds >= bestSeconds)
      continue;
    bestSeconds = seconds;
    secondsPerCycle = seconds / cycles;
    std::memcpy(best.data(), scratch.get(), best.size() * sizeof(StepCounter));
  } while (Clock::now() < end);
  ProfileReport report(
      *c.normal, [&](const Size &size) { return evaluated(size); }, options.compilation.real);
  for (auto [step, counter] : llvm::zip_equal(steps, best))
    report.add(step, counter.cycles * secondsPerCycle, counter.times);
  report.print(bestSeconds, options.json);
}

void Bench::run() {
  if (c.diagnostics.hasErrors() || !prepare() || !load())
    return;
  if (options.profile)
    return profile();
  report(measure(), evaluated(costsOf(describeNetwork(*c.normal, c.entryNetwork(), "net")).flops));
}

} // namespace

// Without a program: what programs are compared with.
static int benchProcessor(const ToolOptions &options) {
  constexpr int samples = 20;
  auto best = [](auto sample) {
    double most = 0;
    for (int i = 0; i < samples; ++i)
      most = std::max(most, sample());
    return most * 1e-9;
  };
  ReadLoop near(256 << 10), far(8 << 20), memory(256 << 20);
  std::pair<const char *, double> rows[] = {
      {"fma_gflops", best([] { return samplePeak(false); })},
      {"fma64_gflops", best([] { return samplePeak(true); })},
      {"add_min_gops", best([] { return sampleAddMin(); })},
      {"read_256k_gbs", best([&] { return near.sample(); })},
      {"read_8m_gbs", best([&] { return far.sample(); })},
      {"read_256m_gbs", best([&] { return memory.sample(); })},
  };
  std::string text;
  for (auto [name, value] : rows)
    text += options.json ? fmt::format("{}\"{}\": {:.2f}", text.empty() ? "{" : ", ", name, value)
                         : fmt::format("{:15}{:8.1f}\n", name, value);
  llvm::outs() << text << (options.json ? "}\n" : "");
  return 0;
}

int benchCommand(const ToolOptions &options) {
  if (options.files.empty())
    return benchProcessor(options);
  Compilation c(options.compilation);
  Bench(c, options).run();
  return finish(c, options);
}

} // namespace weft
