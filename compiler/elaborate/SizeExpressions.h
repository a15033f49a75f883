// Sizes as they are written, to exact sizes.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

const ast::Expr &withoutGroups(const ast::Expr &expression);
/// Whether a node of the kind stands anywhere in a size.
bool mentions(const ast::Expr &size, ast::Expr::Kind kind);

/// The value of a size; `sizeOf` gives the axes' sizes, and reports unknown ones itself.
std::optional<Size> evaluate(State &state, const ast::Expr &size,
                             const std::function<std::optional<Size>(const ast::Name &)> &sizeOf);

/// A whole number as it is written, with `_` between digits; none when it is no such number or does not fit.
std::optional<int64_t> wholeNumber(llvm::StringRef text);

} // namespace weft
