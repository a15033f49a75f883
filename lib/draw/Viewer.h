#pragma once

namespace weft::draw {

/// The parts of the page that are the same for every network.
extern const char *const viewerScript, *const viewerStyle, *const viewerDarkStyle;

} // namespace weft::draw
