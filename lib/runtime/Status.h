/* What the functions of an artifact return. The numbers never change; `net.h` has the same list. */
#ifndef WEFT_STATUS_H
#define WEFT_STATUS_H

enum weft_status {
#define STATUS(name, number, text) WEFT_##name = number,
#include "Status.def"
#undef STATUS
};

#endif
