// Turns the diagram of one morphism into the wires of a network.
#pragma once

#include "compiler/normalize/ClauseEmitter.h"
#include "dialects/weft/WeightPaths.h"

namespace weft {

using NetworkWires = llvm::SmallVector<NetworkWire, 2>;

/// What the wires of one occurrence of a morphism (or a frame's body) are in the network. A packed wire is
/// several.
struct InlinedOccurrence {
  std::string path;
  const WeightTable &weights; // by path, as seen here: inside a chain they are those of this position
  llvm::DenseMap<mlir::Value, NetworkWires> wires = llvm::DenseMap<mlir::Value, NetworkWires>();
};

/// The weights of all occurrences inside a body that stands at `path`.
std::vector<OccurrenceWeight> usedWeights(mlir::Block &body, llvm::StringRef path);
llvm::SmallVector<NetworkWire> weightsUnder(llvm::ArrayRef<OccurrenceWeight> used,
                                            const WeightTable &weights);

/// Weights of occurrences are found by path in a `WeightTable`: what cells make of them is there already.
class DiagramInliner {
public:
  explicit DiagramInliner(mlir::OpBuilder &builder) : builder(builder) {}

  /// The wires that the body's terminator gives. `inputs` stand for the block's arguments, own weights
  /// included.
  NetworkWires inlineBody(mlir::Block &body, InlinedOccurrence &occurrence);
  /// The same for a morphism; its own weights are found by path.
  NetworkWires inlineMorphism(MorphismOp morphism, llvm::ArrayRef<NetworkWires> inputs, std::string path,
                              const WeightTable &weights);
  NetworkWire inlineEquation(EquationOp equation, InlinedOccurrence &occurrence);
  /// The wire with (at least) these lead axes: positions that it does not depend on get the same value.
  NetworkWire broadcast(const NetworkWire &wire, const LeadAxes &lead, mlir::Location location);
  /// An axis that leads wires, unlike any before.
  LeadAxis newLevel(mlir::StringAttr axis) { return {axis, nextLevel++}; }

private:
  void inlineOperation(mlir::Operation &op, InlinedOccurrence &occurrence);
  void inlineBox(BoxOp box, InlinedOccurrence &occurrence);
  void inlineContract(ContractOp contract, InlinedOccurrence &occurrence);
  void inlineMap(mlir::Operation *op, mlir::StringAttr axis, mlir::Block &body, mlir::ValueRange elements,
                 mlir::ValueRange contexts, llvm::StringRef name, bool ownWeights,
                 InlinedOccurrence &occurrence);
  template <typename Frame> void inlineSequence(Frame frame, bool ownWeights, InlinedOccurrence &occurrence);
  void inlineIterate(IterateOp loop, InlinedOccurrence &occurrence);
  NetworkWires iterateOver(IterateOp loop, llvm::ArrayRef<NetworkWire> operands, const WeightTable &weights,
                           std::string path, LeadAxes lead);
  NetworkWires iteratePlain(IterateOp loop, llvm::ArrayRef<NetworkWire> operands, const WeightTable &weights,
                            std::string path);

  /// Calls that cannot be written as expressions (their morphism repeats along an axis) become wires of their
  /// own, over all indices in force at the call. Gives the operation itself, or a copy beside it that the
  /// caller erases.
  mlir::Operation *materializeCalls(mlir::Operation *op, InlinedOccurrence &occurrence);
  void materializeCall(mlir::Operation *op, CallOp call, InlinedOccurrence &occurrence);

  NetworkWires gather(mlir::ValueRange values, InlinedOccurrence &occurrence);
  /// Gives results, packed or not, the next of `wires`.
  void bind(mlir::ValueRange values, llvm::ArrayRef<NetworkWire> wires, InlinedOccurrence &occurrence);

  void guardAgainstEmptiness(mlir::Block &block, const LeadAxes &lead);
  MorphismOp calleeOf(BoxOp box);

  mlir::OpBuilder &builder;
  llvm::DenseMap<mlir::StringAttr, MorphismOp> morphisms; // of the program, once a box was met
  LeadAxes enclosing;                                     // of the `map` and `each` around
  unsigned nextLevel = 0;
};

/// The type of a packed wire's parts, in order; of any other wire the type itself.
llvm::SmallVector<ObjectType> flatten(mlir::Type type);

} // namespace weft
