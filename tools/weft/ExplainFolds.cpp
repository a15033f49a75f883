// `weft check --explain`: for each fold its laws, the algorithm that it got, why, and what was refused and
// why.
#include "compiler/target/artifact/Places.h"
#include "compiler/target/cpu/FiniteMachine.h"
#include "tools/weft/Commands.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace weft {

static nlohmann::ordered_json describe(FoldOp fold) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  auto equation = fold->getParentOfType<EquationOp>();
  nlohmann::ordered_json laws = nlohmann::ordered_json::object();
  for (NamedAttribute law : monoid.getLaws())
    laws[law.getName().str()] = cast<StringAttr>(law.getValue()).str();
  nlohmann::ordered_json line = {{"place", placeOf(fold.getLoc())},
                                 {"fold", fold.getMonoid().str()},
                                 {"wire", equation ? equation.getName().str() : ""},
                                 {"laws", laws},
                                 {"algorithm", stringifyFoldAlgorithm(fold.algorithm()).str()},
                                 {"reason", fold.getSchedule()->getReason().str()},
                                 {"refused", nlohmann::ordered_json::array()}};
  if (fold.getGraded())
    line["graded"] = fold.getGraded()->str();
  for (StringAttr text : fold.getSchedule()->getRefused())
    line["refused"].push_back(text.str());
  return line;
}

static std::string text(const nlohmann::ordered_json &line) {
  std::string place = line["place"], wire = line["wire"], algorithm = line["algorithm"];
  std::string result = fmt::format("{}{}`{}`", place, place.empty() ? "" : ": ", std::string(line["fold"]));
  if (line.contains("graded"))
    result += fmt::format(" ({})", std::string(line["graded"]));
  if (!wire.empty())
    result += fmt::format(" in `{}`", wire);
  std::string laws;
  for (auto &[law, status] : line["laws"].items())
    laws += fmt::format("{}{} {}", laws.empty() ? "" : ", ", law, std::string(status));
  if (laws.empty())
    laws = "none";
  result += fmt::format("\n  laws: {}\n  {}: {}\n", laws, algorithm, std::string(line["reason"]));
  for (const std::string refused : line["refused"])
    result += fmt::format("  not {}\n", refused);
  return result;
}

// A step of a program's own is no monoid, so that nothing is known about the order of its steps.
static nlohmann::ordered_json describe(ScanOp scan) {
  std::string reason =
      scan.getStates().empty() ? "its positions are independent of one another"
      : scan->hasAttr(machineMark)
          ? "the states are few: each step is a map of them, and many steps are one map, since maps compose "
            "(associative); few steps take the states that the one before them gives"
          : "each step takes the states that the one before it gives";
  return {{"place", placeOf(scan.getLoc())},
          {"fold", "steps over " + scan.getAxis().str()},
          {"wire", ""},
          {"laws", nlohmann::ordered_json::object()},
          {"algorithm", "sequence"},
          {"reason", reason},
          {"refused", nlohmann::ordered_json::array()}};
}

void explainFolds(NetworkOp network, bool json) {
  network->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<FoldOp, ScanOp>(op))
      return;
    auto scan = dyn_cast<ScanOp>(op);
    nlohmann::ordered_json line = scan ? describe(scan) : describe(cast<FoldOp>(op));
    llvm::outs() << (json ? line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
                          : text(line));
  });
}

} // namespace weft
