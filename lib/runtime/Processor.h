#ifndef WEFT_PROCESSOR_H
#define WEFT_PROCESSOR_H

#include "Descriptor.h"

/* The first variant that the processor and its operating system can run. Null when they can run none:
 * *missing is then the first feature that the least demanding one lacks. */
const weft_variant *weft_runnable_variant(const weft_descriptor *network, const weft_cpu_feature **missing);

#endif
