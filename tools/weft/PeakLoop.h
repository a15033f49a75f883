// The most that one core computes: what a measured time is compared with.
#pragma once

namespace weft {

/// Floating-point operations a second, of a loop of fused multiply-adds that touches no memory, on the widest
/// vectors of this processor. One short sample: take the best of several.
double samplePeak(bool isDouble);

} // namespace weft
