// Sizes as text: `4 * Seq + (Seq + 1) div 2 + 3`, written and read.
#include "lib/axis/Size.h"

#include <cctype>

namespace weft {

static std::string text(const Size::Atom &atom, bool alone) {
  if (!atom.dividend)
    return atom.axis;
  std::string inner = atom.dividend->text();
  bool isName = inner.find(' ') == std::string::npos && inner[0] != '-';
  std::string quotient = (isName ? inner : "(" + inner + ")") + " div " + std::to_string(atom.divisor);
  return alone ? quotient : "(" + quotient + ")";
}

std::string Size::text() const {
  std::string result;
  auto append = [&](const Monomial &monomial, int64_t coefficient) {
    bool negative = coefficient < 0;
    uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(coefficient) : coefficient;
    result += result.empty() ? (negative ? "-" : "") : negative ? " - " : " + ";
    bool first = magnitude == 1 && !monomial.empty();
    if (!first)
      result += std::to_string(magnitude);
    bool alone = first && !negative && monomial.size() == 1 && monomial.begin()->second == 1;
    for (const auto &[atom, power] : monomial)
      for (unsigned i = 0; i < power; ++i) {
        result += first ? "" : " * ";
        result += weft::text(atom, alone);
        first = false;
      }
  };
  for (const auto &[monomial, coefficient] : polynomial)
    if (!monomial.empty())
      append(monomial, coefficient);
  if (auto constant = polynomial.find({}); constant != polynomial.end())
    append({}, constant->second);
  return result.empty() ? "0" : result;
}

namespace {

// sum = product { ("+" | "-") product }   product = factor { "*" factor | "div" NUMBER }
// factor = NUMBER | NAME | "-" factor | "(" sum ")"
class SizeParser {
public:
  explicit SizeParser(std::string_view text) : text(text) {}

  std::optional<Size> parse() {
    std::optional<Size> size = sum(0);
    skip();
    return at == text.size() ? size : std::nullopt;
  }

private:
  void skip() {
    while (at < text.size() && text[at] == ' ')
      ++at;
  }
  bool accept(std::string_view token) {
    skip();
    if (text.substr(at, token.size()) != token)
      return false;
    at += token.size();
    return true;
  }
  static bool isLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
  static bool isDigit(char c) { return c >= '0' && c <= '9'; }

  std::optional<Size> sum(int depth) {
    std::optional<Size> total = product(depth);
    while (total) {
      if (accept("+")) {
        std::optional<Size> next = product(depth);
        total = next ? add(*total, *next) : std::nullopt;
      } else if (accept("-")) {
        std::optional<Size> next = product(depth);
        total = next ? subtract(*total, *next) : std::nullopt;
      } else {
        break;
      }
    }
    return total;
  }

  std::optional<Size> product(int depth) {
    std::optional<Size> total = factor(depth);
    while (total) {
      if (accept("*")) {
        std::optional<Size> next = factor(depth);
        total = next ? multiply(*total, *next) : std::nullopt;
      } else if (accept("div ")) {
        std::optional<int64_t> divisor = number();
        total = divisor ? floorDivide(*total, *divisor) : std::nullopt;
      } else {
        break;
      }
    }
    return total;
  }

  std::optional<Size> factor(int depth) {
    if (depth > 100)
      return std::nullopt;
    if (accept("(")) {
      std::optional<Size> inner = sum(depth + 1);
      return inner && accept(")") ? inner : std::nullopt;
    }
    if (accept("-")) {
      std::optional<Size> inner = factor(depth + 1);
      return inner ? multiply(*inner, Size(-1)) : std::nullopt;
    }
    skip();
    if (at < text.size() && isDigit(text[at])) {
      std::optional<int64_t> value = number();
      return value ? std::optional(Size(*value)) : std::nullopt;
    }
    size_t begin = at;
    while (at < text.size() && (isLetter(text[at]) || (at > begin && (isDigit(text[at]) || text[at] == '.'))))
      ++at;
    return at == begin ? std::nullopt
                       : std::optional(Size::open(std::string(text.substr(begin, at - begin))));
  }

  std::optional<int64_t> number() {
    skip();
    int64_t value = 0;
    size_t begin = at;
    for (; at < text.size() && isDigit(text[at]); ++at)
      if (__builtin_mul_overflow(value, int64_t(10), &value) ||
          __builtin_add_overflow(value, int64_t(text[at] - '0'), &value))
        return std::nullopt;
    return at == begin ? std::nullopt : std::optional(value);
  }

  std::string_view text;
  size_t at = 0;
};

} // namespace

std::optional<Size> Size::parse(std::string_view text) { return SizeParser(text).parse(); }

} // namespace weft
