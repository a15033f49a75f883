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

static int has_feature(const weft_cpu_feature *feature) {
  uint64_t needs = (uint64_t)feature->saved;
  unsigned r[4] = {0, 0, 0, 0};
  __get_cpuid_count((unsigned)feature->leaf, (unsigned)feature->subleaf, &r[0], &r[1], &r[2], &r[3]);
  return r[feature->reg & 3] >> feature->bit & 1 && (!needs || (registers_saved() & needs) == needs);
}

#elif defined(__aarch64__)

unsigned long getauxval(unsigned long type);

static int has_feature(const weft_cpu_feature *feature) {
  return getauxval((unsigned long)feature->leaf) >> feature->bit & 1;
}

#else

static int has_feature(const weft_cpu_feature *feature) {
  (void)feature;
  return 0;
}

#endif

const weft_variant *weft_runnable_variant(const weft_descriptor *network, const weft_cpu_feature **missing) {
  for (int64_t i = 0; i < network->variant_count; ++i) {
    const weft_variant *variant = &network->variants[i];
    *missing = 0;
    for (int64_t f = 0; f < variant->feature_count && !*missing; ++f)
      if (!has_feature(&variant->features[f]))
        *missing = &variant->features[f];
    if (!*missing)
      return variant;
  }
  return 0;
}
