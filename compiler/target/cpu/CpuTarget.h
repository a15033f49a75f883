// What code generation knows about the processor it writes for.
#pragma once

#include <string>

namespace weft {

/// Facts of a CPU that schedules are made from. Sizes in bytes.
struct CpuTarget {
  std::string name;               // for LLVM: `skylake-avx512`, `x86-64-v3`, …
  std::string features;           // for LLVM: `+avx2,+fma,…`
  unsigned vectorBytes;           // of a native vector register
  unsigned registers;             // vector registers
  bool addsShareExtremes = false; // minima start on the pipes of additions, multiply-adds on others
  unsigned level1 = 32 * 1024, level2 = 1024 * 1024, level3 = 8 * 1024 * 1024;

  unsigned lanes(unsigned elementBytes) const { return vectorBytes / elementBytes; }
};

} // namespace weft
