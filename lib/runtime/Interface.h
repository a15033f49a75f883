/* The functions that an object offers. In an object `weft_` becomes the network's prefix, and
 * weft_call_network PREFIX_call; the generated header declares them with the network's own structures in
 * place of the arrays. Functions that return int return a status (Status.def), and leave a message for
 * weft_last_error. */
#ifndef WEFT_INTERFACE_H
#define WEFT_INTERFACE_H

#include "Kernel.h"

#include <stddef.h>

typedef struct weft_context weft_context;

int weft_create(weft_context **result, uint32_t abi_version);
void weft_destroy(weft_context *context);
/* The processor whose code the context runs, of those that the object was built for; null for a null context.
 */
const char *weft_cpu(const weft_context *context);

/* Of the last call on this context that failed; of a null context: why creating one may have failed. */
const char *weft_last_error(const weft_context *context);
/* The row of the table of error sites, when the program itself found the error; else -1. */
int64_t weft_last_error_site(const weft_context *context);
const char *weft_status_text(int status);

/* All weights, from the bytes of a safetensors file. They are read in place where aligned: the bytes stay
 * valid as long as the context. */
int weft_bind_weights(weft_context *context, const void *safetensors, size_t bytes);
/* One weight, from memory that stays valid as long as the context. When the last one is bound, all are
 * packed. */
int weft_bind_weight(weft_context *context, const char *name, const void *data, size_t bytes);
/* An input for all calls that give null for it, from memory that stays the same until another is bound: what
 * is made of it alone may be made once. A null pointer takes it back. */
int weft_bind_input(weft_context *context, const char *name, const void *data);
/* Weights are taken as they are, though the object knows what they should be. */
void weft_skip_hashes(weft_context *context);
/* Threads for calls and for packing, until the next time; null: none. What calls compute does not depend on
 * them, but weft_scratch_size does. */
void weft_set_parallel_for(weft_context *context, const weft_parallel *parallel);

/* Bytes of scratch memory, of any alignment, that a call at these sizes needs; 0 when the sizes are wrong.
 * `sizes`: of the open axes that the network uses, in the descriptor's order. */
size_t weft_scratch_size(weft_context *context, const int64_t *sizes);
int weft_call_network(weft_context *context, const int64_t *sizes, const void *const *inputs,
                      void *const *outputs, void *scratch, size_t scratch_bytes);

#endif
