// Exact where integers are, in double where reals are.
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"
#include "dialects/weft/RealFunctions.h"

#include <cmath>

using namespace mlir;

namespace weft {

std::optional<Number> literal(StringRef text, bool negative) {
  if (text.find_first_of(".eE") == StringRef::npos) {
    if (std::optional<int64_t> integer = wholeNumber(negative ? "-" + text.str() : text.str()))
      return Number{Number::Kind::integer, *integer, 0, ""};
    return std::nullopt;
  }
  std::string digits;
  for (char c : text)
    if (c != '_')
      digits += c;
  double real = std::strtod(digits.c_str(), nullptr);
  return std::isfinite(real) ? std::optional(Number{Number::Kind::real, 0, negative ? -real : real, ""})
                             : std::nullopt;
}

bool fitsInteger(int64_t value, ObjectType type) {
  StringRef element = type.getElement().getValue();
  if (element == "u8")
    return value >= 0 && value <= 255;
  unsigned width = 64;
  element.drop_front().getAsInteger(10, width);
  return width >= 64 || (value >= -(int64_t(1) << (width - 1)) && value < (int64_t(1) << (width - 1)));
}

static Number realNumber(double value) { return {Number::Kind::real, 0, value, ""}; }
static Number integerNumber(int64_t value) { return {Number::Kind::integer, value, 0, ""}; }
static Number truth(bool value) { return {Number::Kind::boolean, value, 0, ""}; }

namespace {

class ConstantEvaluator {
public:
  ConstantEvaluator(State &state, const Environment &environment, bool required)
      : state(state), environment(environment), required(required) {}

  std::optional<Number> run(const ast::Expr &e);

private:
  std::optional<Number> notConstant(const ast::Expr &e) {
    if (required)
      state.error("size.unknown", e.range, "this is not known when compiling")
          .note("known are numbers, constants of `let`, and `#A` of an axis with a size");
    return std::nullopt;
  }
  std::optional<Number> wrong(Range range, std::string_view name, std::string message) {
    state.error(name, range, std::move(message));
    return std::nullopt;
  }
  std::optional<Number> name(const ast::Expr &e);
  std::optional<Number> sizeOf(const ast::Expr &e);
  std::optional<Number> call(const ast::Expr &e);
  std::optional<Number> unary(const ast::Expr &e);
  std::optional<Number> binary(const ast::Expr &e);
  std::optional<Number> integers(const ast::Expr &e, int64_t a, int64_t b);
  std::optional<Number> compare(ast::Operator op, const Number &a, const Number &b);

