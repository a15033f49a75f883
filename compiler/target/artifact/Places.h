// Where in a program something was written, for messages of running code.
#pragma once

#include "mlir/IR/Location.h"
#include <string>

namespace weft {

/// `net.weft:12:9`; empty when it is not known.
std::string placeOf(mlir::Location location);

} // namespace weft
