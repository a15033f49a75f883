// Texts in SVG: escaped, forced to their width, axis names in their axis's colour.
#pragma once

#include "lib/draw/FrameLayout.h"

#include <string_view>

namespace weft::draw {

/// For element content and attributes; controls and broken UTF-8 become `�`.
std::string escaped(std::string_view text);

/// The text with the names of axes as `<tspan class="t3">`.
std::string colouredAxes(const Picture &picture, std::string_view text);

std::string svgText(std::string_view content, const char *cssClass, Point at, double width,
                    const char *anchor);

} // namespace weft::draw
