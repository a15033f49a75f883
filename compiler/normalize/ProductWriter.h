// Ordered products as equations: each node of an order is a wire, the outermost may stand where the sum
// stood.
#pragma once

#include "compiler/normalize/ProductTerms.h"

namespace weft {

class ProductWriter {
public:
  ProductWriter(EquationOp equation, FoldOp fold) : equation(equation), fold(fold) {}

  /// The value of the fold. In place, the outermost product of the one term stands where the fold stood.
  mlir::Value write(llvm::ArrayRef<OrderedTerm> terms, bool inPlace);
  /// The wires of factors that are computed from weights.
  llvm::ArrayRef<mlir::Value> evaluated() const { return ofWeights; }

private:
  struct Wire {
    mlir::Value value;
    llvm::SmallVector<mlir::Value> indices;
  };
  using Subset = ContractionOrder::Subset;
  using PartWires = llvm::DenseMap<Subset, mlir::Value>;

  llvm::SmallVector<Subset> partsWithWires(const OrderedTerm &term, Subset subset);
  Wire wireOf(const OrderedTerm &term, Subset subset);
  Wire wireOver(
      const OrderedTerm &term, Subset subset, mlir::OpBuilder &builder, llvm::ArrayRef<Subset> parts,
      llvm::function_ref<mlir::Value(mlir::OpBuilder &, const mlir::IRMapping &, const PartWires &)> value);
  mlir::Value productOf(const OrderedTerm &term, Subset subset, mlir::OpBuilder &builder,
                        const mlir::IRMapping &map, const PartWires &wires);
  mlir::Value operandOf(const OrderedTerm &term, Subset subset, mlir::OpBuilder &builder,
                        const mlir::IRMapping &map, const PartWires &wires);
  mlir::Value factorOf(const OrderedTerm &term, Subset leaf, mlir::OpBuilder &builder,
                       const mlir::IRMapping &map);
  llvm::SmallVector<mlir::Value> summedAt(const OrderedTerm &term, Subset subset);
  mlir::IRMapping identity();

  EquationOp equation;
  FoldOp fold;
  unsigned originalWires = 0;
  llvm::SmallVector<mlir::Value> ofWeights;
};

} // namespace weft
