// Names and signs to functions of scalars.
#include "compiler/elaborate/Functions.h"

namespace weft {

static const std::map<std::string_view, BuiltinFunction> &functions() {
  static const std::map<std::string_view, BuiltinFunction> all = {
      {"exp", {Function::exp, 1, false}},         {"log", {Function::log, 1, false}},
      {"sqrt", {Function::sqrt, 1, false}},       {"rsqrt", {Function::rsqrt, 1, false}},
      {"sin", {Function::sin, 1, false}},         {"cos", {Function::cos, 1, false}},
      {"tan", {Function::tan, 1, false}},         {"asin", {Function::asin, 1, false}},
      {"acos", {Function::acos, 1, false}},       {"atan", {Function::atan, 1, false}},
      {"atan2", {Function::atan2, 2, false}},     {"tanh", {Function::tanh, 1, false}},
      {"erf", {Function::erf, 1, false}},         {"abs", {Function::abs, 1, true}},
      {"floor", {Function::floor, 1, false}},     {"pow", {Function::pow, 2, false}},
      {"min", {Function::min, 2, true}},          {"max", {Function::max, 2, true}},
      {"expdiff", {Function::expdiff, 2, false}},
  };
  return all;
}

std::optional<BuiltinFunction> builtinFunction(llvm::StringRef name) {
  auto found = functions().find(std::string_view(name.data(), name.size()));
  return found == functions().end() ? std::nullopt : std::optional(found->second);
}

llvm::SmallVector<llvm::StringRef> builtinFunctionNames() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const auto &function : functions())
    names.push_back(function.first);
  return names;
}

Function functionOf(ast::Operator op) {
  switch (op) {
  case ast::Operator::equal:
    return Function::eq;
  case ast::Operator::notEqual:
    return Function::ne;
  case ast::Operator::less:
    return Function::lt;
  case ast::Operator::lessEqual:
    return Function::le;
  case ast::Operator::greater:
    return Function::gt;
  case ast::Operator::greaterEqual:
    return Function::ge;
  case ast::Operator::subtract:
    return Function::sub;
  case ast::Operator::multiply:
    return Function::mul;
  case ast::Operator::divide:
    return Function::divide;
  case ast::Operator::div:
    return Function::div;
  case ast::Operator::mod:
    return Function::mod;
  case ast::Operator::negate:
    return Function::neg;
  case ast::Operator::logicalNot:
    return Function::not_;
  default:
    return Function::add;
  }
}

bool isComparison(ast::Operator op) {
  return op >= ast::Operator::equal && op <= ast::Operator::greaterEqual;
}

} // namespace weft
