#include "lib/draw/TextWidth.h"

namespace weft::draw {

// Advances of Inter at 1000 units to the em, from space to tilde.
static constexpr short regular[] = {
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605,
    636, 642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598,
    587, 743, 740, 264, 543, 652, 562, 889, 753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642,
    665, 625, 362, 357, 362, 469, 452, 497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544,
    237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659};
static constexpr short semibold[] = {
    248, 309, 396, 643, 649, 844, 663, 213, 393, 393, 543, 673, 295, 466, 290, 379, 667, 481,  621,
    652, 666, 632, 648, 587, 646, 648, 290, 295, 673, 673, 673, 544, 999, 724, 657, 744, 724,  608,
    586, 755, 744, 275, 561, 677, 566, 906, 741, 775, 643, 776, 651, 649, 660, 734, 724, 1007, 690,
    705, 653, 393, 379, 393, 481, 468, 497, 575, 630, 577, 630, 593, 377, 625, 613, 261, 261,  569,
    261, 898, 610, 608, 625, 625, 397, 549, 380, 608, 576, 837, 562, 576, 562, 393, 358, 393,  673};

// The next character, and its length in bytes; broken UTF-8 counts byte by byte.
static unsigned codePoint(std::string_view text, size_t at, size_t &length) {
  unsigned char first = text[at];
  length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (at + length > text.size())
    length = 1;
  return length == 1 ? first : 0x100;
}

static double advance(unsigned code, Face face) {
  if (face == Face::mono)
    return 0.602;
  if (code >= 32 && code < 127)
    return (face == Face::bold ? semibold : regular)[code - 32] / 1000.0;
  // Signs such as ·, ≤ and Σ are about as wide as a digit.
  return 0.66;
}

double textWidth(std::string_view text, double size, Face face) {
  double width = 0;
  for (size_t at = 0, length; at < text.size(); at += length)
    width += advance(codePoint(text, at, length), face);
  return width * size;
}

double textRoom(std::string_view text, double size, Face face) {
  double wider = face == Face::bold ? 1.18 : face == Face::regular ? 1.08 : 1;
  return textWidth(text, size, face) * wider;
}

std::string clipped(std::string_view text, double limit, double size, Face face) {
  if (textWidth(text, size, face) <= limit)
    return std::string(text);
  double width = textWidth("…", size, face);
  size_t at = 0, length = 0;
  for (; at < text.size(); at += length) {
    width += advance(codePoint(text, at, length), face) * size;
    if (width > limit)
      break;
  }
  while (at > 0 && text[at - 1] == ' ')
    --at;
  return std::string(text.substr(0, at)) + "…";
}

std::string grouped(const std::string &size) {
  if (size.find_first_not_of("0123456789") != std::string::npos)
    return size;
  std::string text;
  for (size_t i = 0; i < size.size(); ++i) {
    if (i && (size.size() - i) % 3 == 0)
      text += " ";
    text += size[i];
  }
  return text;
}

} // namespace weft::draw
