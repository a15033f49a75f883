#include "compiler/elaborate/TiePatterns.h"
#include "compiler/elaborate/IndexInference.h"

namespace weft {

std::optional<unsigned> TiePatterns::constant(const ast::Pattern &pattern) const {
  if (pattern.kind == ast::Pattern::Kind::number)
    return pattern.number;
  if (const Entity *element = elementOf(state, environment, pattern))
    return element->number;
  return std::nullopt;
}

std::optional<unsigned> TiePatterns::constant(const ast::Item &item) const {
  if (item.kind != ast::Item::Kind::expression)
    return std::nullopt;
  const ast::Expr &e = *item.value;
  ast::Pattern pattern;
  pattern.name = e.name;
  if (e.kind == ast::Expr::Kind::name)
    return constant(pattern);
  if (e.kind != ast::Expr::Kind::number)
    return std::nullopt;
  std::string digits = e.text;
  llvm::erase(digits, '_');
  return llvm::StringRef(digits).getAsInteger(10, pattern.number) ? std::nullopt
                                                                  : std::optional(pattern.number);
}

bool TiePatterns::same(const ast::Pattern &pattern, const ast::Expr &e) const {
  if (e.kind == ast::Expr::Kind::group)
    return same(pattern, *e.children[0]);
  if (pattern.kind == ast::Pattern::Kind::tuple)
    return e.kind == ast::Expr::Kind::pair && e.children.size() == pattern.children.size() &&
           llvm::all_of(llvm::zip(pattern.children, e.children),
                        [&](auto pair) { return same(std::get<0>(pair), *std::get<1>(pair)); });
  return pattern.kind == ast::Pattern::Kind::name && e.kind == ast::Expr::Kind::name &&
         e.name.text == pattern.name.text;
}

bool TiePatterns::same(const ast::Pattern &pattern, const ast::Item &item) const {
  if (pattern.kind == ast::Pattern::Kind::summand)
    return item.kind == ast::Item::Kind::summand && item.name.text == pattern.name.text &&
           same(pattern.children.front(), *item.value);
  return item.kind == ast::Item::Kind::expression && same(pattern, *item.value);
}

bool TiePatterns::disjoint(const Assignment &a, const Assignment &b) const {
  return llvm::any_of(llvm::zip(a.patterns, b.patterns), [&](auto pair) {
    const ast::Pattern &x = std::get<0>(pair), &y = std::get<1>(pair);
    std::optional<unsigned> first = constant(x), second = constant(y);
    bool summands = x.kind == ast::Pattern::Kind::summand && y.kind == ast::Pattern::Kind::summand;
    return (first && second && *first != *second) || (summands && x.name.text != y.name.text);
  });
}

} // namespace weft
