// The functions that scalar expressions may call by name.
#pragma once

#include "compiler/syntax/Ast.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

struct BuiltinFunction {
  Function function;
  unsigned arity;
  bool onIntegers; // abs, min, max: on integers too
};

/// `exp`, `min`, …; none for another name.
std::optional<BuiltinFunction> builtinFunction(llvm::StringRef name);
llvm::SmallVector<llvm::StringRef> builtinFunctionNames();
/// The function that an arithmetic or comparing sign stands for.
Function functionOf(ast::Operator op);
bool isComparison(ast::Operator op);

} // namespace weft
