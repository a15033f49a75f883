// Well-formed UTF-8 as in the Unicode standard, table 3-7: no overlong forms, no surrogates, nothing above
// U+10FFFF.
#include "compiler/syntax/Utf8.h"

namespace weft::utf8 {

static bool isContinuation(unsigned char byte, unsigned char low = 0x80, unsigned char high = 0xBF) {
  return byte >= low && byte <= high;
}

size_t characterLength(std::string_view text) {
  auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  unsigned lead = at(0);
  if (text.empty())
    return 0;
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return isContinuation(at(1)) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    unsigned char low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return isContinuation(at(1), low, high) && isContinuation(at(2)) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    unsigned char low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return isContinuation(at(1), low, high) && isContinuation(at(2)) && isContinuation(at(3)) ? 4 : 0;
  }
  return 0;
}

size_t characterCount(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    size_t length = characterLength(text);
    text.remove_prefix(length ? length : 1);
    ++count;
  }
  return count;
}

} // namespace weft::utf8
