// Functions of exact numbers. None stands for what is no rational function, or undefined.
#pragma once

#include "compiler/prove/ExactEvaluation.h"

namespace weft::prove {

using MaybeScalar = std::optional<ExactScalar>;

ExactScalar exactReal(Rational value);
ExactScalar exactInteger(int64_t value);
/// A number of a program: infinities too.
MaybeScalar exactConstant(double value);

/// `weft.apply`: all values real, or none of them.
MaybeScalar applyExactly(Function function, bool isReal, llvm::ArrayRef<ExactScalar> values);
/// Whether which piece of the function the value lies on hangs on numbers that are drawn.
bool decidesByDrawn(Function function, llvm::ArrayRef<ExactScalar> values);
/// `weft.convert` between integers, indices and reals that are not rounded.
MaybeScalar convertExactly(const ExactScalar &value, ObjectType from, ObjectType to);

/// What a wire of the type holds: none where an integer does not fit.
MaybeScalar heldExactly(const ExactScalar &value, ObjectType type);

} // namespace weft::prove
