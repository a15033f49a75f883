// Text to tokens. Blanks and comments stand in the gaps between tokens; who needs comments looks there.
#pragma once

#include "compiler/syntax/Token.h"
#include "lib/source/Source.h"

#include <vector>

namespace weft {

/// What a file may hold at most. Beyond it the error is `limit`, before memory or stack run out.
namespace limits {
inline constexpr size_t fileBytes = 16u << 20;
inline constexpr size_t tokens = 1'000'000;
/// Unknown signs and broken numbers after which the file is not read at all.
inline constexpr size_t wrongTokens = 1'000;
/// Brackets and prefix words in one another.
inline constexpr unsigned nesting = 200;
/// The height of one expression's tree: `a + b + … ` is as high as it is long.
inline constexpr unsigned height = 1'000;
} // namespace limits

/// The tokens of a file in order; the last one is `endOfFile`. What is no token is reported and stands there
/// as `unknown`, so that the parser knows the place is not as it was meant.
std::vector<Token> lex(const SourceFile &file, Diagnostics &diagnostics);

} // namespace weft
