// The paths through the cases of a proof, one after another: the same questions in the same order, other
// answers.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace weft::prove {

class Cases {
public:
  using Answers = llvm::SmallVector<int, 3>;
  /// This path's answer to its next question. `possible` tells the answers that may be, and is asked once for
  /// all paths that share the way there. Nothing when no answer is possible: the path is a contradiction.
  std::optional<int> answer(llvm::function_ref<Answers()> possible);
  /// Goes on to the next path; false when all were seen.
  bool next();
  size_t seen() const { return paths; }

private:
  struct Question {
    Answers answers;
    size_t current = 0;
  };
  llvm::SmallVector<Question> trail;
  size_t position = 0, paths = 0;
};

} // namespace weft::prove
