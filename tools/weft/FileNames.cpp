#include "tools/weft/FileNames.h"
#include "llvm/ADT/STLExtras.h"

namespace weft {

std::optional<FileName> parseFileName(const std::string &text, Range range, const Indices &indices,
                                      const FileName &prefix, Diagnostics &diagnostics) {
  FileName name = prefix;
  name.push_back({});
  for (size_t i = 0; i < text.size(); ++i) {
    bool brace = text[i] == '{' || text[i] == '}';
    if (!brace || (i + 1 < text.size() && text[i + 1] == text[i])) {
      name.back().text += text[i];
      i += brace;
      continue;
    }
    size_t end = text.find('}', i);
    llvm::StringRef inside = llvm::StringRef(text).slice(i + 1, end).trim();
    bool isMinus = inside.contains('-');
    auto [variable, number] = inside.split(isMinus ? '-' : '+');
    NamePart part;
    auto index = llvm::find_if(indices, [&](const Index &it) { return it.name == variable.trim(); });
    bool isNumber = number.empty() || !number.trim().getAsInteger(10, part.plus);
    if (end == std::string::npos || index == indices.end() || !isNumber) {
      diagnostics.error("index.unbound", range, "`{" + inside.str() + "}` is no index of the left side");
      return std::nullopt;
    }
    part.plus = isMinus ? -part.plus : part.plus;
    part.index = index - indices.begin();
    name.push_back(part);
    name.push_back({});
    i = end;
  }
  return name;
}

std::string resolve(const FileName &name, const Indices &indices) {
  std::string text;
  for (const NamePart &part : name)
    text += part.index ? std::to_string(indices[*part.index].value + part.plus) : part.text;
  return text;
}

bool matchesPattern(llvm::StringRef pattern, llvm::StringRef name) {
  size_t open = pattern.find('{');
  if (open == llvm::StringRef::npos)
    return pattern == name;
  if (!name.consume_front(pattern.take_front(open)))
    return false;
  size_t digits = name.find_first_not_of("0123456789");
  digits = digits == llvm::StringRef::npos ? name.size() : digits;
  return digits && matchesPattern(pattern.drop_front(pattern.find('}', open) + 1), name.drop_front(digits));
}

} // namespace weft
