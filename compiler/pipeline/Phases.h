// The order of compilation: one list, which help texts, `--stage` names and the table in docs/architecture.md
// come from.
#pragma once

#include "compiler/pipeline/Compilation.h"
#include "llvm/Support/raw_ostream.h"

namespace weft {

struct Phase {
  llvm::StringRef stage;   // the name for `weft emit --stage`
  llvm::StringRef summary; // what the phase makes
  bool (*run)(Compilation &);
  void (*print)(Compilation &, llvm::raw_ostream &);
};

llvm::ArrayRef<Phase> phases();

/// Runs all phases up to and including `stage`. False when one failed; then diagnostics say why.
bool runUntil(Compilation &compilation, llvm::StringRef stage);
/// The same for the phases after `done`, up to which all have run.
bool continueUntil(Compilation &compilation, llvm::StringRef done, llvm::StringRef stage);

/// The processors that the options name; reports `target.unknown` when there is none of a name.
bool selectTarget(Compilation &compilation);
/// The entry in `network`; reports `entry.missing` when there is none.
MorphismOp entryMorphism(Compilation &compilation);

} // namespace weft
