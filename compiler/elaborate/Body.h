// The body of one morphism while it is made: its wires and boxes.
#pragma once

#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Occurrences.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace weft {

struct Wire {
  enum class Role { input, weight, output, inner };
  Role role = Role::inner;
  ast::Name name;
  mlir::Type type;   // declared, or once it is defined
  mlir::Value value; // once it is defined
  bool failed = false;
  bool used = false;
  std::optional<Range> dropped, defined;
};

struct Body {
  Body(State &state, const Environment &environment, const ast::Morphism &morphism)
      : state(state), environment(environment), morphism(morphism), builder(&state.context),
        diagrams(state, environment, occurrences, builder) {}

  State &state;
  const Environment &environment;
  const ast::Morphism &morphism;
  mlir::OpBuilder builder;
  Occurrences occurrences;
  Diagrams diagrams;
  llvm::MapVector<llvm::StringRef, Wire> wires; // keys live in the tree
  llvm::StringMap<Range> wireNames;

  Wire *find(llvm::StringRef name) {
    auto found = wires.find(name);
    return found == wires.end() ? nullptr : &found->second;
  }
};

/// Adds a wire; reports a name that is taken.
Wire *addWire(Body &body, const ast::Name &name, Wire::Role role, mlir::Type type);

/// The wires and boxes that the equations name; reports names that are taken, and what is not built yet.
void declareWiring(Body &body);
/// All equations, in an order in which each wire comes before its uses.
void emitWiring(Body &body);

/// `y = f(x) + z`: the wires that an expression of whole wires gives, flat; none after an error.
std::optional<Values> emitWires(Body &body, const ast::Expr &e, llvm::StringRef name,
                                llvm::ArrayRef<mlir::Type> expected);
/// Whether an expression is made of whole wires, boxes and signs only.
bool isWireExpression(Body &body, const ast::Expr &e);
/// Of a box that is applied to something that is no wire, a number say; false for all else.
bool reportNumberForWire(Body &body, const ast::Expr &e);

/// `y[i, j] = …`, one clause or several; also `y = …` for a scalar. Null after an error.
mlir::Value emitIndexed(Body &body, llvm::ArrayRef<const ast::Equation *> clauses, mlir::Type declared);

/// A contract's condition on wires that are defined already.
void emitContract(Body &body, const ast::Expr &condition, bool ensures);

/// Wires that an expression reads, in the order written.
void wiresRead(Body &body, const ast::Expr &e, llvm::SetVector<Wire *> &wires);

/// Copies every wire that is used several times; what `drop` and unpacking leave behind goes.
void makeLinear(mlir::Block &block);

} // namespace weft
