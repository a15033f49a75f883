// What code generation knows about the processor it writes for.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// Facts of a CPU that schedules are made from. Sizes in bytes.
struct CpuTarget {
  std::string triple;             // for LLVM: `x86_64-unknown-linux-gnu`, `aarch64-unknown-linux-gnu`
  std::string name;               // for LLVM: `skylake-avx512`, `x86-64-v3`, …
  std::string features;           // for LLVM: `+avx2,+fma,…`
  unsigned vectorBytes;           // of a native vector register
  unsigned registers;             // vector registers
  bool addsShareExtremes = false; // minima start on the pipes of additions, multiply-adds on others
  bool storesInPart = false;      // a vector of which some lanes are masked, as fast as a whole one
  bool convertsHalf = true;       // between f16 and f32, by instructions
  static constexpr int64_t lineBytes = 64; // of the caches
  unsigned level1 = 32 * 1024, level2 = 1024 * 1024, level3 = 8 * 1024 * 1024;

  /// Whether a vector may be loaded and stored in part.
  bool masksLanes() const { return vectorBytes >= 32; }
  unsigned lanes(unsigned elementBytes) const { return vectorBytes / elementBytes; }
};

/// The architecture and system that LLVM is asked for: of `x86_64` or `aarch64` with Linux, in any spelling
/// that LLVM knows; "" is this machine's. None for others.
std::optional<std::string> findTriple(llvm::StringRef target);

/// Whether code for the triple runs on this machine.
bool isOfThisMachine(llvm::StringRef triple);

/// The facts of a processor of the triple: `host` (this machine's; of another architecture the plainest),
/// `v2`, `v3`, `v4` (levels of x86-64), or a name that LLVM knows. None for an unknown name.
std::optional<CpuTarget> findCpuTarget(llvm::StringRef triple, llvm::StringRef name);

} // namespace weft
