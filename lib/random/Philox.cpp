#include "lib/random/Philox.h"

#include <cmath>

namespace weft {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = 0xD2511F53ull * counter[0], b = 0xCD9E8D57ull * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

// FNV-1a, 64 bits.
static uint64_t hashOf(std::string_view text) {
  uint64_t hash = 14695981039346656037ull;
  for (unsigned char c : text)
    hash = (hash ^ c) * 1099511628211ull;
  return hash;
}

WeightStream::WeightStream(uint64_t seed, std::string_view path) {
  uint64_t hash = hashOf(path);
  key = {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
  pathHash = {static_cast<uint32_t>(hash), static_cast<uint32_t>(hash >> 32)};
}

double WeightStream::uniform(uint64_t element) const {
  std::array<uint32_t, 4> bits = philox(
      {static_cast<uint32_t>(element), static_cast<uint32_t>(element >> 32), pathHash[0], pathHash[1]}, key);
  uint64_t wide = static_cast<uint64_t>(bits[0]) << 32 | bits[1];
  return static_cast<double>(wide >> 11) * 0x1p-53;
}

// P. J. Acklam's rational approximation of the inverse normal distribution. Only additions, multiplications,
// divisions, square roots, and a logarithm of our own in the tails.
static double logarithm(double x) {
  int exponent;
  double m = std::frexp(x, &exponent);
  double t = (m - 0.70710678118654752440) / (m + 0.70710678118654752440), square = t * t, sum = 0;
  for (int k = 41; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return 2 * t * sum + (exponent - 0.5) * 0.69314718055994530942;
}

double WeightStream::normal(uint64_t element) const {
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                          6.680131188771972e+01, -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                          3.754408661907416e+00};
  double p = uniform(element) + 0x1p-54;
  auto tail = [&](double q) {
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  };
  constexpr double low = 0.02425;
  if (p < low)
    return tail(std::sqrt(-2 * logarithm(p)));
  if (p > 1 - low)
    return -tail(std::sqrt(-2 * logarithm(1 - p)));
  double q = p - 0.5, r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
         (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

bool drawWeight(std::string_view kind, std::span<const double> arguments, std::span<const int64_t> shape,
                const WeightStream &stream, std::span<double> values) {
  auto argument = [&](size_t i, double otherwise) { return i < arguments.size() ? arguments[i] : otherwise; };
  double low = argument(0, 0), high = argument(1, 1);
  bool uniform = kind == "uniform";
  if (kind == "glorot") {
    double in = shape.empty() ? 1 : shape.back(), out = shape.size() < 2 ? 1 : shape[shape.size() - 2];
    high = std::sqrt(6 / (in + out));
    low = -high;
    uniform = true;
  }
  bool normal = kind == "normal", constant = kind == "zeros" || kind == "ones" || kind == "constant";
  if (!uniform && !normal && !constant)
    return false;
  double fixed = kind == "ones" ? 1 : kind == "constant" ? low : 0;
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = constant ? fixed
                : normal ? low + high * stream.normal(i)
                         : low + (high - low) * stream.uniform(i);
  return true;
}

} // namespace weft
