// Texts of a frame: what stands on nodes, at wires, in the corner. A text that finds no free place is left
// out.
#pragma once

#include "lib/draw/FrameLayout.h"

namespace weft::draw {

void placeLabels(const Picture &picture, const Frame &frame, const LayoutOptions &options,
                 FrameLayout &layout);

} // namespace weft::draw
