// Runs random programs in two ways and compares: `differential-compare [--stage normal|compiled] FILE.weft…`.
// Beside each program lies FILE.json with its runs. One line of JSON a program on standard output.
#include "Compiled.h"
#include "Drawing.h"
#include "Tolerance.h"
#include "mlir/IR/Verifier.h"
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

// The verdict on one program, and in what they differ.
static json compareProgram(const std::string &path, bool onlyNormalForm) {
  std::ifstream file(path.substr(0, path.rfind('.')) + ".json");
  json description = json::parse(file, nullptr, false);
  if (description.is_discarded())
    return {{"verdict", "unreadable"}};
  std::string real = description.value("real", "f32");
  Program program(path, real);
  if (!program.check())
    return {{"verdict", "invalid"}, {"detail", program.messages()}};
  if (!program.normalize() || (!onlyNormalForm && !program.compile()))
    return {{"verdict", "uncompiled"}, {"detail", program.messages()}};
  size_t compared = 0, failures = 0;
  for (const Run &run : readRuns(description)) {
    std::optional<reference::Call> call = draw(program.network(), program.entry(), run);
    if (!call)
      continue;
    Tolerance expected =
        tolerate(program.network(), program.entry().getSymName(), *call, real == "f32" ? 0x1p-23 : 0x1p-50);
    reference::Outcome found =
        onlyNormalForm ? program.evaluateNormalForm(*call) : program.runCompiled(*call);
    std::string different = difference(expected, found);
    if (!different.empty())
      return {{"verdict", "differs"},
              {"detail", different},
              {"run", {{"sizes", run.sizes}, {"seed", run.seed}, {"special", run.special}}}};
    ++compared;
    failures += expected.meaning.failure.has_value();
  }
  return {{"verdict", "same"}, {"compared", compared}, {"failing", failures}};
}

} // namespace weft::differential

int main(int argc, char **argv) {
  bool onlyNormalForm = false;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--normal-form") {
      onlyNormalForm = true;
      continue;
    }
    nlohmann::json verdict = weft::differential::compareProgram(argument, onlyNormalForm);
    verdict["file"] = argument;
    fmt::print("{}\n", verdict.dump());
    std::fflush(stdout);
  }
}
