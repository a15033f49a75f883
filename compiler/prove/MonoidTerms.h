// A monoid as formulas: its components, domain, unit and operation.
#pragma once

#include "compiler/prove/TermReader.h"

namespace weft::prove {

class MonoidTerms {
public:
  MonoidTerms(MonoidOp op, TermReader &reader, Terms &terms, const AxisTable &axes);

  size_t width() const { return components.size(); }
  bool hasUnit() const { return !unitValue.empty(); }
  const TermList &unit() const { return unitValue; }
  const std::vector<Variable> &carrier() const { return components; }

  /// New variables of the law for an element called `name`; it lies in the domain.
  TermList element(Law &law, llvm::StringRef name);
  /// The element, made for another carrier of the same sorts, lies in this one too.
  void narrow(Law &law, const TermList &element);
  TermList combine(const TermList &a, const TermList &b);
  TermList lift(const TermList &arguments) { return reader.yields(op.getLift().front(), arguments); }
  /// What the lift makes of new variables of the law, its arguments: where that is finite, or admitted.
  TermList lifted(Law &law);
  bool hasDomain() { return !op.getDomain().empty(); }
  TermRef isInDomain(const TermList &element) {
    return reader.yields(op.getDomain().front(), element).front();
  }
  /// The element is one: each component admitted, the domain's condition true.
  void requireElement(Law &law, const TermList &element);
  /// Two elements are the same.
  void requireEqual(Law &law, const TermList &a, const TermList &b);

  /// How far integers range: what their types hold, when the operation keeps to it, or more.
  enum class Range { type, nonNegative, all };
  void setRange(Range range);
  bool hasRanges();

  Terms &terms;
  MonoidOp op;

private:
  void admitInfinities();

  TermReader &reader;
  const AxisTable &axes;
  std::vector<Variable> components;
  TermList unitValue;
};

} // namespace weft::prove
