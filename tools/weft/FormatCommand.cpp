#include "compiler/syntax/Formatter.h"
#include "compiler/syntax/Parser.h"
#include "lib/tensorfile/MappedFile.h"
#include "tools/weft/Commands.h"
#include "llvm/Support/raw_ostream.h"

namespace weft {

int formatCommand(const ToolOptions &options) {
  int code = 0;
  for (const std::string &path : options.files) {
    Diagnostics diagnostics;
    Sources sources;
    const SourceFile *file = sources.open(path);
    if (!file) {
      diagnostics.error("file.format", {}, "`" + path + "` cannot be read");
      code = std::max(code, finish(diagnostics, options));
      continue;
    }
    std::unique_ptr<ast::Program> program = parse(*file, diagnostics);
    if (diagnostics.hasErrors()) {
      code = std::max(code, finish(diagnostics, options));
      continue;
    }
    std::string text = format(*program, *file);
    if (text == file->text())
      continue;
    if (options.onlyCheck) {
      llvm::outs() << path << ": is not laid out by `weft fmt`\n";
      code = 1;
      continue;
    }
    std::span<const std::byte> pieces[] = {std::as_bytes(std::span(text))};
    if (std::optional<FileError> error = writeFile(path, pieces)) {
      diagnostics.error(error->name, {}, error->message);
      code = std::max(code, finish(diagnostics, options));
    }
  }
  return code;
}

} // namespace weft
