#pragma once

#include "lib/draw/Sheet.h"

namespace weft::draw {

/// The table of axes with their colours and sizes, and the signs that the sheet uses.
void paintLegend(const Picture &picture, const Sheet &sheet, std::string &out);

} // namespace weft::draw
