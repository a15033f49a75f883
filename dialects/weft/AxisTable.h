// What a program says about its axes, by name.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "lib/axis/Size.h"
#include "llvm/ADT/StringMap.h"

namespace weft {

/// The axes of a module. Built once, asked often; a reader of the `weft.axis` operations only.
class AxisTable {
public:
  struct Axis {
    AxisKind kind;
    Size size;
    std::vector<std::string> parts;    // factors of a product, summands of a sum
    std::vector<std::string> elements; // of a named axis
  };

  explicit AxisTable(mlir::ModuleOp module);

  /// Null for a name that is no axis.
  const Axis *find(llvm::StringRef name) const;
  const Axis &get(llvm::StringRef name) const { return *find(name); }
  /// The size of the axis; 0 for an unknown name.
  Size size(llvm::StringRef name) const;
  /// The number of elements of a tensor over these axes; none when it does not fit.
  std::optional<Size> count(ObjectType type) const;
  /// Open axes in the order declared.
  const std::vector<std::string> &openAxes() const { return open; }

private:
  llvm::StringMap<Axis> axes;
  std::vector<std::string> open;
};

} // namespace weft
