// The writer of algebraic forms: networks as texts that are the same for what is the same algebra.
#pragma once

#include "compiler/prove/AlgebraicForm.h"
#include "compiler/prove/Summands.h"
#include "dialects/weft/AxisTable.h"

namespace weft::prove {

/// Sixteen-bit wires round what goes through them.
inline bool keepsValue(ObjectType type) { return type.getElement() != "f16" && type.getElement() != "bf16"; }

class AlgebraicWriter {
public:
  AlgebraicWriter(NetworkOp network, TextNumbers &numbers)
      : network(network), symbols(network->getParentOp()),
        axes(mlir::cast<mlir::ModuleOp>(network->getParentOp())), numbers(numbers) {}

  std::optional<std::vector<std::string>> write();

private:
  using Scalars = llvm::DenseMap<mlir::Value, Summands>;

  Summands giveUp() {
    isGivenUp = true;
    return {};
  }

  // AlgebraicForm.cpp: frames and wires by name.
  std::vector<std::string> yields(mlir::Block &block);
  void nameScan(ScanOp scan);
  void nameLoop(IterateOp loop);
  std::string nameOf(mlir::Value wire);
  static bool isPlain(EquationOp equation);
  std::string nameOfPlain(EquationOp equation);
  std::string textOfCases(EquationOp equation);
  Summands valueOfPlain(EquationOp equation, llvm::ArrayRef<Summands> positions);
  Summands valueAt(EquationOp equation, llvm::ArrayRef<Summands> positions);
  bool isWrittenOut(EquationOp equation);

  // AlgebraicScalars.cpp: expressions as sums of products.
  void evaluate(mlir::Block &block, Scalars &scalars, EquationOp equation, unsigned clause);
  Summands yieldOf(mlir::Region &region, Scalars scalars, EquationOp equation, unsigned clause,
                   unsigned which = 0);
  Factor opaque(const std::string &text, unsigned height);
  Factor function(const std::string &name, llvm::ArrayRef<Summands> arguments, bool sorted = false);
  Summands valueOf(mlir::Operation &op, Scalars &scalars, EquationOp equation, unsigned clause);
  Summands chosen(const Summands &condition, const Summands &yes, const Summands &no);
  Summands sizeOf(llvm::StringRef axis);
  Summands applied(ApplyOp apply, llvm::ArrayRef<Summands> values);
  Summands inverse(const Summands &value);
  static std::string readText(const std::string &wire, llvm::ArrayRef<Summands> positions);
  Summands valueOfRead(ReadOp read, llvm::ArrayRef<Summands> positions, const Scalars &scalars,
                       EquationOp equation, unsigned clause);
  Summands folded(FoldOp fold, Scalars scalars, EquationOp equation, unsigned clause);

  NetworkOp network;
  mlir::SymbolTable symbols;
  AxisTable axes;
  TextNumbers &numbers;
  Tokens tokens;
  llvm::DenseMap<mlir::Value, std::string> names;
  llvm::DenseMap<mlir::Operation *, bool> writtenOut;
  std::map<mlir::Operation *, std::map<std::string, Summands>> written;
  unsigned level = 0; // of scans and loops around
  unsigned depth = 0; // of wires written out inside one another
  size_t steps = 0;
  bool isGivenUp = false;
};

} // namespace weft::prove
