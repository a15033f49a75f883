// Bytes are counted on the network with all boxes inlined; flops on its normal form, in which each component
// of a fold depends on what its lift depends on: attention's scores are counted once, not once for each
// column of the values.
#include "compiler/prove/ClaimVerdict.h"
#include "dialects/weft/FlopCounter.h"

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

// Sizes of the open axes at which less than `least` is left of the room; empty when none of those tried is.
static std::string exceededAt(const Size &room, int64_t least) {
  std::vector<std::string> axes = room.openAxes();
  // All axes alike, then each alone at its greatest, the others small.
  for (int64_t size = 1; size <= int64_t(1) << 20; size *= 2)
    for (size_t large = 0; large <= axes.size(); ++large) {
      auto sizeOf = [&](std::string_view axis) -> std::optional<int64_t> {
        return large == axes.size() || axes[large] == axis ? size : 1;
      };
      std::optional<int64_t> left = room.evaluate(sizeOf);
      if (!left || *left >= least)
        continue;
      std::string text;
      for (const std::string &axis : axes)
        text += (text.empty() ? "" : ", ") + axis + " = " + std::to_string(*sizeOf(axis));
      return text;
    }
  return "";
}

ClaimVerdict decideCost(ModuleOp program, StringRef f, StringRef property, StringRef bound) {
  ClaimVerdict verdict;
  OwningOpRef<ModuleOp> module = networkOf(program, f, property.starts_with("flops"));
  auto network = module ? module->lookupSymbol<NetworkOp>(f) : NetworkOp();
  std::optional<Size> limit = Size::parse(bound.str());
  if (!network || !limit)
    return verdict;
  AxisTable axes(*module);
  bool flops = property.starts_with("flops");
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
  if (isEqual) {
    Size::Comparison comparison = cost->compare(*limit);
    verdict.status = comparison == Size::Comparison::equal     ? ClaimVerdict::Status::proved
                     : comparison == Size::Comparison::unknown ? ClaimVerdict::Status::unknown
                                                               : ClaimVerdict::Status::refuted;
  } else if (room && room->lowerBound() && *room->lowerBound() >= least) {
    verdict.status = ClaimVerdict::Status::proved;
  } else if (room && room->upperBound() && *room->upperBound() < least) {
    verdict.status = ClaimVerdict::Status::refuted;
  } else if (std::string sizes = room ? exceededAt(*room, least) : ""; !sizes.empty()) {
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = what + ", more than " + limit->text() + " with " + sizes;
  } else {
    verdict.how = what + ", and whether that is within " + limit->text() + " depends on open sizes";
  }
  return verdict;
}

} // namespace weft::prove
