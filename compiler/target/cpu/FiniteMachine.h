// A step over a state of few values, by elements of few values, is a map of states for each element:
//
//   for x: s = step(s, x)     ⟹     for each value x: maps[x] = step(·, x)
//                                   for x: f = maps[x] ∘ f   then   s = f(s)
//
// The law: composition is associative, so the maps are composed without knowing a state. A map of at most 16
// states is a vector of bytes, and a composition one shuffle of bytes: no step waits for what the one before
// it reads from memory.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

struct FiniteMachine {
  EquationOp step;
  mlir::BlockArgument state;                       // among the step's arguments
  llvm::SmallVector<mlir::BlockArgument> elements; // those of the scan's elements
  llvm::SmallVector<int64_t> elementValues;
  int64_t stateValues, maps; // how many
};

/// Whether a scan is such a machine, and waiting for states takes longer than composing maps. Then it is one
/// where there are at least twice as many steps as maps.
std::optional<FiniteMachine> findMachine(ScanOp scan, const AxisTable &axes, const CpuTarget &target);

/// On the scans that are such machines, for whoever explains them.
constexpr llvm::StringLiteral machineMark = "weft.machine";

class MachineWriter {
public:
  /// `bufferOf` gives the wires that the step reads.
  MachineWriter(FunctionEmitter &emitter, FiniteMachine machine,
                llvm::function_ref<Buffer(mlir::Value)> bufferOf)
      : emitter(emitter), machine(std::move(machine)), bufferOf(bufferOf) {}

  /// Tabulates the maps; false when the step cannot be written for all states at once.
  bool writeMaps();
  /// The map that changes nothing, and `map` with that of one more step behind it, whose elements are bound.
  mlir::Value identity();
  mlir::Value followed(mlir::Value map);
  /// What a map makes of a state.
  Scalar applied(mlir::Value map, Scalar state);

private:
  mlir::Value mapOf(mlir::Value number);
  mlir::Value addressOf(mlir::Value number);
  mlir::VectorType mapType();

  FunctionEmitter &emitter;
  FiniteMachine machine;
  llvm::function_ref<Buffer(mlir::Value)> bufferOf;
  mlir::Value memory;
};

} // namespace weft
