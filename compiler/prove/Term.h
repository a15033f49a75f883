// Expressions that laws are about: formulas over the components of a carrier, shared where they are equal.
#pragma once

#include "compiler/prove/Rational.h"
#include "dialects/weft/WeftOps.h"
#include <deque>

namespace weft::prove {

enum class Sort { real, integer, boolean };

struct Term {
  enum class Kind {
    variable,  // `number` of the law's variables
    constant,  // a rational number, or a truth value as 0 or 1
    infinity,  // `value` is its sign
    undefined, // an error stands here, or something that proofs know nothing of
    apply,     // a function of scalars
    choose,    // if the first, the second, else the third
    floor,     // towards minus infinity
  };
  Kind kind;
  Sort sort;
  Rational value = 0;
  unsigned number = 0;
  Function function = Function::add;
  llvm::SmallVector<const Term *, 3> operands = {};
  unsigned depth = 0;
};
using TermRef = const Term *;
using TermList = std::vector<TermRef>;

/// Makes terms and keeps them.
class Terms {
public:
  TermRef variable(unsigned number, Sort sort) { return make({Term::Kind::variable, sort, 0, number}); }
  TermRef constant(Rational value, Sort sort) { return make({Term::Kind::constant, sort, value}); }
  TermRef truth(bool value) { return constant(Rational(int64_t(value)), Sort::boolean); }
  TermRef infinity(bool negative) {
    return make({Term::Kind::infinity, Sort::real, Rational(negative ? -1 : 1)});
  }
  TermRef undefined(Sort sort) { return make({Term::Kind::undefined, sort}); }
  TermRef apply(Function function, Sort sort, llvm::ArrayRef<TermRef> operands);
  TermRef choose(TermRef condition, TermRef then, TermRef otherwise);
  TermRef floor(TermRef value);
  TermRef both(TermRef a, TermRef b) { return choose(a, b, truth(false)); }

  size_t size() const { return all.size(); }
  /// The deepest nesting made so far.
  unsigned depth() const { return deepest; }

private:
  TermRef make(Term term);

  std::deque<Term> all;
  unsigned deepest = 0;
};

} // namespace weft::prove
