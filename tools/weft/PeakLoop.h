// The most that one core does: what a measured time is compared with. Each sample is short: take the best of
// several.
#pragma once

#include <cstddef>
#include <vector>

namespace weft {

/// Floating-point operations a second, of a loop of fused multiply-adds that touches no memory, on the widest
/// vectors of this processor.
double samplePeak(bool isDouble);

/// Additions and minima a second, of f32, as many of each.
double sampleAddMin();

/// Bytes a second, reading a block again and again: the block's size says from which cache.
class ReadLoop {
public:
  explicit ReadLoop(size_t bytes);
  double sample() const;

private:
  struct alignas(64) Line {
    char bytes[64];
  };
  std::vector<Line> memory;
};

} // namespace weft
