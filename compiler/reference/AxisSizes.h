// The sizes of all axes in one evaluation.
#pragma once

#include "compiler/reference/Interpreter.h"
#include "dialects/weft/AxisTable.h"
#include <variant>

namespace weft::reference {

class AxisSizes {
public:
  AxisSizes(mlir::ModuleOp module, const std::map<std::string, int64_t> &open) : axes(module), open(open) {}

  /// The size of an axis, or why it has none.
  std::variant<int64_t, Failure> of(llvm::StringRef axis, mlir::Location location) const;
  /// The value of a size in normal form, of whatever sign.
  std::variant<int64_t, Failure> number(const Size &size, llvm::StringRef subject,
                                        mlir::Location location) const;
  const AxisTable &table() const { return axes; }

private:
  AxisTable axes;
  const std::map<std::string, int64_t> &open;
};

} // namespace weft::reference
