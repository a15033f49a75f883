// What a part of a network costs, as a polynomial of the open axes: + − × ÷ and comparisons count 1,
// functions 1.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "llvm/ADT/DenseMap.h"

namespace weft {

class Flops {
public:
  explicit Flops(const AxisTable &axes) : axes(axes) {}

  /// Of one operation, everything inside it included; none when it does not fit.
  std::optional<Size> of(mlir::Operation *op);

private:
  std::optional<Size> ofBlock(mlir::Block &block);
  std::optional<Size> ofMorphism(mlir::Operation *user, mlir::FlatSymbolRefAttr callee);
  std::optional<Size> times(std::optional<Size> cost, llvm::StringRef axis);

  const AxisTable &axes;
  llvm::DenseMap<mlir::Operation *, std::optional<Size>> known; // of morphisms and monoids
};

} // namespace weft
