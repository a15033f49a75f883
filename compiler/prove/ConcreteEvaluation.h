// A term's value for given values of its variables: exact where arithmetic is, else in floating point with
// care.
#pragma once

#include "compiler/prove/Law.h"
#include "llvm/ADT/DenseMap.h"

namespace weft::prove {

struct ConcreteValue {
  enum class Kind { undefined, exact, approximate, infinite };
  Kind kind = Kind::undefined;
  Rational exact = 0; // truth values are 0 and 1
  double approximate = 0;
  double error = 0;        // how far an approximate number may be off
  bool isNegative = false; // of an infinity

  static ConcreteValue of(Rational number) { return {Kind::exact, number}; }
  static ConcreteValue near(double number, double error);
  static ConcreteValue infinite(bool negative) { return {Kind::infinite, 0, 0, 0, negative}; }
  bool isTrue() const { return kind == Kind::exact && exact != 0; }
  double asDouble() const;
  /// How far `asDouble` may be off.
  double doubt() const;
  std::string text(const Variable &variable, unsigned digits = 6) const;
};

class ConcreteEvaluation {
public:
  explicit ConcreteEvaluation(llvm::ArrayRef<ConcreteValue> variables) : variables(variables) {}

  ConcreteValue evaluate(TermRef term);
  /// Whether the two certainly differ; numbers that rounding may have moved apart do not.
  bool differ(const ConcreteValue &a, const ConcreteValue &b);
  /// A comparison hung on rounding, a number grew beyond floating point, or lies within rounding of where a
  /// function jumps or ends: what was computed proves nothing.
  bool isUncertain() const { return uncertain; }

private:
  ConcreteValue computed(TermRef term);
  ConcreteValue applied(TermRef term);
  ConcreteValue arithmetic(Function function, const ConcreteValue &a, const ConcreteValue &b);
  ConcreteValue exactly(Function function, const Rational &a, const Rational &b);
  std::optional<ConcreteValue> power(const ConcreteValue &a, const ConcreteValue &b);
  ConcreteValue extreme(bool isGreatest, const ConcreteValue &a, const ConcreteValue &b);
  ConcreteValue roughly(Function function, const ConcreteValue &a, const ConcreteValue &b);
  ConcreteValue unsure() {
    uncertain = true;
    return {};
  }
  // -1, 0, 1
  int order(const ConcreteValue &a, const ConcreteValue &b);

  llvm::ArrayRef<ConcreteValue> variables;
  llvm::DenseMap<TermRef, ConcreteValue> values;
  bool uncertain = false;
};

} // namespace weft::prove
