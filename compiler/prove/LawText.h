// A law as text: equal for laws that ask the same.
#pragma once

#include "compiler/prove/Law.h"

namespace weft::prove {

/// Names do not count: variables are told by number, terms by their form.
std::string text(const Law &law);

} // namespace weft::prove
