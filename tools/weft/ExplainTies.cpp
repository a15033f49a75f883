// `weft check --explain`: for each tied weight how it is read (in place, packed once, in its structure,
// expanded), what that takes, and what the alternative would take.
#include "compiler/normalize/TieChoices.h"
#include "dialects/weft/OpenSizes.h"
#include "dialects/weft/TieForms.h"
#include "tools/weft/Commands.h"
#include "llvm/ADT/SetVector.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace weft {

using Json = nlohmann::ordered_json;

namespace {

// How one sum, or one place in memory, has a tied weight.
struct Reading {
  std::string how, wire; // that is computed from it; empty where it is not one
  std::string text;
  std::optional<std::pair<int64_t, int64_t>> taken, otherwise; // operations, bytes of weights that are read
  int64_t bytes = 0;                                           // that it has in memory of its own
};

class Ties {
public:
  explicit Ties(Compilation &compilation)
      : network(compilation.entryNetwork()), code(compilation.code), axes(*compilation.normal) {}

  std::vector<Reading> readingsOf(TieOp tie);

private:
  void addChoices(TieOp tie, std::vector<Reading> &readings);
  void addPanels(StringRef weight, std::vector<Reading> &readings);
  std::string evaluation(Value wire);
  void addPanelsBehind(Value wire, TiesOp map, std::vector<Reading> &readings);

  NetworkOp network;
  const CpuCode &code;
  AxisTable axes;
};

} // namespace

// `1_234`
static std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, "_");
  return digits;
}

static std::pair<int64_t, int64_t> costIn(DictionaryAttr choice, StringRef key) {
  auto cost = choice.getAs<DenseI64ArrayAttr>(key);
  return {cost[0], cost[1]};
}

static std::string costText(std::pair<int64_t, int64_t> cost) {
  return fmt::format("{} flops and {} bytes", grouped(cost.first), grouped(cost.second));
}

// When a formula is evaluated.
std::string Ties::evaluation(Value wire) {
  llvm::SetVector<Value> behind;
  behind.insert(wire);
  for (size_t i = 0; i < behind.size(); ++i)
    if (auto equation = behind[i].getDefiningOp<EquationOp>()) {
      if (readsOpenSize(equation, axes))
        return "evaluated by each call, for it depends on an open size";
      behind.insert(equation.getWires().begin(), equation.getWires().end());
    }
  return "evaluated once when weights are bound";
}

void Ties::addChoices(TieOp tie, std::vector<Reading> &readings) {
  auto choices = network->getAttrOfType<ArrayAttr>(tieChoicesAttribute);
  for (Attribute attribute : choices ? choices : ArrayAttr::get(network.getContext(), {})) {
    auto choice = cast<DictionaryAttr>(attribute);
    if (!llvm::is_contained(choice.getAs<ArrayAttr>("weights"), tie.getPathAttr()))
      continue;
    bool inStructure = choice.getAs<StringAttr>("chosen") == "structure";
    auto structure = costIn(choice, "structure"), expanded = costIn(choice, "expanded");
    std::string wire = choice.getAs<StringAttr>("wire").str();
    std::string text = inStructure
                           ? fmt::format("in its structure for `{}`: {}; expanded it would take {}", wire,
                                         costText(structure), costText(expanded))
                           : fmt::format("expanded for `{}`, {}: {}; in its structure it would take {}", wire,
                                         evaluation(tie.getWire()), costText(expanded), costText(structure));
    readings.push_back({inStructure ? "structure" : "expanded", wire, text,
                        inStructure ? structure : expanded, inStructure ? expanded : structure, 0});
  }
}

