// Any bytes are read without harm, and what parses without errors is laid out twice the same.
#include "compiler/syntax/Formatter.h"
#include "compiler/syntax/Parser.h"
#include <cstdlib>

using namespace weft;

static std::string laidOut(std::string text) {
  SourceFile file("fuzz.weft", std::move(text));
  Diagnostics diagnostics;
  auto program = parse(file, diagnostics);
  diagnostics.text();
  return diagnostics.hasErrors() ? std::string() : format(*program, file);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string once = laidOut(std::string(reinterpret_cast<const char *>(data), size));
  if (!once.empty() && laidOut(once) != once)
    abort();
  return 0;
}
