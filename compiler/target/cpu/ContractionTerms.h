// What a contraction does with pairs of elements: any function of the two, folded by any monoid of one
// component. A sum of products has the machine's multiply-add; min over +, max over ×, sums of distances and
// the like are written as the program says them, in the same tiles.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

class ExpressionEmitter;
class FunctionEmitter;

struct TermShape {
  ReadOp first, second;
  bool isSum = false;         // of reals, that may be reordered by law
  bool isMultiplyAdd = false; // a product in such a sum
  bool mayReorder = false;    // by law
  /// When a minimum or maximum of reals is taken: the function that each term is, if it is one of the two
  /// elements whose ranges show that no term is NaN. Then a minimum is one instruction.
  bool takesExtremes = false;
  std::optional<Function> function;
  unsigned temporaries = 0; // registers that a term needs beside the elements and the result

  /// Whether tiles are written twice: for elements whose ranges exclude NaN, and for all.
  bool asksForRanges() const { return takesExtremes && function; }
};

/// None when the fold is more than that. No law is needed: each result combines its terms in the written
/// order, unless `mayReorder` lets several go side by side.
std::optional<TermShape> readTermShape(FoldOp fold);

/// Writes terms on vectors of columns.
class ContractionTerms {
public:
  /// `withoutNan`: no term is NaN.
  ContractionTerms(FunctionEmitter &emitter, FoldOp fold, TermShape shape, unsigned lanes, bool withoutNan);

  /// What a result begins with, in all lanes.
  mlir::Value unit();
  /// A result and one more term: of the first factor's element, of the second's.
  mlir::Value next(mlir::Value sum, mlir::Value first, mlir::Value second);
  mlir::Value combine(mlir::Value x, mlir::Value y);
  const TermShape &shape() const { return terms; }

private:
  mlir::Value term(ExpressionEmitter &expressions, mlir::Value first, mlir::Value second);

  FunctionEmitter &emitter;
  FoldOp fold;
  MonoidOp monoid;
  TermShape terms;
  unsigned lanes;
  bool withoutNan;
  mlir::Value one; // a 1 that nobody may fold, where additions are multiply-adds
};

/// The monoid's unit, when it is a constant.
std::optional<double> constantUnit(MonoidOp monoid);

} // namespace weft
