/* A pool of threads. Each thread has an equal share of the parts, in order, and helps with what is left of
 * the others' when its own is done. Whoever waits looks again and again for a short while, then sleeps
 * (futex).
 *
 * One word, `state`, says it all: whether there is a job, how many helpers are in it, and its number. A
 * helper enters by adding itself while the job is open; the caller closes the job when no part is left, and
 * waits for those inside only: a helper that wakes too late costs nothing. */
#define _GNU_SOURCE
#include "Pool.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 128 }; /* bytes that processors fetch together */
/* `state`: bit 0 the job is open, bit 1 its caller sleeps, bits 2 ... 11 helpers inside, then the job's
 * number. */
enum { OPEN = 1, CALLER_SLEEPS = 2, HELPER = 4, HELPERS = 0xffc, JOB = 0x1000 };
/* How long to look before sleeping, in nanoseconds: longer than what lies between two steps of a network. */
enum { HELPER_LOOKS = 200000, CALLER_LOOKS = 20000 };

typedef struct share {
  _Atomic int64_t next;
  int64_t end;
  char padding[LINE - 2 * sizeof(int64_t)];
} share;

typedef struct helper {
  weft_pool *pool;
  int64_t thread;
  pthread_t handle;
} helper;

struct weft_pool {
  weft_parallel parallel;
  int64_t helper_count;
  helper *helpers;
  share *shares;
  /* The job at hand: written while it is closed and nobody is inside. */
  void (*body)(void *data, int64_t thread, int64_t begin, int64_t end);
  void *data;
  char padding[LINE];
  _Atomic uint32_t state;
  _Atomic uint32_t sleepers;
  atomic_int stops;
  atomic_flag is_taken;
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, (uint32_t *)word, FUTEX_WAIT_PRIVATE, value, 0, 0, 0);
}

static void wake(_Atomic uint32_t *word, int count) {
  syscall(SYS_futex, (uint32_t *)word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0);
}

/* Takes parts until none is left, its own first. */
static void work(weft_pool *pool, int64_t thread) {
  int64_t threads = pool->parallel.threads;
  for (int64_t i = 0; i < threads; ++i) {
    share *s = &pool->shares[(thread + i) % threads];
    int64_t end = s->end;
    while (atomic_load_explicit(&s->next, memory_order_relaxed) < end) {
      int64_t part = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
      if (part >= end)
        break;
      pool->body(pool->data, thread, part, part + 1);
    }
  }
}

/* The state of an open job other than `last`, or any state once the pool stops. */
static uint32_t await_job(weft_pool *pool, uint32_t last) {
  int64_t until = now() + HELPER_LOOKS;
  for (unsigned i = 1;; ++i) {
    uint32_t state = atomic_load(&pool->state);
    if (atomic_load(&pool->stops) || ((state & OPEN) && state / JOB != last))
      return state;
    relax();
    if (i % 64 || now() < until)
      continue;
    atomic_fetch_add(&pool->sleepers, 1);
    state = atomic_load(&pool->state);
    if (!atomic_load(&pool->stops) && !((state & OPEN) && state / JOB != last))
      sleep_while(&pool->state, state);
    atomic_fetch_sub(&pool->sleepers, 1);
    /* Woken by a job, or by the state's other bits: then at most one more look. */
    until = now() + HELPER_LOOKS / 8;
  }
}

static void *help(void *argument) {
  helper *self = argument;
  weft_pool *pool = self->pool;
  uint32_t last = 0;
  for (;;) {
    uint32_t state = await_job(pool, last);
    if (atomic_load(&pool->stops))
      return 0;
    if (!atomic_compare_exchange_strong(&pool->state, &state, state + HELPER))
      continue;
    last = state / JOB;
    work(pool, self->thread);
    uint32_t left = atomic_fetch_sub(&pool->state, HELPER) - HELPER;
    if ((left & CALLER_SLEEPS) && !(left & HELPERS))
      wake(&pool->state, INT_MAX);
  }
}

static void await_helpers(weft_pool *pool) {
  int64_t until = now() + CALLER_LOOKS;
  for (unsigned i = 1; atomic_load(&pool->state) & HELPERS; ++i) {
    relax();
    if (i % 64 || now() < until)
      continue;
    uint32_t state = atomic_fetch_or(&pool->state, CALLER_SLEEPS) | CALLER_SLEEPS;
    if (state & HELPERS)
      sleep_while(&pool->state, state);
  }
}

static void parallel_for(void *pool_pointer, int64_t parts,
                         void (*body)(void *data, int64_t thread, int64_t begin, int64_t end), void *data) {
  weft_pool *pool = pool_pointer;
  /* Another context is at it, or there is nobody to help. */
  if (parts < 2 || !pool->helper_count || atomic_flag_test_and_set(&pool->is_taken)) {
    body(data, 0, 0, parts);
    return;
  }
  int64_t threads = pool->parallel.threads;
  for (int64_t i = 0; i < threads; ++i) {
    atomic_store_explicit(&pool->shares[i].next, parts * i / threads, memory_order_relaxed);
    pool->shares[i].end = parts * (i + 1) / threads;
  }
  pool->body = body;
  pool->data = data;
  uint32_t job = (atomic_load(&pool->state) / JOB + 1) * JOB;
  atomic_store(&pool->state, job | OPEN);
  if (atomic_load(&pool->sleepers))
    wake(&pool->state, (int)(parts - 1 < pool->helper_count ? parts - 1 : pool->helper_count));
  work(pool, 0);
  atomic_fetch_and(&pool->state, ~(uint32_t)OPEN);
  await_helpers(pool);
  atomic_flag_clear(&pool->is_taken);
}

static void stop(weft_pool *pool, int64_t started) {
  atomic_store(&pool->stops, 1);
  /* A helper on its way to sleep sees another state than it looked at. */
  atomic_fetch_add(&pool->state, JOB);
  wake(&pool->state, INT_MAX);
  for (int64_t i = 0; i < started; ++i)
    pthread_join(pool->helpers[i].handle, 0);
  free(pool->shares);
  free(pool->helpers);
  free(pool);
}

int weft_pool_create(weft_pool **result, int64_t threads) {
  if (!result)
    return EINVAL;
  *result = 0;
  if (threads < 1 || threads > WEFT_POOL_MAXIMAL_THREADS)
    return EINVAL;
  weft_pool *pool = calloc(1, sizeof *pool);
  if (!pool)
    return ENOMEM;
  pool->parallel = (weft_parallel){threads, pool, parallel_for};
  pool->helper_count = threads - 1;
  atomic_flag_clear(&pool->is_taken);
  pool->helpers = calloc((size_t)threads, sizeof *pool->helpers);
  pool->shares = aligned_alloc(LINE, (size_t)threads * sizeof *pool->shares);
  if (!pool->helpers || !pool->shares) {
    stop(pool, 0);
    return ENOMEM;
  }
  for (int64_t i = 0; i < pool->helper_count; ++i) {
    pool->helpers[i].pool = pool;
    pool->helpers[i].thread = i + 1;
    int problem = pthread_create(&pool->helpers[i].handle, 0, help, &pool->helpers[i]);
    if (problem) {
      stop(pool, i);
      return problem;
    }
  }
  *result = pool;
  return 0;
}

const weft_parallel *weft_pool_parallel(weft_pool *pool) { return &pool->parallel; }

void weft_pool_destroy(weft_pool *pool) {
  if (pool)
    stop(pool, pool->helper_count);
}
