#include "compiler/prove/LawText.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/raw_ostream.h"

namespace weft::prove {

namespace {
// Every term on a line of its own, after those that it is made of.
class LawWriter {
public:
  explicit LawWriter(llvm::raw_ostream &out) : out(out) {}

  void write(const Variable &variable) {
    out << "variable " << int(variable.sort) << ' ' << variable.admitsLow << variable.admitsHigh;
    for (const std::optional<Integer> &bound : {variable.least, variable.greatest})
      out << ' ' << (bound ? prove::text(Rational(*bound, Integer(1))) : "none");
    out << '\n';
  }

  unsigned number(TermRef term) {
    auto known = numbers.find(term);
    if (known != numbers.end())
      return known->second;
    std::string operands;
    for (TermRef operand : term->operands)
      operands += " " + std::to_string(number(operand));
    out << int(term->kind) << ' ' << int(term->sort) << ' ' << prove::text(term->value) << ' ' << term->number
        << ' ' << stringifyFunction(term->function) << operands << '\n';
    unsigned place = numbers.size();
    return numbers[term] = place;
  }

private:
  llvm::raw_ostream &out;
  llvm::DenseMap<TermRef, unsigned> numbers;
};
} // namespace

std::string text(const Law &law) {
  std::string result;
  llvm::raw_string_ostream out(result);
  LawWriter writer(out);
  for (const Variable &variable : law.variables)
    writer.write(variable);
  auto line = [&](const char *what, llvm::ArrayRef<TermRef> terms) {
    std::string places;
    for (TermRef term : terms)
      places += " " + std::to_string(writer.number(term));
    out << what << places << '\n';
  };
  for (TermRef assumption : law.assumptions)
    line("assume", assumption);
  for (auto &[left, right] : law.equations)
    line("equal", {left, right});
  for (TermRef condition : law.conditions)
    line("holds", condition);
  for (auto &[term, variable] : law.admitted) {
    line("admitted", term);
    writer.write(variable);
  }
  return result;
}

} // namespace weft::prove