  State &state;
  const Environment &environment;
  bool required;
};

} // namespace

std::optional<Number> ConstantEvaluator::name(const ast::Expr &e) {
  auto constant = environment.constants.find(e.name.text);
  if (constant != environment.constants.end()) {
    const ConstantValue &value = constant->second;
    if (!value.known)
      return notConstant(e);
    if (value.type.isReal())
      return realNumber(value.real);
    Number number = value.type.isBool() ? truth(value.integer) : integerNumber(value.integer);
    if (value.type.isIndex()) {
      number.kind = Number::Kind::index;
      number.axis = value.type.getElement().str();
    }
    return number;
  }
  const Entity *entity = state.scope.find(e.name.text, environment.standard);
  if (entity && entity->kind == EntityKind::constant) {
    const State::Constant &found = letConstant(state, *entity, e.range);
    return found.value || found.failed ? found.value : notConstant(e);
  }
  if (entity && entity->kind == EntityKind::element)
    return Number{Number::Kind::index, entity->number, 0, entity->symbol};
  if (e.name.text == "pi")
    return realNumber(M_PI);
  if (required && !entity)
    return wrong(e.range, "name.unknown", "there is no constant `" + e.name.text + "`");
  return notConstant(e);
}

std::optional<Number> ConstantEvaluator::sizeOf(const ast::Expr &e) {
  std::string symbol = resolveAxis(state, e.name, environment);
  if (symbol.empty())
    return std::nullopt;
  std::optional<int64_t> size = state.axis(symbol).size.constant();
  return size ? std::optional(integerNumber(*size)) : notConstant(e);
}

static double apply(Function function, double a, double b) {
  switch (function) {
  case Function::min:
    return std::isnan(a) || std::isnan(b) ? NAN : std::min(a, b);
  case Function::max:
    return std::isnan(a) || std::isnan(b) ? NAN : std::max(a, b);
  case Function::expdiff:
    return a == b && std::isinf(a) && a < 0 ? 1 : std::exp(a - b);
  case Function::add:
    return a + b;
  case Function::sub:
    return a - b;
  case Function::mul:
    return a * b;
  case Function::divide:
    return a / b;
  default:
    return libraryFunction(function, a, b).value_or(NAN);
  }
}

std::optional<Number> ConstantEvaluator::call(const ast::Expr &e) {
  const ast::Expr &callee = *e.children[0];
  std::optional<BuiltinFunction> builtin;
  if (callee.kind == ast::Expr::Kind::name && !environment.binds(callee.name.text)) {
    const Entity *entity = state.scope.find(callee.name.text, environment.standard);
    if (!entity || entity->kind == EntityKind::monoid)
      builtin = builtinFunction(callee.name.text);
    if (callee.name.text == "real" && !entity && e.children.size() == 2) {
      std::optional<Number> value = run(*e.children[1]);
      return value ? std::optional(realNumber(value->asReal())) : std::nullopt;
    }
  }
  if (!builtin || e.children.size() != builtin->arity + 1)
    return notConstant(e);
  std::optional<Number> a = run(*e.children[1]), b = builtin->arity == 2 ? run(*e.children[2]) : a;
  if (!a || !b)
    return std::nullopt;
  bool integral = a->kind == Number::Kind::integer && b->kind == Number::Kind::integer;
  if (builtin->onIntegers && integral) {
    int64_t x = a->integer, y = b->integer;
    if (builtin->function == Function::abs && x == INT64_MIN)
      return wrong(e.range, "number.overflow", "this does not fit 64 bits");
    return integerNumber(builtin->function == Function::abs   ? std::abs(x)
                         : builtin->function == Function::min ? std::min(x, y)
                                                              : std::max(x, y));
  }
  return realNumber(apply(builtin->function, a->asReal(), b->asReal()));
}

std::optional<Number> ConstantEvaluator::integers(const ast::Expr &e, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflow = false;
  switch (e.op) {
  case ast::Operator::add:
    overflow = __builtin_add_overflow(a, b, &result);
    break;
  case ast::Operator::subtract:
  case ast::Operator::negate: // 0 - b
    overflow = __builtin_sub_overflow(a, b, &result);
    break;
  case ast::Operator::multiply:
    overflow = __builtin_mul_overflow(a, b, &result);
    break;
  case ast::Operator::divide:
    return realNumber(static_cast<double>(a) / static_cast<double>(b));
  default:
    if (b == 0)
      return wrong(e.operatorRange, "number.overflow", "division by zero");
    if (b == -1) {
      overflow = e.op == ast::Operator::div && a == INT64_MIN;
      result = e.op == ast::Operator::div && !overflow ? -a : 0;
      break;
    }
    result = e.op == ast::Operator::div ? a / b : a % b;
    if (a % b != 0 && (a % b < 0) != (b < 0))
      result += e.op == ast::Operator::div ? -1 : b;
  }
  if (overflow)
    return wrong(e.range, "number.overflow", "this does not fit 64 bits");
  return integerNumber(result);
}

std::optional<Number> ConstantEvaluator::compare(ast::Operator op, const Number &a, const Number &b) {
  bool real = a.kind == Number::Kind::real || b.kind == Number::Kind::real;
  auto test = [&](auto x, auto y) {
    switch (op) {
    case ast::Operator::equal:
      return x == y;
    case ast::Operator::notEqual:
      return x != y;
    case ast::Operator::less:
      return x < y;
    case ast::Operator::lessEqual:
      return x <= y;
    case ast::Operator::greater:
      return x > y;
    default:
      return x >= y;
    }
  };
  return truth(real ? test(a.asReal(), b.asReal()) : test(a.integer, b.integer));
}

std::optional<Number> ConstantEvaluator::binary(const ast::Expr &e) {
  std::optional<Number> a = run(*e.children[0]), b = run(*e.children[1]);
  if (!a || !b)
    return std::nullopt;
  if (e.op == ast::Operator::logicalAnd)
    return truth(a->integer && b->integer);
  if (e.op == ast::Operator::logicalOr)
    return truth(a->integer || b->integer);
  if (isComparison(e.op))
    return compare(e.op, *a, *b);
  if (a->kind == Number::Kind::boolean || b->kind == Number::Kind::boolean)
    return wrong(e.operatorRange, "type.element", "truth values have no arithmetic");
  if (a->kind != Number::Kind::real && b->kind != Number::Kind::real)
    return integers(e, a->integer, b->integer);
  if (e.op == ast::Operator::div || e.op == ast::Operator::mod)
    return wrong(e.operatorRange, "type.element", "`div` and `mod` are for integers");
  return realNumber(apply(functionOf(e.op), a->asReal(), b->asReal()));
}

std::optional<Number> ConstantEvaluator::unary(const ast::Expr &e) {
  const ast::Expr &operand = *e.children[0];
  // -2⁶³ is an integer whose digits alone are none.
  if (e.op != ast::Operator::logicalNot && operand.kind == ast::Expr::Kind::number)
    if (std::optional<Number> number = literal(operand.text, true))
      return number;
  std::optional<Number> value = run(operand);
  if (!value)
    return std::nullopt;
  if (e.op == ast::Operator::logicalNot)
    return truth(!value->integer);
  return value->kind == Number::Kind::real ? realNumber(-value->real) : integers(e, 0, value->integer);
}

std::optional<Number> ConstantEvaluator::run(const ast::Expr &e) {
  if (state.tooDeep(e.range))
    return std::nullopt;
  switch (e.kind) {
  case ast::Expr::Kind::number:
    if (std::optional<Number> number = literal(e.text, false))
      return number;
    return wrong(e.range, "number.overflow", "this does not fit 64 bits");
  case ast::Expr::Kind::infinity:
    return realNumber(INFINITY);
  case ast::Expr::Kind::boolean:
    return truth(e.truth);
  case ast::Expr::Kind::sizeOf:
    return sizeOf(e);
  case ast::Expr::Kind::name:
    return name(e);
  case ast::Expr::Kind::group:
    return run(*e.children[0]);
  case ast::Expr::Kind::call:
    return call(e);
  case ast::Expr::Kind::binary:
    return binary(e);
  case ast::Expr::Kind::unary:
    return unary(e);
  case ast::Expr::Kind::conditional: {
    std::optional<Number> condition = run(*e.children[0]);
    return condition ? run(*e.children[condition->integer ? 1 : 2]) : std::nullopt;
  }
  default:
    return notConstant(e);
  }
}

const State::Constant &letConstant(State &state, const Entity &entity, Range site) {
  auto [known, fresh] = state.constants.try_emplace(&entity);
  State::Constant &constant = known->second;
  if (!fresh && !constant.done && !constant.failed) {
    state.error("definition.cycle", site, "constant `" + entity.name + "` is defined by itself");
    constant.failed = true;
  }
  if (!fresh)
    return constant;
  Environment own;
  own.standard = entity.standard;
  size_t errors = state.diagnostics.errorCount();
  std::optional<Number> value = evaluateConstant(state, *entity.constant->value, own, false);
  constant.done = true;
  constant.failed |= state.diagnostics.errorCount() != errors;
  constant.value = constant.failed ? std::nullopt : value;
  return constant;
}

std::optional<Number> evaluateConstant(State &state, const ast::Expr &expression,
                                       const Environment &environment, bool required) {
  return ConstantEvaluator(state, environment, required).run(expression);
}

std::optional<ConstantValue> convertConstant(State &state, const Number &number, ObjectType type,
                                             Range range) {
  bool fits = type.isReal()      ? number.kind == Number::Kind::integer || number.kind == Number::Kind::real
              : type.isInteger() ? number.kind == Number::Kind::integer
              : type.isBool()    ? number.kind == Number::Kind::boolean
                                 : number.kind == Number::Kind::index && type.getElement() == number.axis;
  if (!fits) {
    state.error("type.element", range, "this value is no `" + text(type) + "`");
    return std::nullopt;
  }
  if (type.isInteger() && !fitsInteger(number.integer, type)) {
    state.error("number.overflow", range,
                std::to_string(number.integer) + " does not fit `" + text(type) + "`");
    return std::nullopt;
  }
  return ConstantValue{type, number.asReal(), number.integer, true};
}

std::string text(State &state, const ConstantValue &value) {
  if (!value.known)
    return "?";
  if (value.type.isBool())
    return value.integer ? "true" : "false";
  if (value.type.isIndex()) {
    const AxisInfo &axis = state.axis(value.type.getElement().getValue());
    if (value.integer >= 0 && value.integer < static_cast<int64_t>(axis.elements.size()))
      return axis.elements[value.integer];
  }
  if (!value.type.isReal())
    return std::to_string(value.integer);
  // The shortest text that reads back the same.
  for (int digits = 1; digits <= 17; ++digits) {
    char buffer[40];
    snprintf(buffer, sizeof buffer, "%.*g", digits, value.real);
    if (std::strtod(buffer, nullptr) == value.real || digits == 17)
      return buffer;
  }
  return "";
}

} // namespace weft
