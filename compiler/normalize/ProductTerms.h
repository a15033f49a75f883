// What the terms of a sum cost, and how each factor of them is had: the choice between the formula of a
// weight and the weight itself rests on this.
#pragma once

#include "compiler/normalize/SumOfProducts.h"
#include "compiler/normalize/WeightFormulas.h"

namespace weft {

/// One term with what each of its factors costs, and its order.
struct OrderedTerm {
  ProductTerm term;
  ContractionOrder order;
  /// By factor: it is computed from weights, once, into a wire of its own.
  llvm::SmallVector<bool> evaluated;
  /// Terms with a factor 0 are left out: a weight read outside its axis is one.
  bool skipsZeros = false;
  double share = 1; // of the terms, that are not left out

  bool isEvaluated(ContractionOrder::Subset subset) const {
    return order.isLeaf(subset) && evaluated[llvm::countr_zero(subset)];
  }
};

class ProductTerms {
public:
  ProductTerms(EquationOp equation, const WeightFormulas &formulas, const AxisTable &axes)
      : equation(equation), formulas(formulas), axes(axes) {}

  /// The terms of a fold, each in its cheapest order; none when it is no sum of products, or has a factor
  /// that only evaluating the formula gives.
  std::optional<std::vector<OrderedTerm>> of(FoldOp fold);

private:
  std::optional<OrderedTerm> ordered(ProductTerm term);
  FactorCost costOf(mlir::Value factor, const ProductTerm &term);
  bool readsInPlace(mlir::Value factor, FactorCost &cost);
  bool slides(mlir::Value factor, OrderedTerm &term, llvm::ArrayRef<FactorCost> costs, FactorCost &cost);
  bool evaluates(mlir::Value factor, FactorCost &cost);
  double sizeOf(llvm::ArrayRef<mlir::Value> indices) const;
  mlir::Value wireOf(ReadOp read);

  EquationOp equation;
  const WeightFormulas &formulas;
  const AxisTable &axes;
};

/// What the terms take, open axes taken as `ContractionOrder::openSize`.
struct ProductCost {
  double flops = 0, bytes = 0; // of weights that are read
  bool evaluates = false;
  double total() const { return flops + ContractionOrder::operationsPerByte * bytes; }
};
/// Of one element in memory.
double bytesOf(ObjectType type);
ProductCost costOf(llvm::ArrayRef<OrderedTerm> terms);

} // namespace weft