void Ties::addPanels(StringRef weight, std::vector<Reading> &readings) {
  for (const BoundPanels &panels : code.panels) {
    if (panels.weight != weight)
      continue;
    bool isKnown = llvm::any_of(readings, [&](const Reading &reading) {
      return reading.how == "packed" && reading.wire == panels.wire && reading.bytes == panels.bytes;
    });
    if (isKnown)
      continue;
    const char *what = panels.isLine ? "as a line that columns and terms slide along" : "in panels";
    readings.push_back(
        {"packed",
         panels.wire,
         fmt::format("packed once for `{}`, {}: {} bytes", panels.wire, what, grouped(panels.bytes)),
         {},
         {},
         panels.bytes});
  }
}

// Of the stored weights that a wire is made of.
void Ties::addPanelsBehind(Value wire, TiesOp map, std::vector<Reading> &readings) {
  llvm::SetVector<Value> behind;
  behind.insert(wire);
  for (size_t i = 0; i < behind.size(); ++i)
    if (auto equation = behind[i].getDefiningOp<EquationOp>())
      behind.insert(equation.getWires().begin(), equation.getWires().end());
    else
      addPanels(
          cast<StringAttr>(map.getWeightNames()[cast<BlockArgument>(behind[i]).getArgNumber()]).getValue(),
          readings);
}

std::vector<Reading> Ties::readingsOf(TieOp tie) {
  std::vector<Reading> readings;
  addChoices(tie, readings);
  bool isView = static_cast<bool>(storedBehind(tie.getWire()));
  if (readings.empty() && isView)
    readings.push_back({"in place", "", "read in place: no second copy is stored", {}, {}, 0});
  if (readings.empty()) {
    std::optional<Size> count = axes.count(cast<ObjectType>(tie.getWire().getType()));
    std::string text = evaluation(tie.getWire());
    if (std::optional<int64_t> number = count ? count->constant() : std::nullopt)
      text += fmt::format(": {} numbers, {} flops", grouped(*number),
                          grouped(static_cast<int64_t>(tie.getFlops().value_or(0))));
    readings.push_back({"expanded", "", text, {}, {}, 0});
  }
  addPanels(tie.getPath(), readings);
  addPanelsBehind(tie.getWire(), cast<TiesOp>(tie->getParentOp()), readings);
  return readings;
}

static std::string cellsOf(TieOp tie) {
  std::string text;
  for (StringRef cell : tie.getCells() ? tie.getCells()->getAsValueRange<StringAttr>()
                                       : ArrayAttr::get(tie.getContext(), {}).getAsValueRange<StringAttr>())
    text += (text.empty() ? ", by " : ", ") + cell.str();
  return text;
}

static Json jsonOf(TieOp tie, const std::vector<Reading> &readings) {
  Json line = {{"tied", tie.getPath().str()}, {"form", formText(tie)}, {"readings", Json::array()}};
  for (const Reading &reading : readings) {
    Json one = {{"how", reading.how}, {"reason", reading.text}};
    if (!reading.wire.empty())
      one["wire"] = reading.wire;
    if (reading.bytes)
      one["bytes"] = reading.bytes;
    for (auto &[name, cost] : {std::pair("taken", reading.taken), std::pair("otherwise", reading.otherwise)})
      if (cost)
        one[name] = {{"flops", cost->first}, {"bytes", cost->second}};
    line["readings"].push_back(one);
  }
  return line;
}

void explainTies(Compilation &compilation, bool json) {
  TiesOp map = tiesOf(*compilation.normal, compilation.entryNetwork().getSymName());
  if (!map)
    return;
  Ties ties(compilation);
  for (TieOp tie : map.ties()) {
    if (tie.getForm() == TieForm::own)
      continue;
    std::vector<Reading> readings = ties.readingsOf(tie);
    if (json) {
      llvm::outs() << jsonOf(tie, readings).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
      continue;
    }
    llvm::outs() << "tied weight `" << tie.getPath() << "`: " << formText(tie) << cellsOf(tie) << "\n";
    for (const Reading &reading : readings)
      llvm::outs() << "  " << reading.text << "\n";
  }
}

} // namespace weft
