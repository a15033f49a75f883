#include "dialects/weft/FoldAlgorithms.h"

namespace weft {

std::string nameOf(FoldAlgorithm algorithm) {
  return algorithm == FoldAlgorithm::chunked_scan ? "scan in chunks"
                                                  : stringifyFoldAlgorithm(algorithm).str();
}

} // namespace weft
