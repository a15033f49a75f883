#include "compiler/elaborate/TiePatterns.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/IndexInference.h"

namespace weft {

llvm::StringSet<> indicesOf(const Assignment &assignment) {
  llvm::StringSet<> names;
  auto addPattern = [&](auto &self, const ast::Pattern &pattern) -> void {
    if (pattern.kind == ast::Pattern::Kind::name)
      names.insert(pattern.name.text);
    for (const ast::Pattern &child : pattern.children)
      self(self, child);
  };
  for (const ast::Pattern &pattern : assignment.patterns)
    addPattern(addPattern, pattern);
  auto addFolds = [&](auto &self, const ast::Expr &e) -> void {
    if (e.kind == ast::Expr::Kind::call)
      for (const ast::Item &item : e.children[0]->brackets.items)
        names.insert(item.value && item.value->kind == ast::Expr::Kind::name ? item.value->name.text
                                                                             : item.name.text);
    for (const ast::ExprPtr &child : e.children)
      self(self, *child);
  };
  addFolds(addFolds, *assignment.value);
  return names;
}

std::vector<ast::Pattern> TiePatterns::settled(std::vector<ast::Pattern> patterns,
                                               llvm::ArrayRef<mlir::StringAttr> axes) const {
  for (auto [pattern, axis] : llvm::zip(patterns, axes))
    settle(pattern, axis.getValue());
  return patterns;
}

std::optional<unsigned> TiePatterns::constant(const ast::Pattern &pattern) const {
  if (pattern.kind == ast::Pattern::Kind::number)
    return pattern.number;
  if (const Entity *element = elementOf(state, environment, pattern))
    return element->number;
  return std::nullopt;
}

std::optional<unsigned> TiePatterns::constant(const ast::Item &item) const {
  return item.kind == ast::Item::Kind::expression ? constant(*item.value) : std::nullopt;
}

std::optional<unsigned> TiePatterns::constant(const ast::Expr &e) const {
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

static std::optional<unsigned> elementIn(const AxisInfo &axis, llvm::StringRef name) {
  auto found = llvm::find(axis.elements, name);
  return found == axis.elements.end() ? std::nullopt : std::optional<unsigned>(found - axis.elements.begin());
}

void TiePatterns::settle(ast::Pattern &pattern, llvm::StringRef axis) const {
  // What a generic stands for does not make a constant of an index.
  for (const auto &[generic, symbol] : environment.axes)
    if (symbol == axis)
      return;
  const AxisInfo &info = state.axis(axis);
  if (pattern.kind == ast::Pattern::Kind::name) {
    if (std::optional<unsigned> number = elementIn(info, pattern.name.text)) {
      pattern.kind = ast::Pattern::Kind::number;
      pattern.number = *number;
      pattern.name.text = std::to_string(*number);
    }
  } else if (pattern.kind == ast::Pattern::Kind::summand) {
    std::string part = findAxis(state, pattern.name.text, environment);
    if (llvm::is_contained(info.parts, part))
      settle(pattern.children.front(), part);
  } else if (info.parts.size() == pattern.children.size()) {
    for (auto [child, part] : llvm::zip(pattern.children, info.parts))
      settle(child, part);
  }
}

void TiePatterns::settle(ast::Item &item, llvm::StringRef axis, const llvm::StringSet<> &bound) const {
  std::string part =
      item.kind == ast::Item::Kind::summand ? findAxis(state, item.name.text, environment) : axis.str();
  if (item.value && !part.empty())
    settle(*item.value, part, bound);
}

void TiePatterns::settle(ast::Expr &e, llvm::StringRef axis, const llvm::StringSet<> &bound) const {
  const AxisInfo &info = state.axis(axis);
  std::optional<unsigned> number;
  if (e.kind == ast::Expr::Kind::name && !bound.contains(e.name.text))
    number = elementIn(info, e.name.text);
  bool isCall = e.kind == ast::Expr::Kind::call && e.children.size() == 2;
  if (isCall && e.children[0]->kind == ast::Expr::Kind::name &&
      findAxis(state, e.children[0]->name.text, environment) == axis)
    number = constant(*e.children[1]);
  if (number) {
    Range range = e.range;
    e = ast::Expr();
    e.kind = ast::Expr::Kind::number;
    e.range = range;
    e.text = std::to_string(*number);
  } else if (e.kind == ast::Expr::Kind::pair && e.children.size() == info.parts.size()) {
    for (auto [child, part] : llvm::zip(e.children, info.parts))
      settle(*child, part, bound);
  }
}

bool TiePatterns::same(const ast::Pattern &pattern, const ast::Expr &e) const {
  if (e.kind == ast::Expr::Kind::group)
    return same(pattern, *e.children[0]);
  if (pattern.kind == ast::Pattern::Kind::tuple)
    return e.kind == ast::Expr::Kind::pair && e.children.size() == pattern.children.size() &&
           llvm::all_of(llvm::zip(pattern.children, e.children),
                        [&](auto pair) { return same(std::get<0>(pair), *std::get<1>(pair)); });
  if (pattern.kind == ast::Pattern::Kind::number)
    return constant(e) == pattern.number;
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
