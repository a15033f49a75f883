// Turns the diagram of one morphism into the wires of a network.
#pragma once

#include "compiler/normalize/ClauseEmitter.h"
#include "dialects/weft/WeightPaths.h"

namespace weft {

using Wires = llvm::SmallVector<Wire, 2>;

/// What the wires of one occurrence of a morphism (or a frame's body) are in the network. A packed wire is
/// several.
struct Occurrence {
  std::string path;
  WeightTable weights; // by path, as seen here: inside a chain they are those of this position
  llvm::DenseMap<mlir::Value, Wires> wires = llvm::DenseMap<mlir::Value, Wires>();
};

class DiagramInliner {
public:
  explicit DiagramInliner(mlir::OpBuilder &builder) : builder(builder) {}

  /// The wires that the body's terminator gives. `inputs` stand for the block's arguments, own weights
  /// included.
  Wires inlineBody(mlir::Block &body, Occurrence &occurrence);
  /// The same for a morphism; its own weights are found by path.
  Wires inlineMorphism(MorphismOp morphism, llvm::ArrayRef<Wires> inputs, std::string path,
                       const WeightTable &weights);

private:
  void inlineOperation(mlir::Operation &op, Occurrence &occurrence);
  void inlineBox(BoxOp box, Occurrence &occurrence);
  Wire inlineEquation(EquationOp equation, Occurrence &occurrence);
  void inlineContract(ContractOp contract, Occurrence &occurrence);
  void inlineMap(mlir::Operation *op, mlir::StringAttr axis, mlir::Block &body, mlir::ValueRange elements,
                 mlir::ValueRange contexts, llvm::StringRef name, bool ownWeights, Occurrence &occurrence);
  template <typename Frame> void inlineSequence(Frame frame, bool ownWeights, Occurrence &occurrence);
  void inlineIterate(IterateOp loop, Occurrence &occurrence);
  Wires iterateOver(IterateOp loop, llvm::ArrayRef<Wire> operands, const WeightTable &weights,
                    std::string path, LeadAxes lead);
  Wires iteratePlain(IterateOp loop, llvm::ArrayRef<Wire> operands, const WeightTable &weights,
                     std::string path);

  /// Calls that cannot be written as expressions (their morphism repeats along an axis) become wires of their
  /// own, over all indices in force at the call. Gives the operation itself, or a copy beside it that the
  /// caller erases.
  mlir::Operation *materializeCalls(mlir::Operation *op, Occurrence &occurrence);
  void materializeCall(mlir::Operation *op, CallOp call, Occurrence &occurrence);

  Wires gather(mlir::ValueRange values, Occurrence &occurrence);
  /// Gives results, packed or not, the next of `wires`.
  void bind(mlir::ValueRange values, llvm::ArrayRef<Wire> wires, Occurrence &occurrence);
  /// The wire with (at least) these lead axes: positions that it does not depend on get the same value.
  Wire broadcast(const Wire &wire, const LeadAxes &lead, mlir::Location location);

  mlir::OpBuilder &builder;
  unsigned nextLevel = 0;
};

/// The type of a packed wire's parts, in order; of any other wire the type itself.
llvm::SmallVector<ObjectType> flatten(mlir::Type type);

} // namespace weft
