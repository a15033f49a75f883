#pragma once

#include "lib/draw/Picture.h"

namespace weft::draw {

/// A well-formed picture by a seed: boxes in boxes, copies, drops, folds, sums, weights from above.
Picture randomPicture(unsigned seed);

/// `count` boxes in a row, or below each other: what `;` and `*` write. No wire needs to cross another.
Picture seriesPicture(unsigned count);
Picture productPicture(unsigned count);

/// A random term of `;` and `*`, without swaps: it can be drawn without a crossing.
Picture termPicture(unsigned seed);

} // namespace weft::draw
