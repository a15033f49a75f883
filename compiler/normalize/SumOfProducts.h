// A sum over indices as a sum of products, and the cheapest order to multiply and sum each of them in.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"
#include "mlir/IR/IRMapping.h"

namespace weft {

/// One factor: a scalar of the clause, or one over it.
struct ProductFactor {
  mlir::Value value;
  bool isInverse = false;
};

/// `± sum[summed](factor · factor · …)`. Where a condition says that two indices are equal, one of them
/// stands for the other.
struct ProductTerm {
  llvm::SmallVector<ProductFactor> factors;
  llvm::SmallVector<mlir::BlockArgument> summed;
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> replaced;
  bool isNegative = false;
};

/// The terms of a fold that is a sum without a mask: `·` is distributed over `+` and over sums inside, and
/// `if i == j then a else 0` selects. None when it is no such sum, or has very many terms.
std::optional<llvm::SmallVector<ProductTerm>> expandSum(FoldOp fold);

/// What a scalar is for the order: its indices, and the bytes of a weight that is read.
struct FactorCost {
  llvm::SmallVector<mlir::Value> indices;
  bool isWeight = false;
  double bytes = 0; // of all elements in memory, for a weight
};

/// A binary tree of products over the factors of a term: node `i` for a subset of them as bits.
class ContractionOrder {
public:
  using Subset = unsigned;
  static constexpr size_t mostFactors = 8;

  ContractionOrder() = default;
  /// `kept` are the indices that the result has. Sizes of open axes are taken as `openSize`.
  ContractionOrder(llvm::ArrayRef<FactorCost> factors, llvm::ArrayRef<mlir::Value> kept,
                   const AxisTable &axes);

  /// In operations; a byte of a weight that is read counts as `operationsPerByte`.
  double cost() const { return nodes.back().cost; }
  /// Of weights that are read.
  double bytes() const;
  Subset all() const { return nodes.size() - 1; }
  bool isLeaf(Subset subset) const { return (subset & (subset - 1)) == 0; }
  std::pair<Subset, Subset> parts(Subset subset) const {
    return {nodes[subset].left, subset & ~nodes[subset].left};
  }
  /// The indices of what a subset gives, in the order of `kept` and then of first use.
  llvm::SmallVector<mlir::Value> indices(Subset subset) const;

  static constexpr int64_t openSize = 64;
  static constexpr double operationsPerByte = 4;

private:
  struct Node {
    double cost = 0;
    Subset left = 0;
    uint64_t indices = 0; // as bits
    bool isWeight = false;
    double bytes = 0;
  };
  double sizeOf(uint64_t set) const;
  void split(Subset subset);

  llvm::SmallVector<mlir::Value> all_;
  llvm::SmallVector<double> sizes;
  llvm::SmallVector<uint64_t> leaves;
  uint64_t kept = 0;
  std::vector<Node> nodes;
};

} // namespace weft
