// The position of each axis in a picture.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/StringMap.h"

namespace weft {

class AxisIndices {
public:
  void add(llvm::StringRef name) { positions.try_emplace(name, positions.size()); }
  unsigned operator[](llvm::StringRef name) const { return positions.lookup(name); }
  std::vector<unsigned> of(ObjectType type) const {
    std::vector<unsigned> result;
    for (mlir::StringAttr axis : type.getAxes())
      result.push_back((*this)[axis.getValue()]);
    return result;
  }

private:
  llvm::StringMap<unsigned> positions;
};

} // namespace weft
