// Which wires have their axes in the same order, and which must keep it.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace weft {

/// Wires that must have their axes in the same order: one, or a loop's state at all times.
class WireClasses {
public:
  explicit WireClasses(NetworkOp network) {
    network->walk([&](mlir::Operation *op) { add(op); });
    for (mlir::BlockArgument argument : network.block().getArguments())
      fix(argument);
  }

  mlir::Value leader(mlir::Value wire) const {
    return mlir::Value::getFromOpaquePointer(classes.getLeaderValue(key(wire)));
  }
  bool isFixed(mlir::Value wire) const { return fixed.contains(leader(wire)); }
  auto members(mlir::Value wire) const {
    return llvm::map_range(classes.members(key(wire)),
                           [](const void *member) { return mlir::Value::getFromOpaquePointer(member); });
  }

  void fix(mlir::Value wire) {
    classes.insert(key(wire));
    fixed.insert(leader(wire));
  }

private:
  static const void *key(mlir::Value wire) { return wire.getAsOpaquePointer(); }

  void unite(mlir::Value a, mlir::Value b) {
    bool eitherIsFixed = isKnownFixed(a) || isKnownFixed(b);
    classes.unionSets(key(a), key(b));
    if (eitherIsFixed)
      fixed.insert(leader(a));
  }

  bool isKnownFixed(mlir::Value wire) {
    classes.insert(key(wire));
    return isFixed(wire);
  }

  void add(mlir::Operation *op);
  void addLoop(mlir::Operation *op, mlir::Block &body, mlir::ValueRange states);
  void addEquation(EquationOp equation);

  llvm::EquivalenceClasses<const void *> classes;
  llvm::DenseSet<mlir::Value> fixed;
};

} // namespace weft
