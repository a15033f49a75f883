// The weft dialect: registration, types and attributes.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "dialects/weft/WeftDialect.h.inc"
#include "dialects/weft/WeftEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/weft/WeftTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/weft/WeftAttributes.h.inc"
