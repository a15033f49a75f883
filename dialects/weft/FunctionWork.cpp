#include "dialects/weft/FunctionWork.h"

namespace weft {

int64_t workOf(Function function) {
  switch (function) {
  case Function::divide:
  case Function::sqrt:
  case Function::rsqrt:
    return 8;
  case Function::pow:
  case Function::exp:
  case Function::log:
  case Function::sin:
  case Function::cos:
  case Function::tan:
  case Function::asin:
  case Function::acos:
  case Function::atan:
  case Function::atan2:
  case Function::tanh:
  case Function::erf:
  case Function::expdiff:
    return manyOperations;
  default:
    return workOfAddition;
  }
}

} // namespace weft
