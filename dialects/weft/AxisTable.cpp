#include "dialects/weft/AxisTable.h"

namespace weft {

static std::vector<std::string> strings(std::optional<mlir::ArrayAttr> attribute) {
  std::vector<std::string> result;
  if (attribute)
    for (mlir::Attribute item : *attribute)
      result.push_back(mlir::cast<mlir::StringAttr>(item).str());
  return result;
}

AxisTable::AxisTable(mlir::ModuleOp module) {
  for (AxisOp op : module.getOps<AxisOp>()) {
    std::optional<Size> size = Size::parse(op.getSize().str());
    axes[op.getSymName()] = {op.getKind(), size.value_or(Size(0)), strings(op.getParts()),
                             strings(op.getElements())};
    if (op.getKind() == AxisKind::open || op.getKind() == AxisKind::abstract)
      open.push_back(op.getSymName().str());
  }
}

const AxisTable::Axis *AxisTable::find(llvm::StringRef name) const {
  auto it = axes.find(name);
  return it == axes.end() ? nullptr : &it->second;
}

Size AxisTable::size(llvm::StringRef name) const {
  const Axis *axis = find(name);
  return axis ? axis->size : Size(0);
}

std::optional<Size> AxisTable::count(ObjectType type) const {
  std::optional<Size> total = Size(1);
  for (mlir::StringAttr axis : type.getAxes()) {
    total = multiply(*total, size(axis));
    if (!total)
      return std::nullopt;
  }
  return total;
}

} // namespace weft
