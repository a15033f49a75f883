// Divisions of vectors by a number that is known: a division of 512 bits takes as long as sixteen products.
#pragma once

#include "llvm/IR/Module.h"

namespace weft {

///     x / c   ⟹   q = x · (1/c)   r = x − q · c   r is a number other than 0 ? q + r · (1/c) : q
///
/// The same bits as the division wherever r is exact, which it is unless x or q is next to the subnormal
/// numbers. (Markstein: a quotient that is next to the true one, and the reciprocal rounded to nearest, give
/// the quotient rounded to nearest.) Of vectors of 512 bits, where c and 1/c are normal.
void divideByConstants(llvm::Module &module);

} // namespace weft
