// The sheet as SVG that lives everywhere: classes and plain colours, no filters, no variables, no script.
#pragma once

#include "lib/draw/Sheet.h"

namespace weft::draw {

enum class Theme { automatic, light, dark };

struct SvgOptions {
  Theme theme = Theme::automatic;
  bool mono = false;
};

std::string toSvg(const Picture &picture, const Sheet &sheet, const SvgOptions &options);

} // namespace weft::draw
