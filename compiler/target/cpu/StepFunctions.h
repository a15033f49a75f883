// Long functions, made of one function for each of their steps.
#pragma once

#include "compiler/target/cpu/SplitLoops.h"

namespace weft {

/// A function, with what it knows of its frame and memory: a step's is passed to it.
struct StepFunction {
  mlir::LLVM::LLVMFuncOp function;
  SplitContext context;
};

/// The mark of an `scf.execute_region` that is a step.
constexpr llvm::StringLiteral stepMark = "weft.step";

///     step { a }  step { b }  step { c }          call f(…)  call g(…)  call f(…)
///
/// when they are more than `mostSteps`, and else the code of the steps where they stand: LLVM takes more than
/// twice as long for a function of twice the length. What a step uses from outside is passed; constants are
/// written anew, and so is stack memory that no other step uses. Steps that differ in what they are passed
/// alone share one function.
llvm::SmallVector<StepFunction> outlineSteps(mlir::LLVM::LLVMFuncOp function, const SplitContext &context,
                                             size_t mostSteps);

} // namespace weft
