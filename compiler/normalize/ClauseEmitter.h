// Writes the body of an equation of the normal form: expressions with scalar morphisms put in place of their
// calls.
#pragma once

#include "compiler/normalize/LeadAxes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/StringMap.h"
#include <deque>

namespace weft {

class ClauseEmitter {
public:
  struct Scope;

  /// A wire as seen from inside an expression.
  struct LocalWire {
    enum class Kind { argument, scalar, defined } kind;
    mlir::Value value;        // the block's argument, or the scalar
    LeadAxes lead;            // of an argument
    EquationOp equation = {}; // what defines it, inside an inlined morphism
    Scope *scope = nullptr;   // where that equation stands
  };

  /// What names mean in one occurrence of a morphism (or in the clause itself).
  struct Scope {
    std::string path;
    mlir::IRMapping scalars;
    llvm::DenseMap<mlir::Value, LocalWire> wires;
  };

  /// `weights` are the weights that expressions may read, by path, as arguments of the block that is written.
  ClauseEmitter(mlir::OpBuilder &builder, const llvm::DenseMap<unsigned, mlir::Value> &leadIndices,
                const llvm::StringMap<LocalWire> &weights)
      : builder(builder), leadIndices(leadIndices), weights(weights) {}

  Scope &newScope(std::string path);
  /// Writes the operations of a block but its terminator.
  void emitOperations(mlir::Block &block, Scope &scope);
  /// Writes a block and gives the values of its terminator.
  llvm::SmallVector<mlir::Value> emitBlock(mlir::Block &block, Scope &scope);
  /// Writes what a single value needs, and gives it.
  mlir::Value emitValue(mlir::Value value, Scope &scope);

private:
  void emitOperation(mlir::Operation &op, Scope &scope);
  mlir::Value emitRead(ReadOp read, Scope &scope);
  mlir::Value emitCall(CallOp call, Scope &scope);
  /// The wires of a morphism's or group's body, up to its terminator, whose wires it gives.
  llvm::SmallVector<LocalWire> bindBody(mlir::Block &body, Scope &scope);
  void bindContract(ContractOp contract, Scope &scope);
  mlir::Value readWire(const LocalWire &wire, mlir::ValueRange positions, mlir::Location location);
  mlir::Value inlineDefinition(const LocalWire &wire, mlir::ValueRange positions, mlir::Location location);
  mlir::Value inlineClauses(const LocalWire &wire, unsigned clause, mlir::ValueRange numbers,
                            mlir::Location location);
  mlir::Value readOrElse(ReadOp read, const LocalWire &wire, mlir::ValueRange positions, Scope &scope);

  // Arithmetic on positions, as i64.
  mlir::Value number(mlir::Value position);
  mlir::Value constant(int64_t value);
  mlir::Value sizeOf(mlir::StringAttr axis);
  mlir::Value apply(Function function, mlir::Value a, mlir::Value b);
  mlir::Value indexAt(mlir::Value number, ObjectType type);
  mlir::Value matches(mlir::Value pattern, mlir::Value number);
  void bindPattern(mlir::Value pattern, mlir::Value number, Scope &scope);
  mlir::Value pairStride(PairOp pair, unsigned part);
  mlir::Value injectOffset(InjectOp inject);

  mlir::OpBuilder &builder;
  const llvm::DenseMap<unsigned, mlir::Value> &leadIndices;
  const llvm::StringMap<LocalWire> &weights;
  std::deque<Scope> scopes;
  // Contracts of the morphism that is being inlined; they guard the value it gives.
  llvm::SmallVector<std::pair<ContractOp, mlir::Value>> *contracts = nullptr;
};

/// Whether a call of this morphism can be written as an expression: nothing in it repeats along an axis.
bool isExpression(MorphismOp morphism);

} // namespace weft
