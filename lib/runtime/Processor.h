#ifndef WEFT_PROCESSOR_H
#define WEFT_PROCESSOR_H

#include "Descriptor.h"

/* The first feature that the processor or its operating system lacks; null when all are there. */
const weft_cpu_feature *weft_missing_feature(const weft_descriptor *network);

#endif
