// A term's value on one path through the cases: a quotient of polynomials, an infinity, or a truth value.
#pragma once

#include "compiler/prove/Cases.h"
#include "compiler/prove/Facts.h"
#include "compiler/prove/Law.h"
#include "llvm/ADT/DenseMap.h"

namespace weft::prove {

struct SymbolicValue {
  enum class Kind { undefined, truth, finite, infinite };
  Kind kind = Kind::undefined;
  bool flag = false; // the truth value; whether an infinity is negative
  Quotient number;

  static SymbolicValue truth(bool value) { return {Kind::truth, value, {}}; }
  static SymbolicValue finite(Quotient number) { return {Kind::finite, false, std::move(number)}; }
  static SymbolicValue infinite(bool negative) { return {Kind::infinite, negative, {}}; }
  bool isFinite() const { return kind == Kind::finite; }
  bool isInfinite() const { return kind == Kind::infinite; }
};

class SymbolicEvaluation {
public:
  SymbolicEvaluation(Symbols &symbols, Cases &cases, llvm::ArrayRef<Variable> variables);

  SymbolicValue evaluate(TermRef term);
  /// Whether a condition holds on this path; false too when it is undefined.
  bool holds(TermRef condition);
  /// Whether the two are the same number on this path, as far as that can be told.
  bool areEqual(const SymbolicValue &a, const SymbolicValue &b);
  /// The facts contradict each other: nothing is asked of this path.
  bool isContradiction() const { return contradiction; }
  /// Something counts as undefined only since nothing is known of it.
  bool isIgnorant() const { return ignorant; }
  const Facts &known() const { return facts; }
  /// In normal form under the equations that hold on this path.
  Quotient normal(const Quotient &quotient);

private:
  SymbolicValue computed(TermRef term);
  SymbolicValue unknown() {
    ignorant = true;
    return {};
  }
  SymbolicValue applied(TermRef term);
  SymbolicValue variable(unsigned number);
  SymbolicValue chosen(unsigned number);
  SymbolicValue compared(Function function, const SymbolicValue &a, const SymbolicValue &b);

  SymbolicValue sum(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue negated(const SymbolicValue &a);
  SymbolicValue product(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue ratio(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue power(const SymbolicValue &base, const SymbolicValue &exponent);
  SymbolicValue exponential(const SymbolicValue &a);
  SymbolicValue exponentialDifference(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue logarithm(const SymbolicValue &a);
  SymbolicValue squareRoot(const SymbolicValue &a);
  SymbolicValue remainder(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue roundedQuotient(const SymbolicValue &a, const SymbolicValue &b);
  SymbolicValue rounded(const SymbolicValue &a);
  SymbolicValue known(Function function, llvm::ArrayRef<SymbolicValue> values);

  // Quotients.
  Quotient exponentialOf(const Quotient &exponent);
  Quotient exponentialOfTerm(const Monomial &monomial, const Rational &coefficient);
  Quotient logarithmOf(const Quotient &argument);
  Quotient logarithmOf(const Polynomial &factor);
  Quotient rootOf(const Quotient &argument);
  Quotient remainderOf(const Polynomial &argument, const Integer &modulus);
  Quotient application(Function function, std::vector<Quotient> arguments);
  Quotient symbol(Symbol symbol);

  // Questions. Answers become facts.
  int sign(const Quotient &quotient);
  int sign(const Polynomial &polynomial);
  bool isNegative(const Quotient &quotient);
  bool isPositive(const Polynomial &polynomial) { return !facts.mayBe(polynomial, Relation::lessEqual); }
  void learn(const Polynomial &polynomial, Relation relation);
  void learnZero(const Polynomial &polynomial);

  // Equations that hold: a symbol as a polynomial of others.
  Quotient normal(const Polynomial &polynomial);
  Quotient image(unsigned symbol);
  void introduce(unsigned symbol);

  Symbols &symbols;
  Cases &cases;
  llvm::ArrayRef<Variable> variables;
  Facts facts;
  bool contradiction = false, ignorant = false;
  std::map<unsigned, Polynomial> replaced;
  std::map<unsigned, Quotient> images; // forgotten when something is replaced
  std::vector<bool> introduced;
  llvm::DenseMap<TermRef, SymbolicValue> values;
  std::map<unsigned, SymbolicValue> read; // of the law's variables
};

} // namespace weft::prove
