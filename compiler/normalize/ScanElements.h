// Wires in the bodies of scans that are elements of wires outside.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// The wire that an argument of a scan's body is an element of; null for all else.
mlir::Value elementSource(mlir::Value wire);

/// Adds an element to a scan: its argument in the body.
mlir::Value addElement(ScanOp scan, mlir::Value source, int64_t depth);

/// A wire that was computed inside of loops and is now computed before them.
struct HoistedWire {
  mlir::Value whole; // outside of all loops, with the axes of scans whose elements it depends on in front
  mlir::Value here;  // where it was computed
};

/// Moves an equation of one clause out of all loops around it. All that it reads is an element of the scans
/// among them, or stands outside.
HoistedWire hoistOut(EquationOp equation);

} // namespace weft
