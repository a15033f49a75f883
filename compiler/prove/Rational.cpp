#include "compiler/prove/Rational.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace weft::prove {

static Integer powerOfTen(int exponent) {
  Integer power(1);
  for (int i = 0; i < exponent; ++i)
    power *= 10;
  return power;
}

Rational rationalOf(double value) {
  char digits[64];
  char *end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific).ptr;
  Integer number(0);
  int exponent = 0;
  bool afterPoint = false;
  for (char *at = digits; at != end; ++at) {
    if (*at == 'e') {
      exponent += std::atoi(std::string(at + 1, end).c_str());
      break;
    }
    if (*at == '.')
      afterPoint = true;
    else if (*at != '-') {
      number = number * 10 + (*at - '0');
      exponent -= afterPoint;
    }
  }
  if (std::signbit(value))
    number = -number;
  return exponent < 0 ? Rational(number, powerOfTen(-exponent)) : Rational(number * powerOfTen(exponent), 1);
}

bool hasShortDecimal(double value) {
  constexpr int most = 15;
  char digits[64];
  char *end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific).ptr;
  auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
  return std::count_if(digits, std::find(digits, end, 'e'), isDigit) <= most;
}

Rational floorOf(const Rational &value) { return Rational(mlir::presburger::floor(value), Integer(1)); }

static double nearest(const Integer &number) {
  constexpr int64_t small = std::numeric_limits<int64_t>::max();
  if (number <= small && number >= -small)
    return static_cast<double>(static_cast<int64_t>(number));
  return std::strtod(text(Rational(number, Integer(1))).c_str(), nullptr);
}

double toDouble(const Rational &value) { return nearest(value.num) / nearest(value.den); }

std::string text(const Rational &value) {
  std::string result;
  llvm::raw_string_ostream out(result);
  value.num.print(out);
  if (value.den != 1) {
    out << '/';
    value.den.print(out);
  }
  return result;
}

} // namespace weft::prove
