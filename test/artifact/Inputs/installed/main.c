/* A program that links an installed network and the pool. */
#include "Pool.h"
#include "rows.h"
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  rows_context *context;
  weft_pool *pool;
  if (rows_create(&context, rows_abi_version) || weft_pool_create(&pool, 2))
    return 1;
  rows_set_parallel_for(context, weft_pool_parallel(pool));
  float x[6] = {1, -2, 3, -4, 5, -6}, y[6];
  rows_sizes sizes = {2};
  rows_inputs inputs = {x};
  rows_outputs outputs = {y};
  size_t bytes = rows_scratch_size(context, &sizes);
  void *scratch = malloc(bytes);
  int status = rows_call(context, &sizes, &inputs, &outputs, scratch, bytes);
  printf("%d: %g %g %g %g %g %g\n", status, y[0], y[1], y[2], y[3], y[4], y[5]);
  free(scratch);
  rows_destroy(context);
  weft_pool_destroy(pool);
  return status;
}
