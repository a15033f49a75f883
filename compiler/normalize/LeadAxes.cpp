#include "compiler/normalize/LeadAxes.h"

using namespace mlir;

namespace weft {

bool contains(const LeadAxes &lead, unsigned level) {
  return llvm::any_of(lead, [&](const LeadAxis &axis) { return axis.level == level; });
}

void unite(LeadAxes &all, const LeadAxes &more) {
  for (const LeadAxis &axis : more)
    if (!contains(all, axis.level))
      all.push_back(axis);
  llvm::sort(all, [](const LeadAxis &a, const LeadAxis &b) { return a.level < b.level; });
}

LeadAxes leadOf(ArrayRef<NetworkWire> wires) {
  LeadAxes all;
  for (const NetworkWire &wire : wires)
    unite(all, wire.lead);
  return all;
}

static SmallVector<StringAttr> axesOf(const LeadAxes &lead) {
  return llvm::map_to_vector(lead, [](const LeadAxis &axis) { return axis.axis; });
}

ObjectType led(const LeadAxes &lead, ObjectType type) {
  SmallVector<StringAttr> axes = axesOf(lead);
  llvm::append_range(axes, type.getAxes());
  return type.over(axes);
}

ObjectType ownType(const NetworkWire &wire) {
  ObjectType type = cast<ObjectType>(wire.value.getType());
  return type.over(type.getAxes().drop_front(wire.lead.size()));
}

} // namespace weft
