// What a network computes as algebra: a text for each output wire that is the same for networks that differ
// only in how they say it. Sums of products are written out and sorted: commutation, association,
// distribution, the order of sums and of wires, names, and what stands in an equation of its own do not show.
// Functions that are no polynomials (exp, a user's monoid, a comparison) stand for themselves, around the
// text of what they are applied to.
//
// Equality of texts means equality over the reals and exact integers, wherever both sides are defined.
#pragma once

#include "dialects/weft/WeftOps.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace weft::prove {

/// Numbers for texts. Networks that are compared share one.
class TextNumbers {
public:
  std::string operator()(const std::string &text) {
    return std::to_string(numbers.emplace(text, numbers.size()).first->second);
  }

private:
  std::map<std::string, size_t> numbers;
};

/// One text for each output wire, weights by their names and inputs by their places; none when the network is
/// too large to write out, or has contracts.
std::optional<std::vector<std::string>> algebraicForm(NetworkOp network, TextNumbers &numbers);

} // namespace weft::prove
