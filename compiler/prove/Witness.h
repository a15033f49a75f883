// A counterexample in the words of the program.
#pragma once

#include "compiler/prove/Counterexample.h"

namespace weft::prove {

/// `with a = (m: 0, z: 1), b = -inf: (a * b) * c is 3, but a * (b * c) is 4`. `width` components make an
/// element; the sides, elements of `results`, are named `left` and `right`; of a condition only the left is
/// shown, a value outside the carrier.
std::string witness(const Law &law, const Counterexample &found, llvm::ArrayRef<Variable> carrier,
                    llvm::ArrayRef<Variable> results, llvm::StringRef left, llvm::StringRef right);

} // namespace weft::prove
