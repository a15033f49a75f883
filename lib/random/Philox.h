// Weights drawn by a counter-based generator: the same on any machine and in any order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace weft {

/// Philox 4×32-10: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011).
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// Draws for one weight. Element `i` depends on the seed, the weight's path and `i` alone.
class WeightStream {
public:
  WeightStream(uint64_t seed, std::string_view path);

  /// In [0, 1), with 53 bits.
  double uniform(uint64_t element) const;
  /// Mean 0, deviation 1: the inverse of the normal distribution at a uniform number, by rational functions
  /// whose relative error is 1.2e-9. No function in it differs between machines.
  double normal(uint64_t element) const;

private:
  std::array<uint32_t, 2> key;
  std::array<uint32_t, 2> pathHash;
};

/// Fills `values` by an initialiser: `zeros`, `ones`, `constant` (c), `uniform` (low, high), `normal` (mean,
/// deviation), `glorot` (uniform within ±sqrt(6 / (in + out)), of a matrix's two last axes). False for an
/// unknown kind.
bool drawWeight(std::string_view kind, std::span<const double> arguments, std::span<const int64_t> shape,
                const WeightStream &stream, std::span<double> values);

} // namespace weft
