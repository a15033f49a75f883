// What an object asks of the processor before it runs.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include <cstdint>
#include <vector>

namespace weft {

/// One bit of the processor's own description, as `weft_cpu_feature` of lib/runtime/Descriptor.h has it.
struct CpuFeature {
  const char *name;
  int64_t leaf, subleaf, reg,
      bit;       // of cpuid; registers eax, ebx, ecx, edx. Of AArch64: leaf is an entry of getauxval
  int64_t saved; // bits of xcr0
};

/// The features that code for the target may use, of those that processors differ in.
std::vector<CpuFeature> featuresOf(const CpuTarget &target);

} // namespace weft
