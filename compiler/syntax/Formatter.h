// The one layout of all programs.
#pragma once

#include "compiler/syntax/Ast.h"

namespace weft {

/// The program's text, laid out. Changes blanks only: tokens and comments are those of `file`, in their
/// order. The program must have been parsed from `file` without errors.
std::string format(const ast::Program &program, const SourceFile &file);

} // namespace weft
