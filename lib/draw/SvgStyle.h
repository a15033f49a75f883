#pragma once

#include "lib/draw/Svg.h"

namespace weft::draw {

/// The style sheet of a picture: its axes' colours, light, dark and for print.
std::string svgStyle(const Picture &picture, const SvgOptions &options);

} // namespace weft::draw
