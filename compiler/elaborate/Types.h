// Types as they are written, to types of wires.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Null when something is wrong, which is reported. A product is a flat tuple of objects.
mlir::Type resolveType(State &state, const ast::Type &type, const Environment &environment);
/// A type where the parser saw an expression: `real[A]`, `X * Y` in `copy[X * Y]`.
mlir::Type resolveType(State &state, const ast::Expr &type, const Environment &environment);

/// `real f64 f32 f16 bf16 i64 i32 i16 i8 u8 bool`
bool isElementType(llvm::StringRef name);

/// The objects inside a type, in order.
void flatten(mlir::Type type, llvm::SmallVectorImpl<mlir::Type> &leaves);
llvm::SmallVector<mlir::Type> flatten(llvm::ArrayRef<mlir::Type> types);
/// One type for several wires: a single one, or a packed product.
mlir::Type packed(mlir::MLIRContext &context, llvm::ArrayRef<mlir::Type> leaves);
/// The type with further axes in front, on every object inside.
mlir::Type prefix(mlir::Type type, llvm::ArrayRef<std::string> axes);

/// How many objects a written type has inside, without resolving it; 1 for what is unknown.
unsigned countLeaves(const State &state, const ast::Type &type, bool standard, unsigned depth = 0);

} // namespace weft
