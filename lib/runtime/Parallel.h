/* How a program lends threads to calls of a network. The same text stands in every generated header. */
#ifndef WEFT_PARALLEL
#define WEFT_PARALLEL 2

#include <stdint.h>

/* `parallel_for` calls `body` on pieces that cover 0 ... parts, each part once, and returns when all are
 * done. Of the bodies that run at once each has a `thread` of its own, 0 ... threads - 1. */
typedef struct weft_parallel {
  int64_t threads; /* at most so many bodies run at once, that of the calling thread included */
  void *pool;
  void (*parallel_for)(void *pool, int64_t parts,
                       void (*body)(void *data, int64_t thread, int64_t begin, int64_t end), void *data);
} weft_parallel;
#endif
