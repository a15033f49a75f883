// Monoids over open axes, at given sizes of these.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"

#include <map>

namespace weft::prove {

/// The open axes that sizes in the monoid are made of.
std::vector<std::string> openAxesOf(MonoidOp monoid, const AxisTable &axes);

/// The program with open axes fixed.
mlir::OwningOpRef<mlir::ModuleOp> atSizes(mlir::ModuleOp program,
                                          const std::map<std::string, int64_t> &sizes);

} // namespace weft::prove
