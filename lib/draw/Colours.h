// The hues of axes: chosen by name, so that a network keeps its colours, and apart wherever two axes meet.
#pragma once

#include "lib/draw/Picture.h"

#include <array>

namespace weft::draw {

inline constexpr unsigned hueCount = 8;

struct Hue {
  const char *name;
  // On white and on dark ground: strands (contrast at least 3) and text (at least 4.5).
  const char *light, *lightText, *dark;
  // Of a strand without colour, as `stroke-dasharray`.
  const char *dash;
};

extern const std::array<Hue, hueCount> hues;

/// Gives every axis of the picture its hue. Axes that meet in a wire or a box differ while there are hues
/// left; then they share one and differ in dash.
void assignHues(Picture &picture);

} // namespace weft::draw
