// The types that a lift computes with: what its components are of, and what it tells of its arguments.
#pragma once

#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/MonoidLaws.h"

namespace weft {

class LiftTypes {
public:
  /// Null types of arguments are unknown.
  LiftTypes(State &state, const Entity &entity, const MonoidLaws &laws, llvm::ArrayRef<ObjectType> arguments);

  /// The type of a component's expression; unknown where unknown arguments make it.
  Inferred component(size_t number);
  /// What the lift asks its arguments to be, the components being of these types (null where that is open):
  /// `if x then …` asks for a bool, `x == Sym(1)` for an index of Sym. Null where it asks for nothing.
  std::vector<ObjectType> told(llvm::ArrayRef<ObjectType> components);

private:
  void bind(const std::string &name, ObjectType type);
  ObjectType exact(const ast::Expr &e);
  /// An expression stands where `want` is needed; null when that is open.
  void ask(const ast::Expr &e, ObjectType want);
  void askName(const std::string &name, ObjectType want);
  void askBinary(const ast::Expr &e, ObjectType want);
  void askCall(const ast::Expr &e, ObjectType want);

  State &state;
  const MonoidLaws &laws;
  Environment environment;
  Expressions expressions;
  std::vector<ObjectType> asked;
  size_t bindings = 0; // those in force
  bool usable = true;
};

} // namespace weft
