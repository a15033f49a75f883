// A network at a point in exact rational numbers, with a bound on the degree of what it computes: two
// rational functions that agree there are the same but for a chance that the degree bounds (Schwartz and
// Zippel).
#pragma once

#include "compiler/prove/NetworkEvaluation.h"
#include "compiler/prove/Rational.h"

namespace weft::prove {

/// A number, and the degrees of numerator and denominator of the function of the drawn numbers that it is a
/// value of, on the piece (of `min`, `if` and the like) where the point lies.
struct ExactScalar {
  Rational real = Rational(0, 1);
  int infinite = 0;    // the sign of an infinity; `real` counts where it is 0
  int64_t integer = 0; // of what is no real: a truth value, an index
  unsigned above = 0, below = 0;
};

using ExactArray = ArrayOf<ExactScalar>;

struct ExactOutcome {
  std::vector<ExactArray> arrays;
  bool hasCases = false; // numbers of the point decided which piece it lies on
};

/// The outputs; none where something is no rational function, is undefined, or takes too long. Numbers of the
/// point are drawn: each real is a variable of degree 1.
std::optional<ExactOutcome> evaluateExactly(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const DrawnArrays &inputs, const DrawnArrays &weights);

/// The degree of the difference of two arrays; none where they differ.
std::optional<unsigned> degreeOfAgreement(const ExactArray &a, const ExactArray &b);

} // namespace weft::prove
