// Diagrams and declarations: every production of the grammar, once.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

void expectTree(const std::string &text, const std::string &tree) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.errors(), "");
  EXPECT_EQ(parsed.tree(), tree);
}

TEST(Diagram, semicolonIsLooserThanStarAndStarThanNames) {
  EXPECT_EQ(diagramTree("f ; a: g * h ; k"),
            "  sequence\n    instance f\n    product\n      named a\n        instance g\n"
            "      instance h\n    instance k\n");
}

TEST(Diagram, prefixWordsTakeOneAtom) {
  EXPECT_EQ(diagramTree("map f over A ; g"),
            "  sequence\n    map over A\n      instance f\n    instance g\n");
  EXPECT_EQ(diagramTree("map map f over A over B"), "  map over B\n    map over A\n      instance f\n");
  EXPECT_EQ(diagramTree("chain[2] (f ; g) over Layer with (mask, edges)"),
            "  chain[2] over Layer with mask, edges\n    group\n      sequence\n        instance f\n        "
            "instance g\n");
  for (const char *word : {"each", "fold", "scan", "unfold", "chain"})
    EXPECT_EQ(diagramTree(std::string(word) + " f over A with c"),
              "  " + std::string(word) + " over A with c\n    instance f\n");
}

TEST(Diagram, iterate) {
  EXPECT_EQ(
      diagramTree("iterate relax at most #Node - 1"),
      "  iterate\n    instance relax\n    at most\n      binary -\n        size of Node\n        number 1\n");
  EXPECT_EQ(diagramTree("iterate f at most (2 * #A) ; g"),
            "  sequence\n    iterate\n      instance f\n      at most\n        group\n          binary *\n"
            "            number 2\n            size of A\n    instance g\n");
}

TEST(Diagram, instances) {
  EXPECT_EQ(diagramTree("drop[X] * swap[X, Y] * id"),
            "  product\n    instance drop\n      item\n        name X\n    instance swap\n      item\n       "
            " name X\n"
            "      item\n        name Y\n    instance id\n");
}

TEST(Diagram, withIsAWireWhereNoContextFollows) {
  expectTree(
      "morphism f (x: A) -> (with: A) {\n  box g: map h over A\n  with = x\n}",
      "morphism f\n  input x: A\n  output with: A\n  box g\n    map over A\n      instance h\n  define with\n"
      "    name x\n");
}

TEST(Declaration, imports) {
  expectTree("import std.nn import \"other.weft\"", "import std.nn\nimport \"other.weft\"\n");
}

TEST(Declaration, axes) {
  expectTree(
      "axis Seq, Model = 768, Kind = {kill, generate}\naxis Out = (#In - #Tap) div 2 + 1\naxis P = A * B / 2",
      "axis Seq\naxis Model\n  number 768\naxis Kind = {kill, generate}\naxis Out\n  binary +\n    binary "
      "div\n"
      "      group\n        binary -\n          size of In\n          size of Tap\n      number 2\n    "
      "number 1\n"
      "axis P\n  binary /\n    binary *\n      name A\n      name B\n    number 2\n");
}

TEST(Declaration, objectsAndConstants) {
  expectTree(
      "object X = real[A] * (Y * Z)[B] let pi_2 = pi / 2 export f, g",
      "object X: real[A] * (Y * Z)[B]\nlet pi_2\n  binary /\n    name pi\n    number 2\nexport f, g\n");
}

TEST(Declaration, morphismWithEverything) {
  expectTree(
      "export morphism f[In, Out; eps: real = 1e-5, g: real[In] -> real = relu, plus: monoid on real]\n"
      "  (x, y: real[In], z: Node) -> (r: real[Out])\n"
      "  weights W, V: real[Out, In] ~ normal(0, 0.02), b: real[Out] ~ zeros\n"
      "  requires all[i](x[i] >= 0)\n"
      "  ensures true\n"
      "{\n"
      "  box p, q: map g over In\n"
      "  drop z, y\n"
      "  tie W[o, i] = V[i, o]\n"
      "  (a, b) = g(x)\n"
      "  r[o] = 1\n"
      "  s = -x\n"
      "}",
      "export morphism f\n  generic In\n  generic Out\n  parameter eps: real\n    number 1e-5\n"
      "  parameter g: real[In] -> real\n    name relu\n  parameter plus: monoid on real\n"
      "  input x, y: real[In]\n  input z: Node\n  output r: real[Out]\n"
      "  weight W, V: real[Out, In]\n    drawn normal\n      number 0\n      number 0.02\n"
      "  weight b: real[Out]\n    drawn zeros\n"
      "  requires\n    call\n      bracket\n        name all\n        item\n          name i\n"
      "      binary >=\n        bracket\n          name x\n          item\n            name i\n        "
      "number 0\n"
      "  ensures\n    true\n"
      "  box p, q\n    map over In\n      instance g\n  drop z, y\n"
      "  tie\n    bracket\n      name W\n      item\n        name o\n      item\n        name i\n"
      "    bracket\n      name V\n      item\n        name i\n      item\n        name o\n"
      "  unpack a, b\n    call\n      name g\n      name x\n"
      "  define r\n    index o\n    number 1\n"
      "  define s\n    unary -\n      name x\n");
}

