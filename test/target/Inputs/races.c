/* Calls code that was compiled for the race detector, on three threads; then once with wrong indices. */
#include "Kernel.h"
#include "Pool.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEQ = 96, HEADS = 4 * 32, MODEL = 128, LONG = 9000, STEP = 2 };

static float *drawn(int count) {
  float *values = malloc((size_t)count * sizeof *values);
  for (int i = 0; i < count; ++i)
    values[i] = (float)((i + count) * 53 % 97) / 97 - 0.5f;
  return values;
}

int main(int argc, char **argv) {
  int64_t packed_bytes = argc > 1 ? atoll(argv[1]) : 0;
  int64_t *pick = calloc(SEQ * MODEL, sizeof *pick);
  const void *inputs[] = {drawn(SEQ * HEADS), drawn(SEQ * HEADS), drawn(SEQ * HEADS),
                          drawn(SEQ * MODEL), drawn(SEQ * LONG),  pick};
  const void *weights[] = {drawn(STEP * MODEL * MODEL), drawn(MODEL)};
  int counts[] = {SEQ * HEADS, SEQ * SEQ, SEQ * MODEL, SEQ * SEQ, SEQ * MODEL};
  void *outputs[2][5];
  for (int i = 0; i < 10; ++i)
    outputs[i / 5][i % 5] = calloc(counts[i % 5], sizeof(float));
  int64_t sizes[] = {SEQ};
  weft_pool *pool;
  if (weft_pool_create(&pool, 3))
    return 1;
  weft_error errors[2];
  for (int threaded = 0; threaded < 2; ++threaded) {
    const weft_parallel *parallel = threaded ? weft_pool_parallel(pool) : 0;
    size_t bytes = (size_t)weft_scratch_bytes(sizes, threaded ? 3 : 1);
    weft_frame frame = {inputs,
                        outputs[threaded],
                        weights,
                        aligned_alloc(64, (size_t)(packed_bytes + 127) / 64 * 64),
                        aligned_alloc(64, (bytes + 127) / 64 * 64),
                        sizes,
                        &errors[threaded],
                        parallel};
    memset(&errors[threaded], 0, sizeof *errors);
    if (weft_bind(&frame) || weft_call(&frame))
      return 2;
    for (int i = 0; i < SEQ; i += 3)
      pick[i * MODEL + i] = -1 - i;
    pick[0] = 0;
    if (!weft_call(&frame))
      return 3;
    memset(pick, 0, SEQ * MODEL * sizeof *pick);
    errors[threaded].code = 0;
    free(frame.packed);
    memset(frame.scratch, 0, bytes);
    free(frame.scratch);
  }
  weft_pool_destroy(pool);
  for (int i = 0; i < 4; ++i)
    if (memcmp(outputs[0][i], outputs[1][i], counts[i] * sizeof(float)))
      return 4 + i;
  printf(errors[0].site == errors[1].site ? "first error: %d, %d\n" : "other errors\n",
         (int)errors[0].values[0], (int)errors[1].values[0]);
  return 0;
}
