/* A context: all the state that a network has while a program uses it. */
#ifndef WEFT_CONTEXT_H
#define WEFT_CONTEXT_H

#include "Descriptor.h"
#include "Interface.h"
#include "Status.h"

struct weft_context {
  const weft_descriptor *network;
  const weft_variant *variant; /* the code that this processor runs */
  const void **inputs;         /* bound for good, or null */
  const void **call_inputs;    /* of the call that runs */
  void **call_outputs;
  const void **weights; /* null: not bound yet */
  void **copies;        /* of weights that were not aligned, ours to free */
  uint64_t *begins;     /* of weights in the file that is read */
  int64_t *sizes;       /* in the order of the frame */
  int64_t *kept_sizes;  /* those that `kept` is for */
  void **kept_memory;   /* of each input that is bound: ours to free, or null */
  void **kept;          /* the same, aligned */
  void **call_kept;     /* of the call that runs: null for inputs that it gives itself */
  int has_sizes;        /* `sizes` are those of the last call or question */
  void *packed_memory, *packed;
  const void *mapped, *mapped_end; /* the file that weights are read from, if its pages may be released */
  int64_t weights_bound;
  int is_ready; /* all weights are bound and packed */
  int skips_hashes;
  const weft_parallel *parallel;
  int64_t error_site; /* of the message; -1: not the program's own */
  char message[1024];
};

/* Sets the message of weft_last_error and gives `status` back. Marks: %s a string, %d an int64_t. */
int weft_failed(weft_context *context, int status, const char *format, ...);

/* The message of an error that running code found, and its status. */
int weft_failed_at_site(weft_context *context, const weft_error *error);

/* `3, 0, 1`, cut to `bytes`. */
void weft_write_numbers(char *buffer, size_t bytes, const int64_t *numbers, int64_t count);

/* Makes room for what is made of the inputs that are bound, at the sizes that were last asked for. */
void weft_keep(weft_context *context);

/* Packs the weights when all are bound and that was not done yet. */
int weft_prepare(weft_context *context);

/* Of the mapped file: bytes that were packed, and whose pages need stay no longer. */
void weft_release(const weft_frame *frame, const void *data, int64_t bytes);
/* Whether memory is a mapped file as it lies on disk: its pages can be given back and come again. */
int weft_is_unwritten_file(const void *data, size_t bytes);

size_t weft_element_bytes(int64_t element);
const char *weft_element_name(int64_t element);

/* The value of a size; 0 when it does not fit 62 bits, then *value is not written. */
int weft_size_value(const weft_size *program, const int64_t *sizes, int64_t *value);
/* The number of elements of a wire; 0 when it does not fit. */
int weft_element_count(const weft_wire *wire, const int64_t *sizes, int64_t *count);

#endif
