#include "compiler/elaborate/Places.h"

namespace weft {

Range rangeOf(mlir::Location location, Sources &sources) {
  auto range = location->findInstanceOf<mlir::FileLineColRange>();
  const SourceFile *file = range ? sources.open(range.getFilename().str()) : nullptr;
  if (!file)
    return {};
  return {file, file->offset(range.getStartLine(), range.getStartColumn()),
          file->offset(range.getEndLine(), range.getEndColumn())};
}

} // namespace weft
