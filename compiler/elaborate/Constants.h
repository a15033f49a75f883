// Values known when compiling: `let`, arguments of generics, how weights are drawn.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// The value of an expression that needs no wire and no open size. None when it is not constant or wrong;
/// what is wrong is reported, and with `required` also that it is not constant.
std::optional<Number> evaluateConstant(State &state, const ast::Expr &expression,
                                       const Environment &environment, bool required);

/// The value of `let`, found once; `failed` when it is wrong, which is reported.
const State::Constant &letConstant(State &state, const Entity &entity, Range site);

/// The value as one of a type; reports what does not fit.
std::optional<ConstantValue> convertConstant(State &state, const Number &number, ObjectType type,
                                             Range range);

/// Whether a literal fits an integer type.
bool fitsInteger(int64_t value, ObjectType type);

/// `1e-06`, `propagate`: for the names of instances.
std::string text(State &state, const ConstantValue &value);

/// The number that a literal stands for, behind a minus or not: an integer when no point or exponent stands
/// in it.
std::optional<Number> literal(llvm::StringRef text, bool negative);

} // namespace weft
