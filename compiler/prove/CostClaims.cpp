// Bytes are counted on the network with all boxes inlined; flops on its normal form, in which each component
// of a fold depends on what its lift depends on: attention's scores are counted once, not once for each
// column of the values. Folds over the elements of one key look at each element once.
#include "compiler/normalize/NormalForm.h"
#include "compiler/prove/ClaimVerdict.h"
#include "dialects/weft/FlopCounter.h"
#include "lib/axis/SizeBounds.h"

using namespace mlir;

namespace weft::prove {

static int64_t storedBytes(ObjectType type, bool isDouble) {
  StringRef element = type.getElement();
  if (element == "real")
    return isDouble ? 8 : 4;
  if (type.isIndex() || element.ends_with("64"))
    return 8;
  if (element.ends_with("32"))
    return 4;
  return element.ends_with("16") ? 2 : 1;
}

static std::optional<Size> weightBytes(NetworkOp network, const AxisTable &axes, bool isDouble) {
  std::optional<Size> total = Size(0);
  for (unsigned i = 0; i < network.weightCount() && total; ++i) {
    auto type = cast<ObjectType>(network.weight(i).getType());
    std::optional<Size> count = axes.count(type);
    std::optional<Size> bytes = count ? multiply(*count, Size(storedBytes(type, isDouble))) : std::nullopt;
    total = bytes ? add(*total, *bytes) : std::nullopt;
  }
  return total;
}

static OwningOpRef<ModuleOp> countedNetwork(ModuleOp program, StringRef f) {
  OwningOpRef<ModuleOp> module = networkOf(program, f, /*normal=*/true);
  PassManager passes(program.getContext());
  addSegments(passes);
  return module && succeeded(passes.run(*module)) ? std::move(module) : nullptr;
}

ClaimVerdict decideCost(ModuleOp program, StringRef f, StringRef property, StringRef bound) {
  ClaimVerdict verdict;
  bool flops = property.starts_with("flops");
  OwningOpRef<ModuleOp> module = flops ? countedNetwork(program, f) : networkOf(program, f, /*normal=*/false);
  auto network = module ? module->lookupSymbol<NetworkOp>(f) : NetworkOp();
  std::optional<Size> limit = Size::parse(bound.str());
  if (!network || !limit)
    return verdict;
  AxisTable axes(*module);
  auto real = program->getAttrOfType<StringAttr>("weft.real");
  std::optional<Size> cost =
      flops ? countFlops(network, axes) : weightBytes(network, axes, real && real.getValue() == "f64");
  if (!cost) {
    verdict.how = "the count does not fit in 64 bits";
    return verdict;
  }
  std::string what = "`" + f.str() + "` has " + cost->text() + (flops ? " flops" : " bytes of weights");
  bool isEqual = property.contains(" == ");
  std::optional<Size> room = subtract(*limit, *cost);
  int64_t least = property.contains(" < ") ? 1 : 0;
  verdict.how = what;
  verdict.witness = what;
  SizeBound within = room ? isAtLeast(*room, least) : SizeBound();
  std::optional<Size> excess = isEqual && within.holds == true ? subtract(*cost, *limit) : std::nullopt;
  if (excess)
    within = isAtLeast(*excess, 0);
  if (within.holds)
    verdict.status = *within.holds ? ClaimVerdict::Status::proved : ClaimVerdict::Status::refuted;
  else
    verdict.how = what + ", and whether that is " + (isEqual ? "" : "within ") + limit->text() +
                  " cannot be told for all sizes";
  std::string sizes;
  for (const auto &[axis, size] : within.counterexample)
    sizes += (sizes.empty() ? "" : ", ") + axis + " = " + std::to_string(size);
  if (!sizes.empty())
    verdict.witness = what + (isEqual ? ", not " : ", more than ") + limit->text() + " with " + sizes;
  return verdict;
}

} // namespace weft::prove
