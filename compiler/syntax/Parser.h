// Text to tree. Errors are `syntax` and `limit`; after one the parser goes on at the next sensible place.
#pragma once

#include "compiler/syntax/Ast.h"

namespace weft {

/// Never null: what could be read is in the program, what could not is reported.
/// The tree's ranges point into `file`, which must outlive it.
std::unique_ptr<ast::Program> parse(const SourceFile &file, Diagnostics &diagnostics);

} // namespace weft
