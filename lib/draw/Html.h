// The sheet as one page that makes no request: pan and zoom, search, hover, open and close.
#pragma once

#include "lib/draw/Svg.h"

namespace weft::draw {

std::string toHtml(const Picture &picture, const Sheet &sheet, const SvgOptions &options);

} // namespace weft::draw
