// brackets, item, bindings.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Item;

/// "[" [ items ] [ ";" items ] [ "where" expr ] "]"
bool GrammarParser::brackets(ast::Brackets &brackets) {
  uint32_t begin = peek().begin;
  advance();
  bool fine = true;
  if (!at(TokenKind::semicolon) && !at(TokenKind::kwWhere) && !at(TokenKind::rightBracket))
    fine = separated([&] { return item(brackets.items.emplace_back()); });
  if (accept(TokenKind::semicolon)) {
    brackets.hasSemicolon = true;
    fine &= separated([&] { return item(brackets.settings.emplace_back()); });
  }
  if (accept(TokenKind::kwWhere)) {
    brackets.where = expression();
    fine &= brackets.where != nullptr;
  }
  if (!at(TokenKind::rightBracket)) {
    if (fine)
      error(brackets.where          ? "`]`"
            : brackets.hasSemicolon ? "`,`, `where` or `]`"
                                    : "`,`, `;`, `where` or `]`");
    fine = false;
    skipToListSeparator();
  }
  accept(TokenKind::rightBracket);
  brackets.range = since(begin);
  return fine;
}

/// NAME ":" NAME | NAME "=" expr | NAME ( NAME | NUMBER ) | expr
bool GrammarParser::item(Item &item) {
  uint32_t begin = peek().begin;
  TokenKind next = kind(1);
  if (!at(TokenKind::name)) {
    item.value = expression();
  } else if (next == TokenKind::colon) {
    item.kind = Item::Kind::index;
    item.name = takeName();
    advance();
    if (!expectName(item.axis, "the name of an axis after `:`"))
      return false;
    item.range = since(begin);
    return true;
  } else if (next == TokenKind::assign) {
    item.kind = Item::Kind::setting;
    item.name = takeName();
    advance();
    item.value = expression();
  } else if (next == TokenKind::name || next == TokenKind::number) {
    item.kind = Item::Kind::summand;
    item.name = takeName();
    item.value = leaf(next == TokenKind::name ? ast::Expr::Kind::name : ast::Expr::Kind::number);
  } else {
    item.value = expression();
  }
  item.range = since(begin);
  return item.value != nullptr;
}

/// "where" NAME "=" expr { "," NAME "=" expr }
bool GrammarParser::bindings(std::vector<ast::Binding> &bindings) {
  if (!accept(TokenKind::kwWhere))
    return true;
  return separated([&] {
    ast::Binding &binding = bindings.emplace_back();
    uint32_t begin = peek().begin;
    if (!expectName(binding.name, "a name after `where`") ||
        !expect(TokenKind::assign, "after the name that `where` binds"))
      return false;
    binding.value = expression();
    binding.range = since(begin);
    return binding.value != nullptr;
  });
}

} // namespace weft
