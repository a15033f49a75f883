// Which operation checks the indices that a caller gives: the first that reads them, where it reads them all.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

class IndexReaders {
public:
  /// `isByElements`: an equation of which nothing but its own loops reads.
  IndexReaders(NetworkOp network, const AxisTable &axes, llvm::function_ref<bool(EquationOp)> isByElements);

  /// The inputs that the operation checks while it reads them.
  llvm::ArrayRef<mlir::Value> checkedBy(mlir::Operation *op) const;
  /// Whether an input is checked by the operation that reads it first; others are before the call.
  bool isCheckedInside(mlir::Value input) const { return readers.contains(input); }

private:
  llvm::DenseMap<mlir::Value, mlir::Operation *> readers;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Value>> inputs;
};

/// Whether what is read may come to be a position in memory, or a divisor: then it must be in range when it
/// is used. Elsewhere any number will do until all are known to be in range.
bool mayBeAddress(mlir::Value index);

} // namespace weft
