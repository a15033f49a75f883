#pragma once

#include "lib/draw/Picture.h"

namespace weft::draw {

/// Leaves out the axes that no wire, frame or sum of the picture shows, and numbers the others anew, in
/// order.
void keepUsedAxes(Picture &picture);

} // namespace weft::draw
