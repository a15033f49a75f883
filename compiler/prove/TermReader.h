// Scalar expressions of the network IR as terms.
#pragma once

#include "compiler/prove/Law.h"
#include "dialects/weft/AxisTable.h"

namespace weft::prove {

Sort sortOf(ObjectType type);

class TermReader {
public:
  TermReader(Terms &terms, const AxisTable &axes, mlir::ModuleOp module)
      : terms(terms), axes(axes), module(module) {}

  /// What a region yields for these arguments.
  TermList yields(mlir::Block &block, llvm::ArrayRef<TermRef> arguments);
  /// The outputs of a morphism on scalars; none when it is more than formulas.
  std::optional<TermList> outputs(MorphismOp morphism, llvm::ArrayRef<TermRef> inputs);

private:
  using Known = llvm::DenseMap<mlir::Value, TermRef>;
  bool readWire(mlir::Operation &op, Known &wires);
  TermRef read(mlir::Value value, Known &known);
  TermRef compute(mlir::Operation *op, Known &known);
  TermRef yielded(mlir::Region &region, Known &known);
  TermRef constant(ConstantOp op);
  TermRef converted(ConvertOp op, Known &known);
  TermRef checkedIndex(IndexOp op, Known &known);
  TermRef paired(PairOp op, Known &known);
  TermRef injected(InjectOp op, Known &known);
  TermRef within(TermRef value, std::optional<Rational> least, std::optional<Rational> greatest);
  std::optional<int64_t> sizeOf(mlir::Value index) const;

  Terms &terms;
  const AxisTable &axes;
  mlir::ModuleOp module;
  unsigned calls = 0;
};

/// The values that a type's wires hold; none for what has no bound.
std::pair<std::optional<Integer>, std::optional<Integer>> boundsOf(ObjectType type, const AxisTable &axes);

} // namespace weft::prove
