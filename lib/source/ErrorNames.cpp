// The register of named errors.
#include "lib/source/Source.h"

#include <algorithm>

namespace weft {

static const std::vector<std::string_view> &sortedNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {
#define NAME(name, rule) name,
#include "lib/source/ErrorNames.def"
#undef NAME
    };
    std::sort(all.begin(), all.end());
    return all;
  }();
  return names;
}

std::vector<std::string_view> errorNames() { return sortedNames(); }

bool isErrorName(std::string_view name) {
  return std::binary_search(sortedNames().begin(), sortedNames().end(), name);
}

} // namespace weft
