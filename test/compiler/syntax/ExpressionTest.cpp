// Precedence, and every form of expression.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

/// The same tree, whatever groups are written.
std::string withoutGroups(std::string text) {
  std::string tree = expressionTree(text), flat;
  // A group is one line, and what is below it stands two columns further in.
  std::vector<size_t> groups;
  for (size_t begin = 0; begin < tree.size();) {
    size_t end = tree.find('\n', begin) + 1;
    std::string line = tree.substr(begin, end - begin);
    size_t indent = line.find_first_not_of(' ');
    while (!groups.empty() && groups.back() >= indent)
      groups.pop_back();
    if (line.substr(indent) == "group\n")
      groups.push_back(indent);
    else
      flat += line.substr(2 * groups.size());
    begin = end;
  }
  return flat;
}

void expectSame(const std::string &plain, const std::string &grouped) {
  EXPECT_EQ(withoutGroups(plain), withoutGroups(grouped)) << plain;
}

TEST(Expression, precedenceFromLooseToTight) {
  expectSame("if a then b else c or d", "if a then b else (c or d)");
  expectSame("a or b and c", "a or (b and c)");
  expectSame("a and not b == c", "a and (not (b == c))");
  expectSame("not a and b", "(not a) and b");
  expectSame("a + b < c * d", "(a + b) < (c * d)");
  expectSame("a + b * c", "a + (b * c)");
  expectSame("-a * b", "(-a) * b");
  expectSame("-a.b[i](x)", "-(((a.b)[i])(x))");
  expectSame("a * -b", "a * (-b)");
  expectSame("- -a", "-(-a)");
  expectSame("not not a", "not (not a)");
}

TEST(Expression, operatorsOfOneLevelGroupToTheLeft) {
  expectSame("a - b + c - d", "((a - b) + c) - d");
  expectSame("a / b * c div d mod e", "(((a / b) * c) div d) mod e");
  expectSame("a or b or c", "(a or b) or c");
  expectSame("if a then b else if c then d else e", "if a then b else (if c then d else e)");
}

TEST(Expression, leaves) {
  EXPECT_EQ(expressionTree("inf"), "  inf\n");
  EXPECT_EQ(expressionTree("true"), "  true\n");
  EXPECT_EQ(expressionTree("false"), "  false\n");
  EXPECT_EQ(expressionTree("50_257"), "  number 50_257\n");
  EXPECT_EQ(expressionTree("#Seq"), "  size of Seq\n");
  EXPECT_EQ(expressionTree("pi"), "  name pi\n");
  EXPECT_EQ(expressionTree("\"h.{l}\""), "  string \"h.{l}\"\n");
}

TEST(Expression, parenthesesGroupPairAndGiveDefaults) {
  EXPECT_EQ(expressionTree("(a)"), "  group\n    name a\n");
  EXPECT_EQ(expressionTree("(a, b, c)"), "  pair\n    name a\n    name b\n    name c\n");
  EXPECT_EQ(expressionTree("(x[i] else 0)"),
            "  default read\n    bracket\n      name x\n      item\n        name i\n    number 0\n");
}

TEST(Expression, oneBracketForm) {
  EXPECT_EQ(
      expressionTree("M[i, j: Seq, Left k, Right 0, i + 1; eps = 1e-5, f = dense[A, B] where i <= j](x, y)"),
      "  call\n"
      "    bracket\n"
      "      name M\n"
      "      item\n        name i\n"
      "      index j: Seq\n"
      "      summand Left\n        name k\n"
      "      summand Right\n        number 0\n"
      "      item\n        binary +\n          name i\n          number 1\n"
      "      after ;\n"
      "        setting eps\n          number 1e-5\n"
      "        setting f\n          bracket\n            name dense\n"
      "            item\n              name A\n            item\n              name B\n"
      "      where\n        binary <=\n          name i\n          name j\n"
      "    name x\n"
      "    name y\n");
  EXPECT_EQ(expressionTree("M[where c](x)"),
            "  call\n    bracket\n      name M\n      where\n        name c\n    name x\n");
  EXPECT_EQ(expressionTree("f[]()"), "  call\n    bracket\n      name f\n");
  EXPECT_EQ(expressionTree("f[; plus = min]"),
            "  bracket\n    name f\n    after ;\n      setting plus\n        name min\n");
}

TEST(Expression, typesInBracketsAreExpressions) {
  EXPECT_EQ(expressionTree("copy[X * Y]"),
            "  bracket\n    name copy\n    item\n      binary *\n        name X\n        name Y\n");
  EXPECT_EQ(expressionTree("drop_it[real[A, B]]"),
            "  bracket\n    name drop_it\n    item\n      bracket\n        name real\n"
            "        item\n          name A\n        item\n          name B\n");
}

TEST(Expression, comparisonsAreNotChained) {
  Parsed parsed("let a = b < c < d");
  EXPECT_EQ(parsed.errors(), "1:15 comparisons are not chained: found a second one, `<`\n");
  EXPECT_EQ(parsed.notes(), "write `b < c and c < …`\n");
  EXPECT_EQ(Parsed("let a = (b < c) == d").errors(), "");
}

TEST(Expression, looseFormsNeedParenthesesInTightPlaces) {
  Parsed parsed("let a = b + if c then d else e");
  EXPECT_EQ(parsed.errors(), "1:13 expected an expression, found `if`\n");
  EXPECT_EQ(parsed.notes(), "put the `if` and what belongs to it in parentheses\n");
  EXPECT_EQ(Parsed("let a = b == not c").notes(), "put the `not` and what belongs to it in parentheses\n");
}

TEST(Expression, everyNodeKnowsItsRange) {
  Parsed parsed("let a = f(b[i] + 1) * c");
  const auto &constant = std::get<ast::Constant>(parsed.program->declarations.front().node);
  auto text = [&](Range range) { return parsed.file.text().substr(range.begin, range.end - range.begin); };
  const ast::Expr &product = *constant.value;
  EXPECT_EQ(text(product.range), "f(b[i] + 1) * c");
  EXPECT_EQ(text(product.operatorRange), "*");
  const ast::Expr &sum = *product.children[0]->children[1];
  EXPECT_EQ(text(sum.range), "b[i] + 1");
  EXPECT_EQ(text(sum.children[0]->brackets.range), "[i]");
  EXPECT_EQ(text(constant.name.range), "a");
  EXPECT_EQ(text(parsed.program->declarations.front().range), "let a = f(b[i] + 1) * c");
}

} // namespace
