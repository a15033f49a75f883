/* A network on threads: those of the pool, and those of a program's own; contexts side by side; errors. */
#include "Pool.h"
#include "heavy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 400, IN = 96, OUT = 128, TABLE = 64, CALLS = 8 };

static float weights[OUT * IN], table[TABLE], x[ROWS * IN], expected_y[ROWS * OUT],
    expected_chosen[ROWS * IN];
static int64_t pick[ROWS * IN], wrong_pick[ROWS * IN];

typedef struct caller {
  heavy_context *context;
  void *scratch;
  size_t scratch_bytes;
  float *y, *chosen;
  int failures;
} caller;

static const heavy_sizes sizes = {ROWS};

static void check(caller *c, int holds, const char *what) {
  if (holds)
    return;
  c->failures++;
  printf("%s: %s\n", what, heavy_last_error(c->context));
}

static void lend(caller *c, const weft_parallel *parallel) {
  heavy_set_parallel_for(c->context, parallel);
  free(c->scratch);
  c->scratch_bytes = heavy_scratch_size(c->context, &sizes);
  c->scratch = malloc(c->scratch_bytes);
}

static int call(caller *c, const int64_t *picked) {
  heavy_inputs inputs = {x, picked};
  heavy_outputs outputs = {c->y, c->chosen};
  memset(c->y, 0, sizeof expected_y);
  memset(c->chosen, 0, sizeof expected_chosen);
  return heavy_call(c->context, &sizes, &inputs, &outputs, c->scratch, c->scratch_bytes);
}

static void begin(caller *c) {
  memset(c, 0, sizeof *c);
  c->y = malloc(sizeof expected_y);
  c->chosen = malloc(sizeof expected_chosen);
  check(c, heavy_create(&c->context, heavy_abi_version) == 0, "create");
  check(c, heavy_bind_weight(c->context, "W", weights, sizeof weights) == 0, "W");
  check(c, heavy_bind_weight(c->context, "table", table, sizeof table) == 0, "table");
}

static int end(caller *c) {
  heavy_destroy(c->context);
  free(c->scratch);
  free(c->y);
  free(c->chosen);
  return c->failures;
}

/* The same bits, and the same error: the first in order. */
static void compare(caller *c, const weft_parallel *parallel) {
  lend(c, parallel);
  for (int i = 0; i < CALLS; ++i) {
    check(c, call(c, pick) == 0, "call");
    check(c, !memcmp(c->y, expected_y, sizeof expected_y), "y is another");
    check(c, !memcmp(c->chosen, expected_chosen, sizeof expected_chosen), "chosen is another");
    check(c, call(c, wrong_pick) == WEFT_INDEX_RANGE, "no error");
    check(c, strstr(heavy_last_error(c->context), "1007 is no index") != 0, "another error");
  }
}

/* The program's own threads: each has one piece. */
typedef struct piece {
  void (*body)(void *data, int64_t thread, int64_t begin, int64_t end);
  void *data;
  int64_t thread, begin, end;
} piece;

static void *run_piece(void *argument) {
  piece *p = argument;
  p->body(p->data, p->thread, p->begin, p->end);
  return 0;
}

enum { OWN = 3 };

static void own_parallel_for(void *pool, int64_t parts,
                             void (*body)(void *data, int64_t thread, int64_t begin, int64_t end),
                             void *data) {
  pthread_t threads[OWN];
  piece pieces[OWN];
  ++*(int64_t *)pool;
  for (int64_t i = 0; i < OWN; ++i) {
    pieces[i] = (piece){body, data, i, parts * i / OWN, parts * (i + 1) / OWN};
    pthread_create(&threads[i], 0, run_piece, &pieces[i]);
  }
  for (int64_t i = 0; i < OWN; ++i)
    pthread_join(threads[i], 0);
}

static void *side(void *pool) {
  caller c;
  begin(&c);
  compare(&c, weft_pool_parallel(pool));
  return (void *)(intptr_t)end(&c);
}

int main(void) {
  for (int i = 0; i < OUT * IN; ++i)
    weights[i] = (float)(i * 37 % 101) / 101 - 0.5f;
  for (int i = 0; i < TABLE; ++i)
    table[i] = (float)i / TABLE;
  for (int i = 0; i < ROWS * IN; ++i) {
    x[i] = (float)(i * 53 % 97) / 97 - 0.5f;
    pick[i] = wrong_pick[i] = i % TABLE;
  }
  for (int row = 7; row < ROWS; ++row)
    wrong_pick[row * IN + row % IN] = 1000 + row;
  caller c;
  begin(&c);
  lend(&c, 0);
  check(&c, call(&c, pick) == 0, "alone");
  memcpy(expected_y, c.y, sizeof expected_y);
  memcpy(expected_chosen, c.chosen, sizeof expected_chosen);
  compare(&c, 0);
  for (int64_t threads = 1; threads <= 8; threads += threads < 3 ? 1 : 5) {
    weft_pool *pool;
    check(&c, weft_pool_create(&pool, threads) == 0, "pool");
    compare(&c, weft_pool_parallel(pool));
    lend(&c, 0);
    weft_pool_destroy(pool);
  }
  int64_t regions = 0;
  weft_parallel own = {OWN, &regions, own_parallel_for};
  compare(&c, &own);
  check(&c, regions > 0, "own threads were not asked");
  lend(&c, 0);
  int failures = end(&c);

  /* Two contexts at once: on one pool, then each on its own. */
  weft_pool *pools[2];
  for (int own_pools = 0; own_pools < 2; ++own_pools) {
    pthread_t hosts[2];
    for (int i = 0; i <= own_pools; ++i)
      failures += weft_pool_create(&pools[i], 2) != 0;
    for (int i = 0; i < 2; ++i)
      pthread_create(&hosts[i], 0, side, pools[own_pools * i]);
    for (int i = 0; i < 2; ++i) {
      void *failed;
      pthread_join(hosts[i], &failed);
      failures += (int)(intptr_t)failed;
    }
    for (int i = 0; i <= own_pools; ++i)
      weft_pool_destroy(pools[i]);
  }
  printf(failures ? "failed\n" : "all alike\n");
  return failures != 0;
}
