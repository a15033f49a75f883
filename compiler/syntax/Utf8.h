// UTF-8, as far as a lexer and a formatter need it.
#pragma once

#include <cstddef>
#include <string_view>

namespace weft::utf8 {

/// The bytes of the well-formed character at the start of `text`, or 0 where there is none.
size_t characterLength(std::string_view text);

/// How many characters `text` has; a byte that belongs to none counts as one.
size_t characterCount(std::string_view text);

} // namespace weft::utf8
