// Lanes below what a frame repeats: the axis that passes by, and states that return.
#pragma once

#include "lib/draw/FrameLayout.h"

namespace weft::draw {

struct LanePlan {
  struct Planned {
    int frame;     // of the picture
    bool state;    // a state, by its number; else the frame's axis
    unsigned port; // of a state
  };
  std::vector<Planned> lanes;
  double left = 0, right = 0; // the margins that the lanes' ends need
};

LanePlan planLanes(const Picture &picture, const FrameLayout &layout);

/// Draws the lanes below `bottom`; gives where they end.
double placeLanes(const Picture &picture, const LanePlan &plan, FrameLayout &layout, double bottom);

} // namespace weft::draw
