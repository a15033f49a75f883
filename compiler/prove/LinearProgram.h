// Whether linear conditions over monomials can all hold.
#pragma once

#include "compiler/prove/Facts.h"

namespace weft::prove {

/// Each monomial counts as an unknown of its own: false means that no real numbers satisfy all facts.
bool isFeasible(const std::vector<Facts::Fact> &facts);

} // namespace weft::prove
