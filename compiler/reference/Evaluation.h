// One evaluation of a program under way. Its parts are in Equations.cpp, Expressions.cpp, Folds.cpp,
// Frames.cpp, Contracts.cpp and Interpreter.cpp.
#pragma once

#include "compiler/reference/AxisSizes.h"
#include "compiler/reference/Needs.h"
#include "compiler/reference/Tensor.h"
#include "llvm/ADT/ScopeExit.h"
#include <random>

namespace weft::reference {

using mlir::FailureOr;
using mlir::LogicalResult;
using Scalars = llvm::SmallVector<Scalar, 4>;
using Wires = llvm::SmallVector<Wire, 4>;

class Evaluation {
public:
  Evaluation(mlir::ModuleOp module, const Call &call);
  Outcome run(llvm::StringRef entry);

private:
  // Interpreter.cpp: programs and their edges.
  LogicalResult bindWeights(MorphismOp entry);
  LogicalResult bindWeights(NetworkOp entry);
  LogicalResult bindOccurrences(TiesOp ties);
  template <typename Op> FailureOr<Wires> bindInputs(Op entry);
  template <typename Op> LogicalResult runEntry(Op entry, Outcome &outcome);
  FailureOr<Wire> takeInput(mlir::Type type, llvm::StringRef name, unsigned &part, mlir::Location location);
  LogicalResult checkArray(const Array &array, ObjectType type, llvm::StringRef what, bool isWeight,
                           mlir::Location location);
  void giveOutput(const Wire &wire, llvm::StringRef name, unsigned &part, Outcome &outcome);
  FailureOr<Wires> runMorphism(MorphismOp morphism, llvm::ArrayRef<Wire> inputs, llvm::StringRef path,
                               const std::vector<bool> &results);

  // Diagrams.cpp and Frames.cpp: operations on wires.
  /// Runs what the marked results need. The others may be absent.
  FailureOr<Wires> runBlock(mlir::Block &block, llvm::ArrayRef<Wire> arguments,
                            const std::vector<bool> &results);
  LogicalResult runOperations(mlir::Block &block, const Needs::OfBlock &needs);
  std::vector<bool> marked(mlir::ResultRange results);
  LogicalResult runWireOp(mlir::Operation &op);
  LogicalResult runBox(BoxOp box);
  LogicalResult runGroup(GroupOp group);
  LogicalResult runIterate(IterateOp loop);
  template <typename Op> LogicalResult runFrame(Op frame, bool ownWeights);
  FailureOr<Wire> allocate(mlir::Type type, mlir::Location location);
  Wires wiresOf(mlir::ValueRange values);
  void define(mlir::ResultRange results, llvm::ArrayRef<Wire> values);

  // Equations.cpp and Contracts.cpp.
  LogicalResult runEquation(EquationOp equation);
  LogicalResult runClause(EquationOp equation, unsigned clause, Tensor &result);
  LogicalResult runContract(ContractOp contract);
  std::string firstFailing(FoldOp fold);

  // Expressions.cpp: scalars are evaluated when something needs them.
  FailureOr<Scalar> need(mlir::Value value);
  FailureOr<Scalars> needAll(mlir::ValueRange values);
  /// Binds the arguments of a block of scalars and gives what it yields.
  FailureOr<Scalars> yieldOf(mlir::Block &block, llvm::ArrayRef<Scalar> arguments);
  void enter(mlir::Block &block, llvm::ArrayRef<Scalar> arguments);
  mlir::Value nextNeeded(mlir::Operation *op);
  LogicalResult runScalarOp(mlir::Operation *op);
  FailureOr<Scalar> evaluateRead(ReadOp read);
  FailureOr<Scalar> evaluateIndex(IndexOp index);
  FailureOr<Scalar> evaluatePair(PairOp pair);
  FailureOr<Scalar> evaluateInject(InjectOp inject);
  FailureOr<Scalar> evaluateCall(CallOp call);
  Scalar jittered(Scalar value, double error);
  FailureOr<Scalar> held(Scalar value, ObjectType type, llvm::StringRef what, mlir::Location location);
  FailureOr<Scalar> checked(Computed computed, llvm::StringRef what, mlir::Location location);

  // Folds.cpp.
  FailureOr<Scalar> evaluateFold(FoldOp fold);
  FailureOr<Scalars> lifted(MonoidOp monoid, llvm::ArrayRef<Scalar> arguments, mlir::Location location);
  /// Calls `visit` for every value of the indices, the first outermost, with their names in force.
  LogicalResult forEachIndex(llvm::ArrayRef<mlir::BlockArgument> indices, mlir::ArrayAttr names,
                             llvm::function_ref<LogicalResult(llvm::ArrayRef<Scalar>)> visit);

  FailureOr<int64_t> axisSize(llvm::StringRef axis, mlir::Location location);
  FailureOr<int64_t> known(std::variant<int64_t, Failure> size);
  /// Records a failure; the indices in force are added to its message.
  LogicalResult fail(llvm::StringRef name, std::string message, mlir::Location location);
  std::string indicesInForce() const;

  struct NamedIndex {
    std::string name;
    int64_t value;
  };
  /// Where in the program we are: the path of boxes, and the indices of the `chain` and `each` around.
  struct Place {
    std::string path;
    llvm::SmallVector<int64_t, 4> indices;
  };

  mlir::ModuleOp module;
  const Call &call;
  mlir::SymbolTable symbols;
  Needs needs;
  llvm::SmallVector<const Needs::OfBlock *> inForce; // of the blocks around, the innermost last
  AxisSizes sizes;
  /// A weight of an occurrence. Its first axes are those of the `chain` and `each` around, but the outermost
  /// `outside` ones where a tie inside of them gives it.
  struct Weight {
    Tensor tensor;
    size_t outside = 0;
  };
  llvm::StringMap<Weight> weights; // by path
  bool hasMap = false;             // they are those of the occurrences, given by the program's `weft.ties`
  llvm::DenseMap<mlir::Value, Wire> wires;
  llvm::DenseMap<mlir::Value, Scalar> scalars;
  std::vector<NamedIndex> indices;
  Place place;
  unsigned depth = 0;
  std::minstd_rand random;
  std::optional<Failure> failure;
};

} // namespace weft::reference
