// When two outcomes count as the same.
#pragma once

#include "compiler/reference/Interpreter.h"

namespace weft::differential {

/// How far each number of the outputs may lie from the meaning: what it moves by when every real result
/// carries an error of a few units in the last place, several times over. None where the outcome itself hangs
/// on rounding.
struct Tolerance {
  reference::Outcome meaning;
  std::vector<std::vector<double>> slack; // for each output, for each number; infinite: anything goes
  bool outcomeIsFirm = true;              // whether it fails, and by what error, does not hang on rounding
};

/// `epsilon` is the unit in the last place of the compiled program's reals.
Tolerance tolerate(mlir::ModuleOp module, llvm::StringRef entry, const reference::Call &call, double epsilon);

/// Both fail, for different reasons. Wiring has no order, so that a program which fails in several places may
/// say any of them.
bool failsOtherwise(const Tolerance &expected, const reference::Outcome &found);

/// The first difference in words; empty when there is none.
std::string difference(const Tolerance &expected, const reference::Outcome &found);

} // namespace weft::differential
