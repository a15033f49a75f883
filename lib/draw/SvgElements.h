// Attributes and shapes of SVG, as text.
#pragma once

#include "lib/draw/SvgText.h"

namespace weft::draw {

inline std::string attribute(const char *name, const std::string &value) {
  return std::string(" ") + name + "=\"" + escaped(value) + "\"";
}

inline std::string line(const char *name, double value) {
  return std::string(" ") + name + "=\"" + number(value) + "\"";
}

inline std::string rectangle(const char *cssClass, const Rect &rect, double round) {
  return std::string("<rect class=\"") + cssClass + "\"" + line("x", rect.x) + line("y", rect.y) +
         line("width", rect.width) + line("height", rect.height) + line("rx", round) + "/>\n";
}

inline std::string circle(const char *cssClass, Point at, double radius) {
  return std::string("<circle class=\"") + cssClass + "\"" + line("cx", at.x) + line("cy", at.y) +
         line("r", radius) + "/>\n";
}

} // namespace weft::draw
