/* Threads for calls of networks, for programs that have none of their own to lend (Linux). Objects do not
 * need it: link libweft-runtime.a, or compile Pool.c. */
#ifndef WEFT_POOL_H
#define WEFT_POOL_H

#include "Parallel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_pool weft_pool;

enum { WEFT_POOL_MAXIMAL_THREADS = 256 };

/* `threads` counts the one that calls: threads - 1 are started. 0 when done; else an errno, and *pool is
 * null. */
int weft_pool_create(weft_pool **pool, int64_t threads);
/* For `net_set_parallel_for` of any number of contexts; valid until the pool is destroyed. Contexts that call
 * at the same time take turns: who finds the pool at work goes on alone. */
const weft_parallel *weft_pool_parallel(weft_pool *pool);
/* No call that uses it may be running. */
void weft_pool_destroy(weft_pool *pool);

#ifdef __cplusplus
}
#endif

#endif
