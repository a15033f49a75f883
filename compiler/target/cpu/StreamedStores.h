// Long results that are written once, from begin to end.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

/// Asks for the lines that are written some steps after this vector of elements. Without that a processor
/// waits for each line of a result that lies beyond its second-level cache, to write to it.
void askForLinesAhead(ExpressionEmitter &expressions, const Buffer &result, const Scalar &element);

} // namespace weft
