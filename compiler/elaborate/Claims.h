// Claims, as far as they are decided here: how many numbers a network stores.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

void checkClaim(State &state, const ast::Claim &claim);

} // namespace weft
