// The right side of an equation of a checkpoint cell: typed and computed as the same expression of a network
// is.
#pragma once

#include "compiler/reference/Scalar.h"
#include "compiler/syntax/Ast.h"
#include "lib/source/Source.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace weft {

/// Whether a name is a type that a tensor of a file may be converted to.
bool isFileConversion(llvm::StringRef name);
/// Whether the operator computes with numbers: `+ - * / div mod`.
bool isFileOperator(ast::Operator op);

class FileFormula {
public:
  /// `weight` is the type of an element of the weight called `name`.
  FileFormula(ObjectType weight, std::string name, Diagnostics &diagnostics)
      : weight(weight), name(std::move(name)), diagnostics(diagnostics) {}

  /// Types every part of `right`, where a read of the file is of the type that `typeOfRead` gives. Reports
  /// `type.element`; false then.
  bool type(const ast::Expr &right, llvm::function_ref<ObjectType(const ast::Expr &)> typeOfRead);

  /// What the weight holds. Reports `number.overflow` and `number.divide`, at the place that `where` says;
  /// none then.
  using ReadValue = llvm::function_ref<reference::Scalar(const ast::Expr &)>;
  std::optional<reference::Scalar> value(const ast::Expr &right, ReadValue valueOfRead,
                                         llvm::function_ref<std::string()> where);

private:
  bool isRead(const ast::Expr &e) const {
    return e.kind == ast::Expr::Kind::string || e.kind == ast::Expr::Kind::bracket;
  }
  std::optional<ObjectType> typed(const ast::Expr &e,
                                  llvm::function_ref<ObjectType(const ast::Expr &)> typeOfRead);
  std::optional<ObjectType> typedBinary(const ast::Expr &e, ObjectType a, ObjectType b);
  void settle(const ast::Expr &e, ObjectType type);
  reference::Computed computed(const ast::Expr &e, ReadValue valueOfRead, const ast::Expr *&failed);
  ObjectType named(llvm::StringRef element) const { return ObjectType::get(weight.getContext(), element); }
  std::nullopt_t fail(Range range, std::string message);

  ObjectType weight;
  std::string name;
  Diagnostics &diagnostics;
  llvm::DenseMap<const ast::Expr *, ObjectType>
      types; // null: a number that takes the type of what stands beside it
};

} // namespace weft
