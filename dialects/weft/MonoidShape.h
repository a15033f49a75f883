// What the text of a monoid's operation shows: which component is a maximum, which is linear and over what.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// A factor of a coefficient: a value of the operation's region that depends on grade components only.
struct Factor {
  mlir::Value value;
  bool inverse;
};

struct ComponentShape {
  enum class Kind {
    extremum, // max(a.k, b.k) or min(a.k, b.k): idempotent and commutative by what it is
    linear,   // a.k · α + b.k · β, with α and β mirror images of each other over extremum components
  } kind;
  llvm::SmallVector<Factor> coefficient; // β of a linear component: what b.k is multiplied by
};

/// The shape of every component, when each has one and the operation as a whole is symmetric; else none.
std::optional<llvm::SmallVector<ComponentShape>> gradedShape(MonoidOp monoid);

/// A linear recurrence: `v = a.v · γ + b.v`, where γ depends on b's grade, and the grade's operation on
/// grades alone. Without a grade it is a sum.
struct RecurrenceShape {
  unsigned value;
  std::optional<unsigned> grade;
  llvm::SmallVector<Factor> coefficient; // γ
};

/// None when a monoid of one or two components is no such recurrence, or does not begin with 0.
std::optional<RecurrenceShape> recurrenceShape(MonoidOp monoid);

/// Whether what lift gives lies in the domain whatever its arguments: constants satisfy the condition by
/// themselves.
bool liftLiesInDomain(MonoidOp monoid);

/// Whether a value is the constant `number`.
bool isConstant(mlir::Value value, double number);

/// Whether a monoid is a sum by what its operation does.
bool isSum(MonoidOp monoid);

/// Whether it is one that may be reordered by law.
bool isReorderableSum(MonoidOp monoid);

} // namespace weft
