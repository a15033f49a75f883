#include "tools/weft/PeakLoop.h"

#include <chrono>
#include <cstring>

namespace weft {

namespace {

// Enough sums that none waits for another: the latency of a fused multiply-add times how many start a cycle,
// and more.
constexpr int sums = 14;
// The branch of the loop takes a place where a multiply-add could start: seldom.
constexpr int unrolled = 8;
constexpr int rounds = 50'000;

typedef float Float16 [[gnu::vector_size(64)]];
typedef float Float8 [[gnu::vector_size(32)]];
typedef float Float4 [[gnu::vector_size(16)]];
typedef double Double8 [[gnu::vector_size(64)]];
typedef double Double4 [[gnu::vector_size(32)]];
typedef double Double2 [[gnu::vector_size(16)]];

// clang-format off
// The values are hidden from the compiler, so that it computes every one of them.
#define LOOP(name, features, type, registers)                                                                \
  [[gnu::target(features), gnu::noinline]] void name() {                                                     \
    type values[sums] = {}, factor = values[0] + 1, addend = values[0];                                      \
    asm volatile("" : "+" registers(factor), "+" registers(addend));                                         \
    for (int round = 0; round < rounds; ++round) {                                                           \
      _Pragma("clang loop unroll(full)")                                                                     \
      for (int i = 0; i < unrolled * sums; ++i) {                                                            \
        values[i % sums] = values[i % sums] * factor + addend;                                               \
        asm volatile("" : "+" registers(values[i % sums]));                                                  \
      }                                                                                                      \
    }                                                                                                        \
  }
// clang-format on
LOOP(float16, "avx512f,fma", Float16, "v")
LOOP(float8, "avx2,fma", Float8, "x")
LOOP(float4, "sse2", Float4, "x")
LOOP(double8, "avx512f,fma", Double8, "v")
LOOP(double4, "avx2,fma", Double4, "x")
LOOP(double2, "sse2", Double2, "x")
#undef LOOP

} // namespace

double samplePeak(bool isDouble) {
  bool widest = __builtin_cpu_supports("avx512f"),
       wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  int lanes = (widest ? 16 : wide ? 8 : 4) / (isDouble ? 2 : 1);
  void (*loop)() = isDouble ? (widest ? double8
                               : wide ? double4
                                      : double2)
                            : (widest ? float16
                               : wide ? float8
                                      : float4);
  auto begin = std::chrono::steady_clock::now();
  loop();
  std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  return 2.0 * lanes * sums * unrolled * rounds / time.count();
}

} // namespace weft
