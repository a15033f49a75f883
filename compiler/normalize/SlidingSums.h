// A sum with a weight that slides along several axes, and is 0 outside of them, goes over the elements of the
// weight instead: a convolution.
//
//   y[a, b] = sum[c, d]((k[c - a + 1, d - b + 1] else 0) * x[c, d])
//     ⟹  y[a, b] = sum[s, t](k[s, t] * (x[a + s - 1, b + t - 1] else 0))
//
// The law: a sum does not depend on what its terms are called, and terms that are 0 may be left out.
#pragma once

#include "compiler/normalize/ProductTerms.h"
#include "dialects/weft/IndexBounds.h"

namespace weft {

class SlidingSum {
public:
  /// None when the fold is no such sum.
  static std::optional<SlidingSum> find(EquationOp equation, FoldOp fold, const WeightFormulas &formulas,
                                        const AxisTable &axes);

  ProductCost cost();
  /// The value of the fold, by the other sum.
  mlir::Value write();

private:
  /// One position of the weight: `sign · index + rest`, where no other factor of the weight has the index.
  struct Slide {
    unsigned axis;
    mlir::BlockArgument index;
    int64_t sign;
    AffinePosition rest;
  };

  SlidingSum(EquationOp equation, FoldOp fold, const AxisTable &axes)
      : equation(equation), fold(fold), axes(&axes) {}

  bool findSlides(ReadOp read);
  bool mayRead(mlir::Value factor) const;
  const Slide *slideOf(mlir::Value index) const;
  bool slides(mlir::Value value) const;
  mlir::Value splitWire(ReadOp read);
  mlir::Value weightRead(mlir::OpBuilder &builder, mlir::IRMapping &map);
  mlir::Value otherRead(mlir::OpBuilder &builder, ReadOp read, mlir::Value wire, mlir::IRMapping &map);
  mlir::Value numberOf(mlir::OpBuilder &builder, const Slide &slide, mlir::IRMapping &map);
  double sizeOf(mlir::StringRef axis) const;

  EquationOp equation;
  FoldOp fold;
  const AxisTable *axes;
  ProductTerm term;
  size_t weight = 0; // among the factors
  llvm::SmallVector<Slide> moves;
};

} // namespace weft
