#include "dialects/weft/WeftDialect.h"
#include "dialects/weft/WeftOps.h"

#include "dialects/weft/WeftDialect.cpp.inc"
#include "dialects/weft/WeftEnums.cpp.inc"

void weft::WeftDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/weft/WeftOps.cpp.inc"
      >();
}
