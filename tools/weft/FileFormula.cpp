#include "tools/weft/FileFormula.h"
#include "llvm/ADT/StringSwitch.h"

#include <fmt/format.h>

namespace weft {

using ast::Expr;
using ast::Operator;
using reference::Computed;
using reference::Scalar;

bool isFileConversion(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"real", "f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "u8"}, true)
      .Default(false);
}

static std::optional<Function> functionOf(Operator op) {
  switch (op) {
  case Operator::add:
    return Function::add;
  case Operator::subtract:
    return Function::sub;
  case Operator::multiply:
    return Function::mul;
  case Operator::divide:
    return Function::divide;
  case Operator::div:
    return Function::div;
  case Operator::mod:
    return Function::mod;
  default:
    return std::nullopt;
  }
}

bool isFileOperator(Operator op) { return functionOf(op) || op == Operator::negate; }

static bool isWhole(const Expr &number) { return number.text.find_first_of(".eE") == std::string::npos; }

static std::string textOf(ObjectType type) {
  return type.isBool() ? "a truth value" : type.isReal() ? "a real" : "an integer";
}

std::nullopt_t FileFormula::fail(Range range, std::string message) {
  diagnostics.error("type.element", range, std::move(message))
      .note("nothing converts by itself: write `real(…)`, or `i64(…)`, around what is converted");
  return std::nullopt;
}

bool FileFormula::type(const Expr &right, llvm::function_ref<ObjectType(const Expr &)> typeOfRead) {
  types.clear();
  std::optional<ObjectType> found = typed(right, typeOfRead);
  if (!found)
    return false;
  if (!*found)
    settle(right, weight);
  ObjectType type = types.lookup(&right);
  if (type.isReal() == weight.isReal() && type.isBool() == weight.isBool())
    return true;
  fail(right.range,
       fmt::format("weight `{}` holds `{}`, and this is {}", name, weight.getElement().str(), textOf(type)));
  return false;
}

// None after an error; null for what takes the type of what stands beside it.
std::optional<ObjectType> FileFormula::typed(const Expr &e,
                                             llvm::function_ref<ObjectType(const Expr &)> typeOfRead) {
  auto found = [&]() -> std::optional<ObjectType> {
    if (isRead(e))
      return typeOfRead(e);
    if (e.kind == Expr::Kind::number)
      return isWhole(e) ? ObjectType() : named("real");
    std::optional<ObjectType> first = typed(*e.children[e.kind == Expr::Kind::call], typeOfRead);
    if (!first)
      return std::nullopt;
    if (e.kind == Expr::Kind::call) {
      if (!*first)
        settle(*e.children[1], named("i64"));
      return named(e.children[0]->name.text);
    }
    if (e.kind == Expr::Kind::binary) {
      std::optional<ObjectType> second = typed(*e.children[1], typeOfRead);
      return second ? typedBinary(e, *first, *second) : std::nullopt;
    }
    if (e.kind == Expr::Kind::unary && *first && first->isBool())
      return fail(e.range, "`-` takes a number, and this is a truth value");
    return first;
  }();
  if (found)
    types[&e] = *found;
  return found;
}

std::optional<ObjectType> FileFormula::typedBinary(const Expr &e, ObjectType a, ObjectType b) {
  bool forIntegers = e.op == Operator::div || e.op == Operator::mod;
  if (!a && !b && (e.op == Operator::divide || forIntegers))
    a = named(forIntegers ? "i64" : "real");
  ObjectType type = a ? a : b;
  if (!type)
    return ObjectType();
  for (ObjectType side : {a, b})
    if (side && (side.isBool() || side.isReal() != type.isReal()))
      return fail(e.range, fmt::format("`{}` has {} on the left and {} on the right", ast::spelling(e.op),
                                       textOf(a ? a : b), textOf(b ? b : a)));
  if (type.isReal() ? forIntegers : e.op == Operator::divide)
    return fail(e.range,
                fmt::format("`{}` takes {}, and these are {}", ast::spelling(e.op),
                            type.isReal() ? "integers" : "reals", type.isReal() ? "reals" : "integers"));
  ObjectType common = named(type.isReal() ? "real" : "i64");
  if (!a)
    settle(*e.children[0], common);
  if (!b)
    settle(*e.children[1], common);
  return common;
}

// Numbers without a type of their own, in a part made of them alone.
void FileFormula::settle(const Expr &e, ObjectType type) {
  if (ObjectType &own = types[&e]; !own)
    own = type;
  if (e.kind != Expr::Kind::call)
    for (const ast::ExprPtr &child : e.children)
      settle(*child, type);
}

Computed FileFormula::computed(const Expr &e, ReadValue valueOfRead, const Expr *&failed) {
  if (isRead(e))
    return {valueOfRead(e)};
  ObjectType type = types.lookup(&e);
  if (e.kind == Expr::Kind::number) {
    std::string digits = e.text;
    llvm::erase(digits, '_');
    if (type.isReal())
      return {Scalar::ofReal(std::strtod(digits.c_str(), nullptr))};
    int64_t number = 0;
    bool isTooLarge = llvm::StringRef(digits).getAsInteger(10, number);
    failed = &e;
    return {Scalar::ofInteger(number), isTooLarge ? "number.overflow" : nullptr};
  }
  llvm::SmallVector<Scalar, 2> operands;
  for (const ast::ExprPtr &child : llvm::ArrayRef(e.children).drop_front(e.kind == Expr::Kind::call)) {
    Computed operand = computed(*child, valueOfRead, failed);
    if (operand.error)
      return operand;
    operands.push_back(operand.value);
  }
  Computed result{operands[0]};
  if (e.kind == Expr::Kind::call)
    result = reference::convert(operands[0], types.lookup(e.children[1].get()), type);
  else if (e.kind == Expr::Kind::unary)
    result = reference::apply(Function::neg, type.isReal(), operands);
  else if (e.kind == Expr::Kind::binary)
    result = reference::apply(*functionOf(e.op), type.isReal(), operands);
  if (result.error)
    failed = &e;
  return result;
}

std::optional<Scalar> FileFormula::value(const Expr &right, ReadValue valueOfRead,
                                         llvm::function_ref<std::string()> where) {
  const Expr *failed = &right;
  Computed result = computed(right, valueOfRead, failed);
  ObjectType held = failed->kind == Expr::Kind::call ? types.lookup(failed) : weight;
  if (!result.error) {
    failed = &right;
    held = weight;
    result = reference::stored(result.value, weight);
  }
  if (!result.error)
    return result.value;
  std::string why = llvm::StringRef(result.error) == "number.divide"
                        ? "an integer is divided by zero"
                        : fmt::format("the value does not fit `{}`", held.getElement().str());
  diagnostics.error(result.error, failed->range, why + where());
  return std::nullopt;
}

} // namespace weft
