// Evaluates a hand-written program: what all tests share, and the morphism `net`.
#pragma once

#include "compiler/reference/Interpreter.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

namespace weft::reference {

inline Array reals(std::vector<int64_t> shape, std::vector<double> values) {
  return {std::move(shape), std::move(values), {}};
}
inline Array integers(std::vector<int64_t> shape, std::vector<int64_t> values) {
  return {std::move(shape), {}, std::move(values)};
}

/// Short names of types (`!r` a real, `!rn` reals over `N`), axes, monoids and boxes.
extern const char *const sharedProgram;

struct Evaluated {
  explicit Evaluated(const std::string &text) {
    context.loadDialect<WeftDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(sharedProgram + text, &context);
    EXPECT_TRUE(module) << text;
  }

  std::vector<double> reals(const Call &call) {
    Outcome outcome = evaluate(*module, "net", call);
    EXPECT_FALSE(outcome.failure) << outcome.failure->message;
    return outcome.failure ? std::vector<double>() : outcome.outputs.at(0).second.reals;
  }
  std::vector<int64_t> integers(const Call &call) {
    Outcome outcome = evaluate(*module, "net", call);
    EXPECT_FALSE(outcome.failure) << outcome.failure->message;
    return outcome.failure ? std::vector<int64_t>() : outcome.outputs.at(0).second.integers;
  }
  std::string error(const Call &call) {
    Outcome outcome = evaluate(*module, "net", call);
    EXPECT_TRUE(outcome.failure);
    return outcome.failure ? outcome.failure->name + ": " + outcome.failure->message : "";
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace weft::reference
