#include "tools/weft/FileNames.h"
#include "llvm/ADT/STLExtras.h"

namespace weft {

static constexpr int64_t largestNumber = int64_t(1) << 40;

int64_t Affine::at(const Indices &indices) const {
  int64_t sum = offset;
  for (auto [stride, index] : llvm::zip_first(strides, indices))
    sum += stride * index.value;
  return sum;
}

// `2 * l`: added to the sum with this sign; false for what is none, or has two indices.
static bool addTerm(llvm::StringRef term, int64_t sign, const Indices &indices, const AxisTable &axes,
                    Affine &sum) {
  __int128 product = sign;
  int64_t *place = &sum.offset;
  llvm::SmallVector<llvm::StringRef> factors;
  term.split(factors, '*');
  for (llvm::StringRef factor : factors) {
    factor = factor.trim();
    if (factor.empty())
      return false;
    int64_t number = 0;
    auto index = llvm::find_if(indices, [&](const Index &it) { return it.name == factor; });
    if (index != indices.end()) {
      if (place != &sum.offset)
        return false;
      place = &sum.strides[index - indices.begin()];
      continue;
    }
    if (factor.consume_front("#")) {
      const AxisTable::Axis *axis = axes.find(factor.trim());
      std::optional<int64_t> size = axis ? axes.size(factor.trim()).constant() : std::nullopt;
      if (!size)
        return false;
      number = *size;
    } else if (factor.getAsInteger(10, number)) {
      return false;
    }
    product *= number;
    if (product > largestNumber || product < -largestNumber)
      return false;
  }
  *place += static_cast<int64_t>(product);
  return true;
}

static std::optional<Affine> parseSum(llvm::StringRef text, const Indices &indices, const AxisTable &axes) {
  Affine sum;
  sum.strides.resize(indices.size());
  int64_t sign = 1;
  while (true) {
    size_t end = text.find_first_of("+-");
    if (!addTerm(text.take_front(end), sign, indices, axes, sum))
      return std::nullopt;
    if (end == llvm::StringRef::npos)
      return sum;
    sign = text[end] == '-' ? -1 : 1;
    text = text.drop_front(end + 1);
  }
}

// The texts outside of braces, and those inside, in turn. Reports a brace without its partner; none then.
static std::optional<std::vector<std::string>> splitAtBraces(const std::string &text, Range range,
                                                             Diagnostics &diagnostics) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    bool brace = text[i] == '{' || text[i] == '}';
    if (!brace || (i + 1 < text.size() && text[i + 1] == text[i])) {
      parts.back() += text[i];
      i += brace;
      continue;
    }
    size_t end = text.find('}', i);
    if (text[i] == '}' || end == std::string::npos) {
      bool opens = text[i] == '{';
      diagnostics
          .error("syntax", range,
                 opens ? "a `{` in this name is not closed" : "a `}` in this name closes nothing")
          .note(std::string("in braces stands an index, `{l}`; a brace of the name itself is written `") +
                (opens ? "{{`" : "}}`"));
      return std::nullopt;
    }
    parts.push_back(text.substr(i + 1, end - i - 1));
    parts.push_back({});
    i = end;
  }
  return parts;
}

std::optional<FileName> parseFileName(const std::string &text, Range range, const Indices &indices,
                                      const FileName &prefix, const AxisTable &axes,
                                      Diagnostics &diagnostics) {
  std::optional<std::vector<std::string>> parts = splitAtBraces(text, range, diagnostics);
  if (!parts)
    return std::nullopt;
  FileName name = prefix;
  for (auto [i, part] : llvm::enumerate(*parts)) {
    if (i % 2 == 0) {
      name.push_back({part, std::nullopt});
      continue;
    }
    llvm::StringRef inside = llvm::StringRef(part).trim();
    std::optional<Affine> number = parseSum(inside, indices, axes);
    if (!number) {
      diagnostics.error("index.unbound", range, "`{" + inside.str() + "}` is no index of the left side")
          .note("in braces stands an index, or a sum: `{l}`, `{l + 1}`, `{2 * l}`, `{#Layer - 1 - l}`");
      return std::nullopt;
    }
    name.push_back({"", std::move(number)});
  }
  return name;
}

std::string resolve(const FileName &name, const Indices &indices) {
  std::string text;
  for (const NamePart &part : name)
    text += part.number ? std::to_string(part.number->at(indices)) : part.text;
  return text;
}

std::optional<FilePattern> parsePattern(const std::string &text, Range range, const FileName &prefix,
                                        Diagnostics &diagnostics) {
  std::optional<std::vector<std::string>> parts = splitAtBraces(text, range, diagnostics);
  if (!parts)
    return std::nullopt;
  FilePattern pattern(1);
  for (const NamePart &part : prefix)
    if (part.number)
      pattern.push_back({});
    else
      pattern.back() += part.text;
  pattern.back() += parts->front();
  for (size_t i = 2; i < parts->size(); i += 2)
    pattern.push_back((*parts)[i]);
  return pattern;
}

bool matches(llvm::ArrayRef<std::string> pattern, llvm::StringRef name) {
  if (pattern.size() == 1)
    return name == pattern.front();
  if (!name.consume_front(pattern.front()))
    return false;
  size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits && matches(pattern.drop_front(), name.drop_front(digits));
}

} // namespace weft
