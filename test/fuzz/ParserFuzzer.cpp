// Any bytes are read without harm, and what parses without errors is laid out twice the same, with the same
// tokens and the same tree.
#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Formatter.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"
#include <cstdlib>

using namespace weft;

static std::string tokensOf(const SourceFile &file) {
  Diagnostics diagnostics;
  std::string all;
  for (const Token &token : lex(file, diagnostics))
    all.append(file.text().substr(token.begin, token.end - token.begin)).append("\n");
  return all;
}

static void require(bool holds) {
  if (!holds)
    abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  SourceFile before("fuzz.weft", std::string(reinterpret_cast<const char *>(data), size));
  Diagnostics diagnostics;
  auto program = parse(before, diagnostics);
  diagnostics.text();
  diagnostics.jsonLines();
  std::string tree = print(*program);
  if (diagnostics.hasErrors())
    return 0;
  SourceFile after("fuzz.weft", format(*program, before));
  auto again = parse(after, diagnostics);
  require(!diagnostics.hasErrors());
  require(tokensOf(before) == tokensOf(after));
  require(print(*again) == tree);
  require(format(*again, after) == after.text());
  return 0;
}
