#include "compiler/prove/Cases.h"

namespace weft::prove {

std::optional<int> Cases::answer(llvm::function_ref<Answers()> possible) {
  if (position == trail.size())
    trail.push_back({possible(), 0});
  const Question &question = trail[position++];
  if (question.answers.empty())
    return std::nullopt;
  return question.answers[question.current];
}

bool Cases::next() {
  ++paths;
  trail.truncate(position);
  position = 0;
  while (!trail.empty()) {
    if (++trail.back().current < trail.back().answers.size())
      return true;
    trail.pop_back();
  }
  return false;
}

} // namespace weft::prove
