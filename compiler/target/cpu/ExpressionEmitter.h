// Scalar expressions as code: one element at a time, or one vector of neighbouring elements.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// An emitted value: the same for all lanes, or one a lane. An integer that grows by a constant from lane to
/// lane is kept as what it is in lane 0 and the step, until somebody needs the vector.
struct Scalar {
  mlir::Value value;
  bool varying = false;
  bool affine = false; // then `value` is lane 0's
  int64_t step = 0;
  IntegerRange range{0, 0};
};

class ExpressionEmitter {
public:
  ExpressionEmitter(FunctionEmitter &emitter, unsigned lanes) : emitter(emitter), lanes(lanes) {}

  void bind(mlir::Value name, Scalar value) { values[name] = value; }
  void bindWire(mlir::Value name, Buffer buffer) { wires[name] = std::move(buffer); }
  /// What every read of a wire gives that is in no memory.
  void bindReads(mlir::Value name, Scalar element) { elements[name] = element; }
  /// Another emitter for the same wires and values, with other lanes.
  ExpressionEmitter withLanes(unsigned lanes) const;
  /// One for what the first lane reads, without a look at whether indices of the caller are ones.
  ExpressionEmitter atFirstLane() const;

  /// An index that runs over consecutive positions, one a lane.
  Scalar laneIndex(mlir::Value first);
  Scalar uniform(mlir::Value value, IntegerRange range = {0, 0}) { return {value, false, false, 0, range}; }
  Scalar uniformIndex(mlir::Value value) { return uniform(value, {0, maximalAxisSize}); }

  /// Writes the operations of a block (those whose results are not bound yet).
  void emitOperations(mlir::Block &block);
  /// The same for what stands before an operation in its block.
  void emitOperationsBefore(mlir::Operation *op);
  void emitOperation(mlir::Operation &op);
  Scalar get(mlir::Value name) { return values.lookup(name); }
  Buffer bufferOf(mlir::Value wire) { return wires.lookup(wire); }
  /// False in lane 0, true in lane 1.
  mlir::Value truthsOfLanes();
  /// The value as one of its compute type: a vector when there are lanes.
  mlir::Value materialize(Scalar value, ObjectType type = nullptr);
  /// The same value in all lanes.
  mlir::Value broadcast(mlir::Value value);
  /// The value of lane 0, of an integer as i64.
  mlir::Value single(Scalar value) { return value.value; }

  /// The element's distance from the buffer's base.
  Scalar linear(const Buffer &buffer, llvm::ArrayRef<Scalar> positions);
  Scalar load(const Buffer &buffer, Scalar element);
  /// That of a buffer without axes.
  Scalar loadElement(const Buffer &buffer);
  void store(const Buffer &buffer, Scalar element, Scalar value, mlir::Location location);

  /// A fold in the written order.
  Scalar emitFold(FoldOp fold);
  /// A region of a monoid with its arguments bound; what it yields.
  llvm::SmallVector<Scalar> emitRegion(mlir::Region &region, llvm::ArrayRef<Scalar> arguments);

  /// Whether something cannot be written with lanes: what was written is then thrown away.
  bool failed() const { return hasFailed; }
  void fail() { hasFailed = true; }

  FunctionEmitter &emitter;
  const unsigned lanes;
  bool withoutNan = false; // no operand of a minimum or maximum is NaN
  mlir::Value activeLanes; // others neither read nor write; null for all
  /// Only the first `count` lanes are active.
  void limitLanes(mlir::Value count);

private:
  friend class FoldWriter;
  Scalar emitRead(ReadOp read);
  Scalar emitReadOrElse(ReadOp read);
  Scalar emitConstant(ConstantOp constant);
  Scalar emitApply(ApplyOp apply);
  Scalar emitRealApply(ApplyOp apply);
  mlir::Value orderedExtreme(mlir::arith::CmpFPredicate predicate, llvm::ArrayRef<mlir::Value> v);
  Scalar emitIntegerApply(ApplyOp apply);
  mlir::Value emptyAxis(ReadOp read);
  Scalar emitDivision(ApplyOp apply, Scalar a, Scalar b);
  Scalar emitLongDivision(ApplyOp apply, Scalar a, Scalar b);
  Scalar emitComparison(ApplyOp apply);
  Scalar emitConvert(ConvertOp convert);
  Scalar emitIndex(IndexOp index);
  Scalar emitPair(PairOp pair);
  Scalar emitInject(InjectOp inject);
  Scalar emitIf(IfOp choice);
  Scalar emitCheck(CheckOp check);

  Scalar select(mlir::Value condition, bool varying, Scalar a, Scalar b, ObjectType type);
  /// The value as its type holds it: checked against the type's range, rounded to 16 bits.
  Scalar held(Scalar value, ObjectType type, mlir::Location location);
  std::pair<Scalar, Scalar> dividedBy(const Scalar &position, int64_t divisor);
  mlir::Value asWide(Scalar value, bool wide);
  mlir::Value laneNumbers();
  /// The active lanes of a vector, to where they lie side by side.
  void storeActive(mlir::Value vector, mlir::Value address, unsigned alignment);
  mlir::Value allOrActive();
  Buffer guarded(const Buffer &buffer);

  std::optional<int64_t> activeCount; // of lanes, where there is a limit, and it is known
  llvm::DenseMap<mlir::Value, Scalar> values;
  llvm::DenseMap<mlir::Value, Buffer> wires;
  llvm::DenseMap<mlir::Value, Scalar> elements;
  bool hasFailed = false;
};

/// Whether evaluating an expression can neither fail nor cost much: then both branches of a choice may be
/// evaluated.
bool isCheap(mlir::Region &region);

} // namespace weft
