// What every drawing keeps, whatever the network: said about its geometry, not about coordinates.
#pragma once

#include "lib/draw/Sheet.h"

namespace weft::draw {

/// What a sheet breaks, in words; empty when it keeps all.
std::vector<std::string> brokenInvariants(const Picture &picture, const Sheet &sheet);

} // namespace weft::draw
