// From the tree of a program to network IR: names, axes, types, instances. The only place that sees both.
#pragma once

#include "compiler/elaborate/Sources.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

struct ElaborateInput {
  /// The program; `sources` owns it and everything it imports.
  const SourceFile *root = nullptr;
  Sources *sources = nullptr;
  /// What `real` means in this build: `f32` or `f64`.
  std::string real = "f32";
  /// The morphism to run; empty: the one that is exported.
  std::string entry;
  /// Conditions, ranges and overflow are not checked when it runs.
  bool unchecked = false;
};

/// The program as a module of the weft dialect, with its checks done. Null when something is wrong; then the
/// reason is among the diagnostics.
mlir::OwningOpRef<mlir::ModuleOp> elaborate(mlir::MLIRContext &context, const ElaborateInput &input,
                                            Diagnostics &diagnostics);

/// Morphisms, or what cells make, by name, and nothing but what they are made of: in a module whose axes are
/// those of the program and, unknown, those of generics. For a program that `elaborate` found right.
mlir::OwningOpRef<mlir::ModuleOp> elaborateUnknown(mlir::MLIRContext &context, const ElaborateInput &input,
                                                   llvm::ArrayRef<std::string> names);

} // namespace weft
