// Exact arithmetic on sizes: `/` leaves no remainder, `div` rounds down.
#include "compiler/elaborate/SizeExpressions.h"

using namespace mlir;

namespace weft {

const ast::Expr &withoutGroups(const ast::Expr &expression) {
  const ast::Expr *inner = &expression;
  while (inner->kind == ast::Expr::Kind::group)
    inner = inner->children[0].get();
  return *inner;
}

bool mentions(const ast::Expr &size, ast::Expr::Kind kind) {
  return size.kind == kind ||
         llvm::any_of(size.children, [&](const ast::ExprPtr &child) { return mentions(*child, kind); });
}

std::optional<int64_t> wholeNumber(StringRef text) {
  std::string digits;
  for (char c : text)
    if (c != '_')
      digits += c;
  int64_t value;
  if (StringRef(digits).getAsInteger(10, value))
    return std::nullopt;
  return value;
}

namespace {
struct SizeEvaluator {
  State &state;
  const std::function<std::optional<Size>(const ast::Name &)> &sizeOf;

  std::optional<Size> tooLarge(const ast::Expr &size) {
    state.error("limit", size.range, "this size does not fit 64 bits");
    return std::nullopt;
  }

  std::optional<Size> exact(const ast::Expr &size, const Size &a, const Size &b) {
    if (b.constant() && *b.constant() == 0) {
      state.error("size.mismatch", size.range, "division by zero");
      return std::nullopt;
    }
    if (std::optional<Size> quotient = exactDivide(a, b))
      return quotient;
    std::optional<int64_t> divisor = b.constant();
    std::optional<Size> quotient =
        divisor && *divisor > 0 && !a.constant() ? floorDivide(a, *divisor) : std::nullopt;
    if (quotient) {
      state.divisions.push_back({a, *divisor, size.range});
      return quotient;
    }
    state
        .error("size.mismatch", size.operatorRange,
               "`/` is exact, and " + a.text() + " is no multiple of " + b.text())
        .note("`div` rounds down");
    return std::nullopt;
  }

  std::optional<Size> rounded(const ast::Expr &size, const Size &a, const Size &b) {
    std::optional<int64_t> divisor = b.constant();
    if (!divisor || *divisor <= 0) {
      state.error("size.mismatch", size.children[1]->range,
                  "`div` of sizes takes a positive number, and this is " + b.text());
      return std::nullopt;
    }
    std::optional<Size> quotient = floorDivide(a, *divisor);
    return quotient ? quotient : tooLarge(size);
  }

  std::optional<Size> binary(const ast::Expr &size) {
    std::optional<Size> a = run(*size.children[0]), b = run(*size.children[1]);
    if (!a || !b)
      return std::nullopt;
    std::optional<Size> result;
    switch (size.op) {
    case ast::Operator::add:
      result = add(*a, *b);
      break;
    case ast::Operator::subtract:
      result = subtract(*a, *b);
      break;
    case ast::Operator::multiply:
      result = multiply(*a, *b);
      break;
    case ast::Operator::divide:
      return exact(size, *a, *b);
    case ast::Operator::div:
      return rounded(size, *a, *b);
    default:
      state.error("syntax", size.operatorRange, "a size has `+ - * / div` only");
      return std::nullopt;
    }
    return result ? result : tooLarge(size);
  }

  std::optional<Size> run(const ast::Expr &size) {
    switch (size.kind) {
    case ast::Expr::Kind::number:
      if (std::optional<int64_t> number = wholeNumber(size.text))
        return Size(*number);
      if (size.text.find_first_of(".eE") == std::string::npos)
        return tooLarge(size);
      state.error("syntax", size.range, "a size is a whole number");
      return std::nullopt;
    case ast::Expr::Kind::sizeOf:
      return sizeOf(size.name);
    case ast::Expr::Kind::group:
      return run(*size.children[0]);
    case ast::Expr::Kind::binary:
      return binary(size);
    case ast::Expr::Kind::name:
      state.error("axis.mixed", size.range,
                  "in a size that is computed every name carries `#`: `#" + size.name.text + "`");
      return std::nullopt;
    default:
      state.error("syntax", size.range, "this is no size");
      return std::nullopt;
    }
  }
};
} // namespace

std::optional<Size> evaluate(State &state, const ast::Expr &size,
                             const std::function<std::optional<Size>(const ast::Name &)> &sizeOf) {
  return SizeEvaluator{state, sizeOf}.run(size);
}

} // namespace weft
