// The manifest: what tools want to know of an object without reading code. Its schema is
// docs/manifest.schema.json.
#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/artifact/Costs.h"
#include "compiler/target/artifact/Places.h"

#include "dialects/weft/TieForms.h"
#include "lib/runtime/Descriptor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <nlohmann/json.hpp>

using namespace mlir;
using Json = nlohmann::ordered_json;

namespace weft {

static Json sizeOrNull(const std::optional<Size> &size) { return size ? Json(size->text()) : Json(nullptr); }

static Json tensorJson(const NetworkDescription &network, const EdgeTensor &tensor) {
  Json axes = Json::array(), shape = Json::array();
  for (StringAttr axis : tensor.type.getAxes()) {
    axes.push_back(axis.str());
    shape.push_back(network.axes.size(axis.getValue()).text());
  }
  Json json = {{"name", tensor.name},
               {"element", tensor.type.getElement().str()},
               {"stored", network.storedType(tensor.type).str()},
               {"axes", axes},
               {"shape", shape}};
  return json;
}

static Json inputJson(const NetworkDescription &network, const EdgeTensor &tensor) {
  Json json = tensorJson(network, tensor);
  json["member"] = tensor.member;
  return json;
}

static Json initJson(Attribute attribute) {
  auto init = dyn_cast_or_null<InitAttr>(attribute);
  if (!init)
    return nullptr;
  Json arguments = Json::array();
  for (double argument : init.getArguments().asArrayRef())
    arguments.push_back(argument);
  return {{"kind", init.getKind().str()}, {"arguments", arguments}};
}

static Json weightJson(const NetworkDescription &network, const EdgeTensor &weight) {
  Json json = tensorJson(network, weight);
  json["init"] = initJson(weight.init);
  json["sha256"] = weight.hash ? Json(llvm::toHex(*weight.hash, /*LowerCase=*/true)) : Json(nullptr);
  json["aliases"] = weight.aliases;
  return json;
}

// What the weights of occurrences are that are not stored by themselves.
static Json tiesJson(const NetworkDescription &network) {
  Json list = Json::array();
  TiesOp ties = network.ties;
  if (!ties)
    return list;
  for (TieOp tie : ties.ties()) {
    if (tie.getForm() == TieForm::own)
      continue;
    Json of = nullptr, cells = Json::array();
    if (BlockArgument stored = storedBehind(tie.getWire()))
      of = cast<StringAttr>(ties.getWeightNames()[stored.getArgNumber()]).str();
    if (tie.getCells())
      for (StringRef cell : tie.getCells()->getAsValueRange<StringAttr>())
        cells.push_back(cell.str());
    list.push_back({{"occurrence", tie.getPath().str()},
                    {"form", stringifyTieForm(tie.getForm()).str()},
                    {"of", of},
                    {"cells", cells},
                    {"flops", tie.getFlops() ? Json(*tie.getFlops()) : Json(nullptr)}});
  }
  return list;
}

static Json axesJson(const NetworkDescription &network) {
  Json list = Json::array();
  for (auto [axis, member] : llvm::zip(network.usedAxes(), network.sizeMembers))
    list.push_back({{"name", axis}, {"member", member}});
  return list;
}

// What the code of this network folds with.
static Json monoidsJson(const NetworkDescription &network) {
  Json list = Json::array();
  ModuleOp program = network.program;
  auto entry = program.lookupSymbol<NetworkOp>(network.name);
  llvm::StringSet<> used;
  if (entry)
    entry->walk([&](FoldOp fold) { used.insert(fold.getMonoid()); });
  for (MonoidOp monoid : program.getOps<MonoidOp>()) {
    if (!used.contains(monoid.getSymName()))
      continue;
    Json laws = Json::object();
    for (NamedAttribute law : monoid.getLaws())
      laws[law.getName().str()] = cast<StringAttr>(law.getValue()).str();
    list.push_back({{"name", monoid.getSymName().str()}, {"laws", laws}});
  }
  return list;
}

static Json claimsJson(const NetworkDescription &network) {
  Json list = Json::array();
  ModuleOp program = network.program;
  for (ClaimOp claim : program.getOps<ClaimOp>())
    list.push_back({{"subject", claim.getSubject().str()},
                    {"property", claim.getProperty().str()},
                    {"verdict", claim.getVerdict().str()}});
  return list;
}

static Json sitesJson(const CpuCode &code) {
  Json list = Json::array();
  for (const ErrorSite &site : code.sites)
    list.push_back({{"name", site.name}, {"message", site.message}, {"place", placeOf(site.location)}});
  return list;
}

static Json targetJson(llvm::ArrayRef<CodeVariant> variants) {
  Json cpus = Json::array();
  for (const CodeVariant &variant : variants)
    cpus.push_back({{"cpu", variant.target.name},
                    {"features", variant.target.features},
                    {"packedBytes", variant.code.packedBytes}});
  return {{"triple", variants.front().target.triple}, {"cpus", cpus}};
}

static int64_t packedBytesOf(llvm::ArrayRef<CodeVariant> variants) {
  int64_t most = 0;
  for (const CodeVariant &variant : variants)
    most = std::max(most, variant.code.packedBytes);
  return most;
}

static Json costsJson(const NetworkDescription &network, llvm::ArrayRef<CodeVariant> variants) {
  Costs costs = costsOf(network);
  return {{"parameters", sizeOrNull(costs.parameters)},
          {"parametersWithoutTies", sizeOrNull(costs.parametersWithoutTies)},
          {"weightBytes", sizeOrNull(costs.weightBytes)},
          {"packedBytes", packedBytesOf(variants)},
          {"inputBytes", sizeOrNull(costs.inputBytes)},
          {"outputBytes", sizeOrNull(costs.outputBytes)},
          {"flops", sizeOrNull(costs.flops)}};
}

std::string manifestText(const NetworkDescription &network, llvm::ArrayRef<CodeVariant> variants) {
  Json inputs = Json::array(), outputs = Json::array(), weights = Json::array();
  for (const EdgeTensor &tensor : network.inputs)
    inputs.push_back(inputJson(network, tensor));
  for (const EdgeTensor &tensor : network.outputs)
    outputs.push_back(inputJson(network, tensor));
  for (const EdgeTensor &weight : network.weights)
    weights.push_back(weightJson(network, weight));
  Json entry = {
      {"name", network.name}, {"axes", axesJson(network)}, {"inputs", inputs}, {"outputs", outputs}};
  Json manifest = {{"abi", WEFT_ABI_VERSION},
                   {"compiler", WEFT_VERSION},
                   {"target", targetJson(variants)},
                   {"real", network.real},
                   {"prefix", network.prefix},
                   {"entries", Json::array({entry})},
                   {"weights", weights},
                   {"ties", tiesJson(network)},
                   {"monoids", monoidsJson(network)},
                   {"claims", claimsJson(network)},
                   {"costs", costsJson(network, variants)},
                   {"sites", sitesJson(variants.back().code)}};
  return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace weft
