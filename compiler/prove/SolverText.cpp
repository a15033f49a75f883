#include "compiler/prove/SolverText.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

namespace weft::prove {

static void write(llvm::raw_ostream &out, const Integer &number) {
  if (number < 0)
    out << "(- " << -number << ".0)";
  else
    out << number << ".0";
}

static void write(llvm::raw_ostream &out, const Polynomial &polynomial) {
  out << "(+ 0.0";
  for (auto &[monomial, coefficient] : polynomial.parts()) {
    out << " (* (/ ";
    write(out, coefficient.num);
    out << ' ';
    write(out, coefficient.den);
    out << ')';
    for (auto [variable, exponent] : monomial)
      for (unsigned i = 0; i < exponent; ++i)
        out << " v" << variable;
    out << ')';
  }
  out << ')';
}

static const char *sign(Relation relation) {
  return relation == Relation::equal ? "=" : relation == Relation::greater ? ">" : ">=";
}

std::string solverText(const OpenCase &open, const Symbols &symbols) {
  std::set<unsigned> used;
  auto note = [&](const Polynomial &polynomial) {
    for (unsigned variable : polynomial.variables())
      used.insert(variable);
  };
  for (const Facts::Fact &fact : open.facts)
    note(fact.polynomial);
  if (open.difference)
    note(*open.difference);
  std::string text;
  llvm::raw_string_ostream out(text);
  for (unsigned variable : used) {
    if (!symbols[variable].integer) {
      out << "(declare-const v" << variable << " Real)\n";
      continue;
    }
    out << "(declare-const i" << variable << " Int)\n(define-fun v" << variable << " () Real (to_real i"
        << variable << "))\n";
  }
  for (const Facts::Fact &fact : open.facts) {
    out << "(assert (" << sign(fact.relation) << ' ';
    write(out, fact.polynomial);
    out << " 0.0))\n";
  }
  if (open.difference) {
    out << "(assert (not (= ";
    write(out, *open.difference);
    out << " 0.0)))\n";
  }
  return text;
}

} // namespace weft::prove
