#include "lib/draw/SvgText.h"

#include <cctype>

namespace weft::draw {

// The bytes of the character at `at` when it is well-formed UTF-8 and no control; else 0.
static size_t sound(std::string_view text, size_t at) {
  unsigned char first = text[at];
  if (first < 0x80)
    return first >= 0x20 && first != 0x7f ? 1 : 0;
  size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (first >= 0xf5 || length == 0 || at + length > text.size())
    return 0;
  uint32_t code = first & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    unsigned char next = text[at + i];
    if ((next & 0xc0) != 0x80)
      return 0;
    code = code << 6 | (next & 0x3f);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff));
  bool noCharacter = (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff || code < 0xa0;
  // Signs that turn the direction of text around would change what a reader sees.
  bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return overlong || noCharacter || turns ? 0 : length;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t length = sound(text, at);
    char c = text[at];
    if (c == '\n') {
      result += "&#10;";
      length = 1;
    } else if (length == 0) {
      result += "\xef\xbf\xbd";
      length = 1;
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else {
      result += text.substr(at, length);
    }
    at += length;
  }
  return result;
}

static bool isNamePart(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string colouredAxes(const Picture &picture, std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && isNamePart(text[end]))
      ++end;
    if (end == at) {
      size_t next = at;
      while (next < text.size() && !isNamePart(text[next]))
        ++next;
      result += escaped(text.substr(at, next - at));
      at = next;
      continue;
    }
    std::string_view word = text.substr(at, end - at);
    size_t axis = 0;
    while (axis < picture.axes.size() && picture.axes[axis].name != word)
      ++axis;
    if (axis < picture.axes.size())
      result += "<tspan class=\"t" + std::to_string(axis) + "\">" + escaped(word) + "</tspan>";
    else
      result += escaped(word);
    at = end;
  }
  return result;
}

std::string svgText(std::string_view content, const char *cssClass, Point at, double width,
                    const char *anchor) {
  return "<text class=\"" + std::string(cssClass) + "\" x=\"" + number(at.x) + "\" y=\"" + number(at.y) +
         "\" text-anchor=\"" + anchor + "\" textLength=\"" + number(width) +
         "\" lengthAdjust=\"spacingAndGlyphs\">" + std::string(content) + "</text>\n";
}

} // namespace weft::draw
