// What a recurrence takes at each position as wires over chunks of positions, and its sums read from such
// wires.
#pragma once

#include "compiler/normalize/MatrixRecurrence.h"

namespace weft {

class PositionChunks {
public:
  /// Chunks of `length` positions; the last may be longer than what is left, and then has what changes
  /// nothing.
  PositionChunks(MatrixRecurrence &recurrence, const AxisTable &axes, int64_t length);

  Dimension chunk, row; // a chunk, and a position in it

  /// The product of `factors` of the state's equation, or of the reader's, as
  /// `part[chunk, batch, row, rest]`, as far as they need these; `component` is the one whose unit stands
  /// behind the last position.
  NamedWire stream(llvm::StringRef part, unsigned component, llvm::ArrayRef<mlir::Value> factors,
                   EquationOp source, llvm::ArrayRef<StateDimension *> batch,
                   llvm::ArrayRef<StateDimension *> rest);
  /// The reader reads its sums from `outputs`, and the state nowhere.
  void replaceSum(const NamedWire &outputs);

  /// A name for a part of the recurrence.
  mlir::StringAttr name(llvm::StringRef part);
  /// A component of the monoid's unit.
  mlir::Value unitOf(mlir::OpBuilder &at, unsigned component);

private:
  /// A wire over all positions, and what its axes are; null for the position.
  struct Whole {
    mlir::Value wire;
    llvm::SmallVector<const StateDimension *> dimensions;
  };
  /// Where something stands: the state's equation or the reader's, and what its positions are there.
  struct Source {
    EquationOp equation;
    mlir::BlockArgument time;
    bool isState;
    mlir::BlockArgument index(const StateDimension *dimension) const {
      return isState ? dimension->inState : dimension->inReader;
    }
  };

  std::optional<Whole> readDirectly(mlir::Value factor, Source &source, llvm::ArrayRef<StateDimension *> own);
  Whole writeWhole(llvm::StringRef part, llvm::ArrayRef<mlir::Value> factors, Source &source,
                   llvm::ArrayRef<StateDimension *> own);
  mlir::Value integer(mlir::OpBuilder &at, mlir::Value index);
  mlir::Value integer(mlir::OpBuilder &at, int64_t value);
  mlir::Value positionOf(EquationWriter &writer);

  MatrixRecurrence &r;
  int64_t length;
  mlir::OpBuilder builder; // before the reader
  mlir::Location location;
  ObjectType type, number;
};

} // namespace weft
