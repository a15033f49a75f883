// Runs random programs in two ways and compares: `differential-compare [--normal-form]
// [--fold-algorithm=NAME] FILE.weft…`. Beside each program lies FILE.json with its runs; `expanded` there
// names a morphism that says the same with other words, which the reference evaluates too. One line of JSON a
// program on standard output.
#include "Compiled.h"
#include "Drawing.h"
#include "Tolerance.h"
#include "lib/runtime/Parallel.h"
#include "mlir/IR/Verifier.h"
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace weft::differential {

using nlohmann::json;

static std::vector<Run> readRuns(const json &description) {
  std::vector<Run> runs;
  for (const json &item : description.at("runs"))
    runs.push_back({item.at("sizes").get<std::map<std::string, int64_t>>(), item.at("seed").get<unsigned>(),
                    item.value("special", false)});
  return runs;
}

// Threads as a hook may lend them, one after the other: the parts in any order, in pieces of any length.
using Body = void (*)(void *data, int64_t thread, int64_t begin, int64_t end);

static void backwards(void *threads, int64_t parts, Body body, void *data) {
  int64_t count = *static_cast<int64_t *>(threads);
  for (int64_t part = parts; part-- > 0;)
    body(data, part % count, part, part + 1);
}

static void inPieces(void *threads, int64_t parts, Body body, void *data) {
  int64_t count = *static_cast<int64_t *>(threads);
  for (int64_t first : {1, 0})
    for (int64_t thread = first; thread < count; thread += 2)
      body(data, thread, parts * thread / count, parts * (thread + 1) / count);
}

static bool isSame(const reference::Outcome &a, const reference::Outcome &b) {
  if (a.failure || b.failure)
    return a.failure && b.failure && a.failure->name == b.failure->name &&
           a.failure->message == b.failure->message;
  auto sameBits = [](const std::vector<double> &x, const std::vector<double> &y) {
    return x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0);
  };
  // Bits tell two NaN apart too.
  return std::equal(
      a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(), [&](auto &x, auto &y) {
        return sameBits(x.second.reals, y.second.reals) && x.second.integers == y.second.integers;
      });
}

static std::string differenceOfThreads(Program &program, const reference::Call &call,
                                       const reference::Outcome &alone) {
  for (int64_t threads : {2, 3, 8})
    for (auto hook : {backwards, inPieces}) {
      weft_parallel parallel{threads, &threads, hook};
      if (!isSame(alone, program.runCompiled(call, &parallel)))
        return "threads: another outcome with " + std::to_string(threads);
    }
  return "";
}

// The verdict on one program, and in what they differ.
static json compareProgram(const std::string &path, bool onlyNormalForm,
                           std::optional<FoldAlgorithm> foldAlgorithm) {
  std::ifstream file(path.substr(0, path.rfind('.')) + ".json");
  json description = json::parse(file, nullptr, false);
  if (description.is_discarded())
    return {{"verdict", "unreadable"}};
  std::string real = description.value("real", "f32");
  Program program(path, real, description.value("split", false), foldAlgorithm);
  if (!program.check())
    return {{"verdict", "invalid"}, {"detail", program.messages()}};
  if (!program.normalize() || (!onlyNormalForm && !program.compile()))
    return {{"verdict", "uncompiled"}, {"detail", program.messages()}};
  size_t compared = 0, failures = 0, otherwise = 0;
  for (const Run &run : readRuns(description)) {
    std::optional<reference::Call> call = draw(program.network(), program.entry(), run);
    if (!call)
      continue;
    Tolerance expected =
        tolerate(program.network(), program.entry().getSymName(), *call, real == "f32" ? 0x1p-23 : 0x1p-50);
    reference::Outcome found =
        onlyNormalForm ? program.evaluateNormalForm(*call) : program.runCompiled(*call, nullptr);
    std::string different = difference(expected, found);
    if (different.empty() && !onlyNormalForm)
      different = differenceOfThreads(program, *call, found);
    if (different.empty() && description.contains("expanded")) {
      std::string other = description.at("expanded");
      different = difference(expected, reference::evaluate(program.network(), other, *call));
      if (!different.empty())
        different = "`" + other + "` by the reference: " + different;
    }
    if (!different.empty())
      return {{"verdict", "differs"},
              {"detail", different},
              {"run", {{"sizes", run.sizes}, {"seed", run.seed}, {"special", run.special}}}};
    ++compared;
    otherwise += failsOtherwise(expected, found);
    failures += expected.meaning.failure.has_value();
  }
  return {{"verdict", "same"}, {"compared", compared}, {"failing", failures}, {"otherwise", otherwise}};
}

} // namespace weft::differential

int main(int argc, char **argv) {
  bool onlyNormalForm = false;
  std::optional<weft::FoldAlgorithm> foldAlgorithm;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--normal-form") {
      onlyNormalForm = true;
      continue;
    }
    if (llvm::StringRef name(argument); name.consume_front("--fold-algorithm=")) {
      foldAlgorithm = weft::symbolizeFoldAlgorithm(name);
      if (!foldAlgorithm) {
        fmt::print(stderr, "`{}` is no way to compute a fold\n", name.str());
        return 2;
      }
      continue;
    }
    nlohmann::json verdict = weft::differential::compareProgram(argument, onlyNormalForm, foldAlgorithm);
    verdict["file"] = argument;
    fmt::print("{}\n", verdict.dump());
    std::fflush(stdout);
  }
}
