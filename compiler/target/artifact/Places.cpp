#include "compiler/target/artifact/Places.h"

#include "mlir/IR/BuiltinAttributes.h"

namespace weft {

std::string placeOf(mlir::Location location) {
  auto range = location->findInstanceOf<mlir::FileLineColRange>();
  if (!range)
    return "";
  return range.getFilename().str() + ":" + std::to_string(range.getStartLine()) + ":" +
         std::to_string(range.getStartColumn());
}

} // namespace weft
