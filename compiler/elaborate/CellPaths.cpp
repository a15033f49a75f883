#include "compiler/elaborate/CellPaths.h"

namespace weft {

std::optional<WrittenPath> pathOf(const ast::Expr &e) {
  if (e.kind == ast::Expr::Kind::name)
    return WrittenPath{e.name.text, {}, e.range};
  if (e.kind != ast::Expr::Kind::field && e.kind != ast::Expr::Kind::bracket)
    return std::nullopt;
  std::optional<WrittenPath> path = pathOf(*e.children[0]);
  if (!path)
    return std::nullopt;
  path->range = e.range;
  if (e.kind == ast::Expr::Kind::field) {
    path->text += "." + e.name.text;
    return path;
  }
  if (e.brackets.where || e.brackets.hasSemicolon)
    return std::nullopt;
  for (const ast::Item &item : e.brackets.items)
    path->items.push_back(&item);
  return path;
}

bool isUnder(llvm::StringRef path, llvm::StringRef base, llvm::StringRef &rest) {
  if (!path.consume_front(base) || !(path.empty() || path.consume_front(".")))
    return false;
  rest = path;
  return true;
}

ast::ExprPtr nameExpression(const std::string &text, Range range) {
  auto e = std::make_unique<ast::Expr>();
  e->kind = ast::Expr::Kind::name;
  e->range = range;
  e->name = {text, range};
  return e;
}

ast::ExprPtr readExpression(const std::string &name, std::vector<ast::Item> items, Range range) {
  ast::ExprPtr head = nameExpression(name, range);
  if (items.empty())
    return head;
  auto e = std::make_unique<ast::Expr>();
  e->kind = ast::Expr::Kind::bracket;
  e->range = range;
  e->height = 2;
  e->brackets.range = range;
  e->brackets.items = std::move(items);
  e->children.push_back(std::move(head));
  return e;
}

ast::Item expressionItem(ast::ExprPtr value) {
  ast::Item item;
  item.range = value->range;
  item.value = std::move(value);
  return item;
}

ast::Item cloned(const ast::Item &item, Replacement replace) {
  ast::Item result;
  result.kind = item.kind;
  result.range = item.range;
  result.name = item.name;
  result.axis = item.axis;
  if (item.value)
    result.value = cloned(*item.value, replace);
  return result;
}

ast::ExprPtr cloned(const ast::Expr &e, Replacement replace) {
  if (ast::ExprPtr other = replace(e))
    return other;
  auto result = std::make_unique<ast::Expr>();
  result->kind = e.kind;
  result->truth = e.truth;
  result->height = e.height;
  result->range = e.range;
  result->text = e.text;
  result->name = e.name;
  result->op = e.op;
  result->operatorRange = e.operatorRange;
  for (const ast::ExprPtr &child : e.children) {
    bool isHead = (e.kind == ast::Expr::Kind::call || e.kind == ast::Expr::Kind::bracket) &&
                  child == e.children.front();
    auto keepHead = [&](const ast::Expr &inner) { return &inner == child.get() ? nullptr : replace(inner); };
    result->children.push_back(isHead ? cloned(*child, keepHead) : cloned(*child, replace));
  }
  result->brackets.range = e.brackets.range;
  result->brackets.hasSemicolon = e.brackets.hasSemicolon;
  for (const ast::Item &item : e.brackets.items)
    result->brackets.items.push_back(cloned(item, replace));
  for (const ast::Item &setting : e.brackets.settings)
    result->brackets.settings.push_back(cloned(setting, replace));
  if (e.brackets.where)
    result->brackets.where = cloned(*e.brackets.where, replace);
  return result;
}

static std::optional<ast::Pattern> patternOf(State &state, const ast::Expr &e) {
  ast::Pattern pattern;
  pattern.range = e.range;
  switch (e.kind) {
  case ast::Expr::Kind::name:
    pattern.name = e.name;
    return pattern;
  case ast::Expr::Kind::group:
    return patternOf(state, *e.children[0]);
  case ast::Expr::Kind::pair:
    pattern.kind = ast::Pattern::Kind::tuple;
    for (const ast::ExprPtr &child : e.children) {
      std::optional<ast::Pattern> part = patternOf(state, *child);
      if (!part)
        return std::nullopt;
      pattern.children.push_back(std::move(*part));
    }
    return pattern;
  case ast::Expr::Kind::number: {
    std::string digits = e.text;
    llvm::erase(digits, '_');
    pattern.kind = ast::Pattern::Kind::number;
    pattern.name = {digits, e.range};
    if (!llvm::StringRef(digits).getAsInteger(10, pattern.number))
      return pattern;
    break;
  }
  default:
    break;
  }
  state.error("syntax", e.range, "an index, a pair, `Left i` or a number stands here on the left of a tie");
  return std::nullopt;
}

std::optional<ast::Pattern> patternOf(State &state, const ast::Item &item) {
  ast::Pattern pattern;
  pattern.range = item.range;
  pattern.name = item.name;
  switch (item.kind) {
  case ast::Item::Kind::expression:
    return patternOf(state, *item.value);
  case ast::Item::Kind::index:
    pattern.axis = item.axis;
    return pattern;
  case ast::Item::Kind::summand: {
    std::optional<ast::Pattern> part = patternOf(state, *item.value);
    if (!part)
      return std::nullopt;
    pattern.kind = ast::Pattern::Kind::summand;
    pattern.children.push_back(std::move(*part));
    return pattern;
  }
  case ast::Item::Kind::setting:
    break;
  }
  state.error("syntax", item.range,
              "an index, a pair, `Left i` or a number stands here on the left of a tie");
  return std::nullopt;
}

static ast::ExprPtr expressionOf(const ast::Pattern &pattern) {
  if (pattern.kind == ast::Pattern::Kind::tuple) {
    auto pair = std::make_unique<ast::Expr>();
    pair->kind = ast::Expr::Kind::pair;
    pair->range = pattern.range;
    for (const ast::Pattern &child : pattern.children) {
      pair->children.push_back(expressionOf(child));
      pair->height = std::max(pair->height, pair->children.back()->height + 1);
    }
    return pair;
  }
  ast::ExprPtr e = nameExpression(pattern.name.text, pattern.range);
  if (pattern.kind == ast::Pattern::Kind::number) {
    e->kind = ast::Expr::Kind::number;
    e->text = pattern.name.text;
  }
  return e;
}

ast::Item itemOf(const ast::Pattern &pattern) {
  if (pattern.kind != ast::Pattern::Kind::summand)
    return expressionItem(expressionOf(pattern));
  ast::Item item = expressionItem(expressionOf(pattern.children.front()));
  item.kind = ast::Item::Kind::summand;
  item.name = pattern.name;
  item.range = pattern.range;
  return item;
}

void appendPositions(ast::Expr &read, llvm::ArrayRef<ast::Pattern> patterns) {
  std::vector<ast::Item> items;
  bool isBare = read.kind == ast::Expr::Kind::name;
  for (const ast::Pattern &pattern : patterns)
    (isBare ? items : read.brackets.items).push_back(itemOf(pattern));
  if (isBare)
    read = std::move(*readExpression(read.name.text, std::move(items), read.range));
}

} // namespace weft
