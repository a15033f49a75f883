// The axes that frames put in front of the wires inside them.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/StringMap.h"

namespace weft {

/// One axis of an enclosing `map` or `each`: every wire that depends on the position there carries it in
/// front.
struct LeadAxis {
  mlir::StringAttr axis;
  unsigned level; // unique; a frame further in has a higher one
};
using LeadAxes = llvm::SmallVector<LeadAxis, 2>;

/// A value of the network that stands for a wire of a diagram. Its type is the wire's with the lead axes in
/// front, ordered by level.
struct NetworkWire {
  mlir::Value value;
  LeadAxes lead;
};
using WeightTable = llvm::StringMap<NetworkWire>;

bool contains(const LeadAxes &lead, unsigned level);
/// Adds to `all` what of `more` it has not.
void unite(LeadAxes &all, const LeadAxes &more);
/// Those of any of the wires.
LeadAxes leadOf(llvm::ArrayRef<NetworkWire> wires);
/// The type of a wire with these axes in front.
ObjectType led(const LeadAxes &lead, ObjectType type);
/// The type of a wire without its lead axes.
ObjectType ownType(const NetworkWire &wire);

} // namespace weft
