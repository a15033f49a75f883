/* Whether the processor at hand has what an object was built for. Asked before any code of the network runs.
 */
#include "Processor.h"

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t registers_saved(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1))
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

const weft_cpu_feature *weft_missing_feature(const weft_descriptor *network) {
  uint64_t saved = registers_saved();
  for (int64_t i = 0; i < network->feature_count; ++i) {
    const weft_cpu_feature *feature = &network->features[i];
    unsigned r[4] = {0, 0, 0, 0};
    __get_cpuid_count((unsigned)feature->leaf, (unsigned)feature->subleaf, &r[0], &r[1], &r[2], &r[3]);
    uint64_t needs = (uint64_t)feature->saved;
    if (!(r[feature->reg & 3] >> feature->bit & 1) || (saved & needs) != needs)
      return feature;
  }
  return 0;
}

#else

const weft_cpu_feature *weft_missing_feature(const weft_descriptor *network) {
  (void)network;
  return 0;
}

#endif
