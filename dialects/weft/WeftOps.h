// The operations of the weft dialect.
#pragma once

#include "dialects/weft/WeftDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace weft {
class DefineOp;
class TieOp;
} // namespace weft

#define GET_OP_CLASSES
#include "dialects/weft/WeftOps.h.inc"
