#include "compiler/prove/Term.h"

namespace weft::prove {

TermRef Terms::make(Term term) {
  for (TermRef operand : term.operands)
    term.depth = std::max(term.depth, operand->depth + 1);
  deepest = std::max(deepest, term.depth);
  return &all.emplace_back(std::move(term));
}

TermRef Terms::apply(Function function, Sort sort, llvm::ArrayRef<TermRef> operands) {
  Term term{Term::Kind::apply, sort};
  term.function = function;
  term.operands.assign(operands.begin(), operands.end());
  return make(std::move(term));
}

TermRef Terms::choose(TermRef condition, TermRef then, TermRef otherwise) {
  Term term{Term::Kind::choose, then->sort};
  term.operands = {condition, then, otherwise};
  return make(std::move(term));
}

TermRef Terms::floor(TermRef value) {
  Term term{Term::Kind::floor, Sort::integer};
  term.operands = {value};
  return make(std::move(term));
}

} // namespace weft::prove
