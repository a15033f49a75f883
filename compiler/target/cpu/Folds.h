// Folds as nested loops that carry the monoid's components.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/FoldExit.h"

namespace weft {

class FoldWriter {
public:
  /// What is carried: each component as what it computes in, and, where the monoid has no unit, whether there
  /// is anything yet.
  using Components = llvm::SmallVector<mlir::Value>;

  FoldWriter(ExpressionEmitter &expressions, FoldOp fold);
  Scalar write();

  // Piece by piece, for scans.

  /// Elements come from the last to the first, each before what is carried.
  void prepend() { prepends = true; }
  /// The mask is known to hold.
  void skipMask() { isTightened = true; }
  Components initial();
  /// What is carried after all elements at this value of the first index.
  Components step(Scalar first, Components carried);
  /// The fold's result.
  Scalar finish(Components carried);
  /// Which components what comes later needs, of what is carried.
  llvm::SmallVector<bool> liveComponents();
  ObjectType component(unsigned i);
  size_t width() { return monoid.getComponents().size(); }

  // Neighbours in lanes (FoldChunks.cpp); the monoid has a unit.

  /// The lifted elements at these values of the only index; the unit where the mask does not hold.
  Components lifted(Scalar index);
  /// In each lane the fold of the lanes up to it; from it on when elements are prepended.
  Components inclusive(Components lanes);
  /// One lane in all lanes.
  Components spread(llvm::ArrayRef<mlir::Value> lanes, unsigned lane);
  /// The earlier and the later, whichever way elements come.
  Components combine(llvm::ArrayRef<mlir::Value> left, llvm::ArrayRef<mlir::Value> right);
  Components extract(llvm::ArrayRef<mlir::Value> lanes, unsigned lane);

private:
  /// Components are carried as what they compute in; integers in 64 bits.
  mlir::Value carry(Scalar value, unsigned i);
  llvm::SmallVector<Scalar> scalars(mlir::ValueRange carried);
  Components loops(unsigned axis, Components carried);
  std::pair<mlir::Value, mlir::Value> range();
  void tighten(mlir::Value &low, mlir::Value &high);
  void bindIndex(unsigned axis, Scalar index);
  /// What elements after this one will read from anywhere in memory (FoldsAhead.cpp).
  void askForRowsAhead(mlir::Value element);
  Components element(llvm::ArrayRef<mlir::Value> carried);
  Components combined(llvm::ArrayRef<mlir::Value> carried);
  llvm::SmallVector<Scalar> liftedScalars();
  void checkDomain(llvm::ArrayRef<Scalar> lifted);
  bool unitShows();

  // Elements in lanes (FoldLanes.cpp).
  unsigned laneCount(mlir::Value low, mlir::Value high);
  Components inLanes(mlir::Value low, mlir::Value high, unsigned lanes, Components carried);
  Components inChunks(mlir::Value low, mlir::Value high, unsigned lanes, Components carried);
  Components oneByOne(mlir::Value low, mlir::Value high, Components carried);
  Components lastIndexLoop(mlir::Value low, mlir::Value high, int64_t step, unsigned sets,
                           Components carried);
  Components acrossLanes(Components carried);
  Components restInPart(mlir::Value low, mlir::Value high, Components carried);

  ExpressionEmitter &expressions;
  FunctionEmitter &emitter;
  FoldOp fold;
  MonoidOp monoid;
  bool isSmall;        // a sum of integers that needs no check for overflow
  bool isWide = false; // another one, whose parts are carried in 128 bits
  // Loops that leave early (FoldExit.cpp).
  mlir::Value isFinal(mlir::ValueRange carried);
  Components loop(mlir::Value low, mlir::Value high, int64_t step, Components carried,
                  FunctionEmitter::Body body);

  std::optional<FoldExit> exit; // of a fold that is written whole
  bool isTightened = false;
  bool prepends = false;
};

} // namespace weft
