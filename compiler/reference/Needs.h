// Which wires an evaluation needs: those that its outputs and its contracts depend on. Nothing else is
// evaluated, so that what is dropped raises nothing.
#pragma once

#include "dialects/weft/WeftOps.h"
#include <map>

namespace weft::reference {

class Needs {
public:
  explicit Needs(mlir::SymbolTable &symbols) : symbols(symbols) {}
  /// Weights come from the map of all cells: the equations of ties are not needed.
  void leaveTiesOut() { throughTies = false; }

  struct OfBlock {
    llvm::DenseSet<mlir::Operation *> operations;
    llvm::DenseSet<mlir::Value> wires;
  };
  /// What a block of wires needs for those of its results that are marked.
  const OfBlock &of(mlir::Block &block, const std::vector<bool> &results);
  /// Which of the states and outputs of a frame's body are needed for those of its results that are marked: a
  /// state also where the body takes it.
  std::vector<bool> yielded(mlir::Block &body, size_t states, std::vector<bool> results);

private:
  void visit(mlir::Operation &op, OfBlock &needs);
  void addOperands(mlir::Operation &op, mlir::Block &body, const std::vector<bool> &results, OfBlock &needs);

  mlir::SymbolTable &symbols;
  bool throughTies = true;
  std::map<std::pair<mlir::Block *, std::vector<bool>>, OfBlock> known;
};

} // namespace weft::reference
