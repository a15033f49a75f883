// Writes equations in the notation of tensors: wires whose axes are known by what they stand for.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

namespace weft {

/// What an index stands for, in all equations that are written together: the row of a matrix, a position.
struct Dimension {
  mlir::StringAttr axis;
};

/// A wire and what each of its axes stands for.
struct NamedWire {
  mlir::Value value;
  llvm::SmallVector<const Dimension *> dimensions;
};

/// One equation, while it is written.
class EquationWriter {
public:
  using Body = llvm::function_ref<mlir::Value(EquationWriter &)>;

  /// `name[dimensions] = body`, of reals like `type`, before the builder's place.
  static NamedWire define(mlir::OpBuilder &builder, mlir::Location location, mlir::StringAttr name,
                          ObjectType type, llvm::ArrayRef<const Dimension *> dimensions, Body body);

  mlir::OpBuilder &at() { return builder; }
  /// The index that stands for a dimension, here.
  mlir::Value index(const Dimension *dimension) const { return indices.lookup(dimension); }
  /// The clause's argument for a wire.
  mlir::Value argument(mlir::Value wire);
  /// An element, at the indices of its dimensions; of `other` at that of `instead`.
  mlir::Value read(const NamedWire &wire, const Dimension *other = nullptr,
                   const Dimension *instead = nullptr);
  mlir::Value apply(Function function, mlir::Value a, mlir::Value b);
  /// `monoid[over where mask](body)`; `mask` may be null.
  FoldOp fold(MonoidOp monoid, llvm::ArrayRef<const Dimension *> over, Body mask, Body body);
  mlir::Value choose(mlir::Value condition, Body then, Body otherwise);
  mlir::Value compare(Function function, const Dimension *a, const Dimension *b);

private:
  EquationWriter(mlir::OpBuilder &builder, mlir::Location location, EquationOp equation, ObjectType type)
      : builder(builder), location(location), equation(equation), type(type) {}
  mlir::Value writeRegion(mlir::Region &region, llvm::ArrayRef<const Dimension *> over, Body body);

  mlir::OpBuilder builder;
  mlir::Location location;
  EquationOp equation;
  ObjectType type;
  llvm::DenseMap<const Dimension *, mlir::Value> indices;
  llvm::MapVector<mlir::Value, mlir::Value> arguments;
};

} // namespace weft