TEST(Declaration, patterns) {
  expectTree(
      "morphism f () -> (y: A) { y[i: Seq, (h, e): Model, Left j: Both, Right (a, b), Left k: A: B] = 0 }",
      "morphism f\n  output y: A\n  define y\n    index i: Seq\n    tuple: Model\n      index h\n      index "
      "e\n"
      "    summand Left: Both\n      index j\n    summand Right\n      tuple\n        index a\n        index "
      "b\n"
      "    summand Left: B\n      index k: A\n    number 0\n");
}

TEST(Declaration, monoids) {
  expectTree(
      "monoid m on (A * B) { unit propagate   a * b = if b == propagate then a else b  assume associative }",
      "monoid m on (A * B)\n  unit\n    name propagate\n  combine a, b\n    if\n      binary ==\n        "
      "name b\n"
      "        name propagate\n      name a\n      name b\n  assume associative\n");
  expectTree(
      "monoid m {\n carrier (z: real, o: real) where z >= 0\n unit (-inf, 0)\n a * b = n where n = a, k = b\n"
      " lift (x, y) = x\n lift x = x where k = 1\n lower r = r.o / r.z\n}",
      "monoid m\n  carrier\n    component z: real\n    component o: real\n    binary >=\n      name z\n"
      "      number 0\n  unit\n    pair\n      unary -\n        inf\n      number 0\n  combine a, b\n    "
      "name n\n"
      "    where n\n      name a\n    where k\n      name b\n  lift x, y\n    name x\n  lift x\n    name x\n"
      "    where k\n      number 1\n  lower r\n    binary /\n      field o\n        name r\n      field z\n"
      "        name r\n");
}

TEST(Declaration, lawWordsAreNamesElsewhere) {
  expectTree("monoid m { lift * unit = lift }", "monoid m\n  combine lift, unit\n    name lift\n");
}

TEST(Declaration, cells) {
  expectTree(
      "cell a[N] : linear[N, N] => conv along G weights k: real[N] {\n  body[l].W[o] = k[N((o - 1) mod #N)] "
      "where n = 1\n"
      "  drop \"h.{l}.bias\"[0]\n  mlp.up = dense_file \"layer.{l}.\"\n}\ncell b = c * d ; e",
      "cell a\n  generic N\n  from\n    instance linear\n      item\n        name N\n      item\n        "
      "name N\n"
      "  to conv\n  along G\n  weight k: real[N]\n  assign\n    bracket\n      field W\n        bracket\n"
      "          name body\n          item\n            name l\n      item\n        name o\n    bracket\n    "
      "  name k\n"
      "      item\n        call\n          name N\n          binary mod\n            group\n              "
      "binary -\n"
      "                name o\n                number 1\n            size of N\n    where n\n      number 1\n"
      "  drop \"h.{l}.bias\"\n    item\n      number 0\n  from dense_file \"layer.{l}.\"\n    field up\n"
      "      name mlp\ncell b\n  then c * d\n  then e\n");
}

TEST(Declaration, claims) {
  expectTree("claim f weights == 163_037_184 assume (f ; g) flops <= 2 * #A claim f bytes < 3",
             "claim\n  instance f\n  weights ==\n    number 163_037_184\nassume\n  group\n    sequence\n"
             "      instance f\n      instance g\n  flops <=\n    binary *\n      number 2\n      size of A\n"
             "claim\n  instance f\n  bytes <\n    number 3\n");
  expectTree(
      "claim f invariant under permute A, B claim f equivariant under shift N claim s distributes over max\n"
      "claim r homomorphism max -> min claim i converges within #Node steps claim f[A] == g",
      "claim\n  instance f\n  invariant under permute A, B\nclaim\n  instance f\n  equivariant under shift "
      "N\n"
      "claim\n  instance s\n  distributes max\nclaim\n  instance r\n  homomorphism max, min\n"
      "claim\n  instance i\n  converges\n    size of Node\n"
      "claim\n  instance f\n    item\n      name A\n  equal\n    instance g\n");
  for (const char *law : {"associative", "commutative", "idempotent", "invertible", "cocycle"})
    expectTree("claim m " + std::string(law), "claim\n  instance m\n  " + std::string(law) + "\n");
}

TEST(Newline, isABlankButNeverBeforeABracket) {
  expectTree("let a\n= f\n.b\n+ 1", "let a\n  binary +\n    field b\n      name f\n    number 1\n");
  expectTree("morphism f () -> (a: A, b: A) {\n  c = x\n  (a, b) = g(c)\n}",
             "morphism f\n  output a: A\n  output b: A\n  define c\n    name x\n  unpack a, b\n    call\n    "
             "  name g\n"
             "      name c\n");
  EXPECT_EQ(Parsed("let a = f\n(b)").errors(), "2:1 expected a declaration, found `(`\n");
  EXPECT_EQ(Parsed("object X = real\n[A]").notes().substr(0, 22), "a `[` that is the firs");
}

} // namespace
