// What is known about the type of a scalar expression before it is asked for one.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

struct Inferred {
  enum class Sort {
    unknown, // wrong somewhere: reported already, or when the expression is made
    exact,   // `type`
    integer, // literals without a point, `#A`: any number; unasked i64
    real,    // with a point, an exponent, `pi`, a function of reals: any real; unasked real
    index,   // an index in arithmetic: any integer type; unasked i64
  };
  Sort sort = Sort::unknown;
  ObjectType type;

  static Inferred exact(ObjectType type) { return {Sort::exact, type}; }
  bool isExact() const { return sort == Sort::exact; }
  bool isFlexible() const { return sort != Sort::exact && sort != Sort::unknown; }
  /// The same where a number is needed: an index is an integer there.
  Inferred asNumber() const;
  /// The type when nothing is asked for; null when unknown.
  ObjectType defaultType(mlir::MLIRContext &context) const;
  /// Whether the type can be asked of it.
  bool accepts(ObjectType wanted) const;
};

/// The type of both sides of an arithmetic sign or of both branches; unknown when there is none.
Inferred combine(const Inferred &a, const Inferred &b);

} // namespace weft
