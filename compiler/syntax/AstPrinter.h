// The tree as text, one node a line, for `weft emit --stage ast`.
#pragma once

#include "compiler/syntax/Ast.h"

namespace weft {

std::string print(const ast::Program &program);

} // namespace weft
