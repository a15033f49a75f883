#include "compiler/prove/OpenSizes.h"

#include <set>

using namespace mlir;

namespace weft::prove {

std::vector<std::string> openAxesOf(MonoidOp monoid, const AxisTable &axes) {
  std::set<std::string> open;
  auto add = [&](StringRef axis) {
    for (const std::string &name : axes.size(axis).openAxes())
      open.insert(name);
  };
  auto addType = [&](Type type) {
    if (auto object = dyn_cast<ObjectType>(type); object && object.isIndex())
      add(object.getElement());
  };
  for (Type type : monoid.getCarrier().getAsValueRange<TypeAttr>())
    addType(type);
  monoid.walk([&](Operation *op) {
    if (auto size = dyn_cast<SizeOp>(op))
      add(size.getAxis());
    for (Type type : op->getResultTypes())
      addType(type);
  });
  return {open.begin(), open.end()};
}

OwningOpRef<ModuleOp> atSizes(ModuleOp program, const std::map<std::string, int64_t> &sizes) {
  OwningOpRef<ModuleOp> copy = program.clone();
  Builder builder(program.getContext());
  for (AxisOp axis : copy->getOps<AxisOp>()) {
    std::optional<Size> size = Size::parse(axis.getSize().str());
    std::optional<int64_t> number =
        size ? size->evaluate([&](std::string_view name) -> std::optional<int64_t> {
          auto known = sizes.find(std::string(name));
          return known == sizes.end() ? std::nullopt : std::optional(known->second);
        })
             : std::nullopt;
    if (!number)
      continue;
    axis.setSize(std::to_string(*number));
    if (axis.getKind() == AxisKind::open)
      axis.setKind(AxisKind::fixed);
  }
  return copy;
}

} // namespace weft::prove
