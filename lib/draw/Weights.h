// Weights fall straight from the top edge of their frame; one that is read several times runs in a lane
// there.
#pragma once

#include "lib/draw/FrameLayout.h"

namespace weft::draw {

/// The height that lanes of copied weights need at the top of a frame.
double weightLaneRoom(const Frame &frame, const Graph &graph);

/// Lines from the top edge to every node with weights, and the pills that name them; those in `tied` come
/// from cells.
void placeWeights(const Picture &picture, const Frame &frame, const Tied &tied, FrameLayout &layout);

} // namespace weft::draw
