// Any text is read as network IR without harm, and what verifies prints and reads back the same.
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include <cstdlib>

using namespace mlir;

static OwningOpRef<ModuleOp> read(MLIRContext &context, llvm::StringRef text) {
  return parseSourceString<ModuleOp>(text, ParserConfig(&context));
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<weft::WeftDialect>();
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) { return success(); });
  auto module = read(context, std::string(reinterpret_cast<const char *>(data), size));
  if (!module)
    return 0;
  std::string once = print(*module);
  auto again = read(context, once);
  if (!again || print(*again) != once)
    abort();
  return 0;
}
