// The standard library's files, embedded: a built compiler needs no files beside it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace weft {

/// The text of `lib/std/NAME.weft`; none when there is no such file.
std::optional<std::string_view> standardFile(std::string_view name);
/// All names, sorted.
std::vector<std::string_view> standardFiles();

} // namespace weft
