// Scalar expressions to operations. One object stands for one equation, contract or law.
#pragma once

#include "compiler/elaborate/Inferred.h"
#include "compiler/elaborate/Occurrences.h"
#include "compiler/elaborate/State.h"

namespace weft {

/// An index in force, or the place of a pattern. Those that must be of one axis share a root.
struct IndexVariable {
  std::string name;
  Range range;
  std::string axis; // symbol, of a root; empty as long as nothing tells it
  Range toldAt;
  IndexVariable *parent = nullptr;
  mlir::Value value;

  IndexVariable &root() {
    IndexVariable *it = this;
    while (it->parent)
      it = it->parent;
    return *it;
  }
};

/// A name that an expression may use besides those of the file.
struct Local {
  enum class Kind { index, scalar, record, wire };
  Kind kind = Kind::scalar;
  std::string name;
  IndexVariable *index = nullptr;
  mlir::Value value;                                       // of a scalar; of a wire, once operations are made
  mlir::Type type;                                         // of a scalar or a wire
  std::vector<std::pair<std::string, mlir::Value>> fields; // of a record
  std::vector<ObjectType> fieldTypes;
  bool failed = false; // an error about it is reported already
};

class Expressions {
public:
  Expressions(State &state, const Environment &environment, Occurrences *occurrences)
      : state(state), environment(environment), occurrences(occurrences), builder(&state.context) {}

  State &state;
  const Environment &environment;
  Occurrences *occurrences; // null where no boxes are
  mlir::OpBuilder builder;
  std::vector<Local> locals;
  const llvm::StringMap<Range> *wireNames = nullptr; // what an index must not hide, besides `locals`

  Local *find(llvm::StringRef name);
  /// The variable that a binder (an item of a fold, a pattern) makes; the same one each time.
  IndexVariable &variable(const void *binder, const ast::Name &name);
  /// Whether an index may have this name here; reports why not.
  bool mayBind(const ast::Name &name);
  void pushIndex(IndexVariable &variable);

  /// The type of an expression, from what stands in it. Axes of indices must be known.
  Inferred infer(const ast::Expr &e);
  /// Operations for an expression, of type `want` when one is asked for. Null after an error.
  mlir::Value emit(const ast::Expr &e, ObjectType want = {});
  /// An index of `axis` from what stands in an index position; with `mayMiss` also an integer.
  mlir::Value emitPosition(const ast::Item &item, llvm::StringRef axis, bool mayMiss);
  mlir::Value emitPosition(const ast::Expr &e, llvm::StringRef axis, bool mayMiss);

  /// The monoid that a name stands for, when it does.
  std::optional<MonoidValue> monoidNamed(llvm::StringRef name);
  /// Reports a name that nothing here has, or that is no scalar.
  mlir::Value unknownName(const ast::Name &name);
  /// The items of a fold that name its indices; reports others.
  bool foldIndices(const ast::Brackets &brackets,
                   std::vector<std::pair<const ast::Item *, ast::Name>> &indices);

  mlir::Value constant(ObjectType type, double real, int64_t integer, Range range);
  ObjectType scalar(llvm::StringRef element) { return state.scalarType(element); }
  mlir::Location at(Range range) { return state.location(range); }

private:
  // ExpressionTypes.cpp
  Inferred inferFresh(const ast::Expr &e);
  Inferred inferName(const ast::Expr &e);
  Inferred inferBinary(const ast::Expr &e);
  Inferred inferCall(const ast::Expr &e);
  Inferred inferFold(const ast::Expr &e, const MonoidValue &monoid);
  // Expressions.cpp
  mlir::Value emitUnchecked(const ast::Expr &e, ObjectType want);
  mlir::Value mismatch(const ast::Expr &e, ObjectType have, ObjectType want);
  mlir::Value emitNumber(const ast::Expr &e, ObjectType want, bool negative);
  mlir::Value emitName(const ast::Expr &e, ObjectType want);
  mlir::Value emitLet(const ast::Expr &e, const Entity &entity, ObjectType want);
  mlir::Value emitLocal(const ast::Expr &e, Local &local);
  mlir::Value emitField(const ast::Expr &e);
  mlir::Value emitNumberValue(const ast::Expr &e, const Number &number, ObjectType want);
  mlir::Value emitConditional(const ast::Expr &e, ObjectType want);
  // Arithmetic.cpp
  mlir::Value emitUnary(const ast::Expr &e, ObjectType want);
  mlir::Value emitBinary(const ast::Expr &e, ObjectType want);
  mlir::Value emitComparison(const ast::Expr &e);
  mlir::Value emitLogical(const ast::Expr &e);
  mlir::Value mixed(const ast::Expr &e, mlir::Value a, mlir::Value b);
  // Reads.cpp
  mlir::Value emitRead(const ast::Expr &e, const ast::Expr *otherwise);
  mlir::Value partOrFirst(mlir::Value number, llvm::StringRef axis, Range range, mlir::Value &inside);
  mlir::Value emitTuplePosition(const ast::Expr &e, llvm::StringRef axis, bool mayMiss);
  mlir::Value emitSummandPosition(const ast::Item &item, llvm::StringRef axis);
  bool alwaysEvaluated();
  mlir::Value indexFromInteger(const ast::Expr &e, mlir::Value number, llvm::StringRef axis, Range range);
  // Calls.cpp
  mlir::Value emitCall(const ast::Expr &e, ObjectType want);
  mlir::Value emitFunction(const ast::Expr &e, llvm::StringRef name, ObjectType want);
  mlir::Value emitConversion(const ast::Expr &e, ObjectType type);
  mlir::Value emitIndexOf(const ast::Expr &e, llvm::StringRef axis);
  bool mayCall(const ast::Name &name, const Instance &instance);
  mlir::Value emitMorphismCall(const ast::Expr &e);
  // FoldExpressions.cpp
  mlir::Value emitFold(const ast::Expr &e, const MonoidValue &monoid, ObjectType want);

  friend struct FoldShape;
  std::vector<std::unique_ptr<IndexVariable>> variables;
  llvm::DenseMap<const void *, IndexVariable *> binders;
  llvm::DenseMap<const ast::Expr *, Inferred> inferred;
};

/// What a call's head stands for.
struct CallHead {
  enum class Kind { unknown, function, conversion, axis, fold, morphism, box };
  Kind kind = Kind::unknown;
  const ast::Name *name = nullptr;
  const ast::Brackets *brackets = nullptr;
  std::optional<MonoidValue> monoid;
  std::string axis;
};
CallHead callHead(Expressions &expressions, const ast::Expr &call);

} // namespace weft
