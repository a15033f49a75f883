#include "dialects/weft/RealFunctions.h"
#include <cmath>

namespace weft {

std::optional<double> libraryFunction(Function function, double a, double b) {
  switch (function) {
  case Function::abs:
    return std::fabs(a);
  case Function::floor:
    return std::floor(a);
  case Function::pow:
    return std::pow(a, b);
  case Function::exp:
    return std::exp(a);
  case Function::log:
    return std::log(a);
  case Function::sqrt:
    return std::sqrt(a);
  case Function::rsqrt:
    return 1 / std::sqrt(a);
  case Function::sin:
    return std::sin(a);
  case Function::cos:
    return std::cos(a);
  case Function::tan:
    return std::tan(a);
  case Function::asin:
    return std::asin(a);
  case Function::acos:
    return std::acos(a);
  case Function::atan:
    return std::atan(a);
  case Function::atan2:
    return std::atan2(a, b);
  case Function::tanh:
    return std::tanh(a);
  case Function::erf:
    return std::erf(a);
  default:
    return std::nullopt;
  }
}

} // namespace weft
