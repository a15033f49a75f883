/* What compiled code of a network sees and gives: three functions over one frame. The code generator writes
 * them, Context.c, Binding.c and Calling.c call them. All fields are pointers or 64-bit integers, so that the
 * layout is the same for every C compiler of a target. */
#ifndef WEFT_KERNEL_H
#define WEFT_KERNEL_H

#include "Parallel.h"

#include <stdint.h>

/* The first error that running code found. `site` is a row of the descriptor's table of error sites, `values`
 * what its message shows. `code` is 0 as long as nothing failed. */
enum { WEFT_INPUT_SITE = -1 }; /* an index of an input is out of range */

typedef struct weft_error {
  int32_t code;
  int32_t site;
  int64_t values[8];
} weft_error;

typedef struct weft_frame weft_frame;
struct weft_frame {
  const void *const *inputs;  /* in the descriptor's order, aligned for their elements, never null */
  void *const *outputs;       /* likewise; overlap nothing else */
  const void *const *weights; /* likewise */
  void *packed;               /* written by bind, read by call; 64-byte aligned */
  void *scratch;              /* 64-byte aligned, as large as scratch_bytes says; not kept between calls */
  const int64_t *sizes;       /* of the open axes, in the descriptor's order */
  weft_error *error;
  const weft_parallel *parallel; /* null: in sequence */
  /* Of each input: memory as large as kept_bytes says, 64-byte aligned, for what is made of that input alone;
   * null where nothing stays from one call to the next. The first 8 bytes are 0 until a call has written it,
   * which whoever calls notes there when it went well. */
  void *const *kept;
  /* Called by bind when bytes of a weight were packed; null: nobody needs to know. */
  void (*release)(const weft_frame *frame, const void *data, int64_t bytes);
  const void *mapped, *mapped_end; /* for `release`: the file that the weights are in */
};

/* Evaluates and packs what depends on weights only. 0, or the code of the error. */
int32_t weft_bind(const weft_frame *frame);
int32_t weft_call(const weft_frame *frame);
/* `threads`: that of `parallel`, 1 without one. */
int64_t weft_scratch_bytes(const int64_t *sizes, int64_t threads);
/* 0: nothing is kept of that input. */
int64_t weft_kept_bytes(const int64_t *sizes, int64_t input);

#endif
