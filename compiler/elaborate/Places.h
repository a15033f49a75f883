// From locations of the IR back to places in the source.
#pragma once

#include "compiler/elaborate/Sources.h"
#include "mlir/IR/Location.h"

namespace weft {

/// The place that a location names; nowhere when it names none.
Range rangeOf(mlir::Location location, Sources &sources);

} // namespace weft
