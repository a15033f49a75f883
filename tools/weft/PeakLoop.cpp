#include "tools/weft/PeakLoop.h"

#include <algorithm>
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

// A product of the semiring min, +: of each value an addition and a minimum.
#define LOOP(name, features, type, registers)                                                                \
  [[gnu::target(features), gnu::noinline]] void name() {                                                     \
    type values[sums] = {}, addend = values[0];                                                              \
    asm volatile("" : "+" registers(addend));                                                                \
    for (int round = 0; round < rounds; ++round) {                                                           \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < unrolled * sums; ++i) {                         \
        asm volatile("" : "+" registers(addend));                                                            \
        type term = addend + values[i % sums];                                                               \
        values[i % sums] = term < values[i % sums] ? term : values[i % sums];                                \
        asm volatile("" : "+" registers(values[i % sums]));                                                  \
      }                                                                                                      \
    }                                                                                                        \
  }
LOOP(smallest16, "avx512f", Float16, "v")
LOOP(smallest8, "avx2", Float8, "x")
LOOP(smallest4, "sse2", Float4, "x")
#undef LOOP

// Reads every line of a block; the sums keep the compiler from leaving any out.
#define LOOP(name, features, type, registers)                                                                \
  [[gnu::target(features), gnu::noinline]] void name(const char *memory, size_t bytes) {                     \
    type values[unrolled] = {};                                                                              \
    for (size_t at = 0; at + unrolled * sizeof(type) <= bytes; at += unrolled * sizeof(type)) {              \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < unrolled; ++i) values[i] +=                     \
          *reinterpret_cast<const type *>(memory + at + i * sizeof(type));                                   \
    }                                                                                                        \
    for (type &value : values)                                                                               \
      asm volatile("" : "+" registers(value));                                                               \
  }
LOOP(read16, "avx512f", Float16, "v")
LOOP(read8, "avx2", Float8, "x")
LOOP(read4, "sse2", Float4, "x")
#undef LOOP

enum class Width { narrow, wide, widest };

Width width() {
  return __builtin_cpu_supports("avx512f")                                 ? Width::widest
         : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? Width::wide
                                                                           : Width::narrow;
}

template <typename Function> Function forWidth(Function narrow, Function wide, Function widest) {
  return width() == Width::widest ? widest : width() == Width::wide ? wide : narrow;
}

template <typename Work> double secondsOf(Work work) {
  auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double lanes() { return width() == Width::widest ? 16 : width() == Width::wide ? 8 : 4; }

} // namespace

double samplePeak(bool isDouble) {
  auto loop = isDouble ? forWidth(double2, double4, double8) : forWidth(float4, float8, float16);
  return 2.0 * lanes() / (isDouble ? 2 : 1) * sums * unrolled * rounds / secondsOf(loop);
}

double sampleAddMin() {
  return 2.0 * lanes() * sums * unrolled * rounds / secondsOf(forWidth(smallest4, smallest8, smallest16));
}

ReadLoop::ReadLoop(size_t bytes) : memory(bytes / sizeof(Line)) {
  // Pages that were never written may share one page of zeros.
  std::memset(memory.data(), 1, memory.size() * sizeof(Line));
}

double ReadLoop::sample() const {
  size_t bytes = memory.size() * sizeof(Line);
  size_t times = std::max<size_t>(1, (8 << 20) / bytes);
  auto read = forWidth(read4, read8, read16);
  auto all = [&] {
    for (size_t i = 0; i < times; ++i)
      read(reinterpret_cast<const char *>(memory.data()), bytes);
  };
  return static_cast<double>(bytes * times) / secondsOf(all);
}

} // namespace weft
