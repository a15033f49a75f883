/* A call: everything the caller gives is checked before any code of the network runs; but for indices that
 * the code which reads them first checks while it does. */
#include "Context.h"
#include "Libc.h"

static const int64_t largest_axis = (int64_t)1 << 40;

/* Pads scratch so that callers need not align it. */
enum { ALIGNMENT = 64 };

/* What wires without elements point to. */
static const int64_t nothing[8];

static int take_sizes(weft_context *context, const int64_t *given) {
  const weft_descriptor *network = context->network;
  context->has_sizes = 0;
  for (int64_t i = 0, next = 0; i < network->axis_count; ++i) {
    context->sizes[i] = 0;
    if (!network->axes[i])
      continue;
    if (!given)
      return weft_failed(context, WEFT_ARGUMENT, "the sizes are null, but `%s` is open", network->axes[i]);
    int64_t size = given[next++];
    if (size < 0 || size > largest_axis)
      return weft_failed(context, WEFT_SIZE_MISMATCH, "axis `%s` cannot have size %d [size.mismatch]",
                         network->axes[i], size);
    context->sizes[i] = size;
  }
  for (int64_t i = 0; i < network->check_count; ++i) {
    const weft_size_check *check = &network->checks[i];
    int64_t size;
    if (!weft_size_value(check->size, context->sizes, &size) || size > check->limit)
      return weft_failed(context, WEFT_SIZE_MISMATCH, "%s would be too large [size.mismatch]",
                         check->subject);
    if (size < 0)
      return weft_failed(context, WEFT_SIZE_MISMATCH, "%s would have size %d [size.mismatch]", check->subject,
                         size);
  }
  context->has_sizes = 1;
  return WEFT_OK;
}

static int is_aligned(const void *pointer, int64_t element) {
  return (uintptr_t)pointer % weft_element_bytes(element) == 0;
}

/* Where an element stands, as in `3, 0`. */
static void write_position(char *text, size_t bytes, const weft_wire *wire, const int64_t *sizes,
                           int64_t element) {
  int64_t at[WEFT_MAXIMAL_RANK], size = 1;
  for (int64_t axis = wire->rank; axis-- > 0;) {
    weft_size_value(wire->shape[axis], sizes, &size);
    at[axis] = element % size;
    element /= size;
  }
  weft_write_numbers(text, bytes, at, wire->rank);
}

/* Whether all are from 0 to before `size`: then no sign bit is set in them or in their distance to the last.
 * Without a branch, so that it runs in vectors. */
static int are_indices(const int64_t *values, int64_t count, int64_t size) {
  int64_t signs = 0;
  for (int64_t i = 0; i < count; ++i)
    signs |= values[i] | (int64_t)((uint64_t)(size - 1) - (uint64_t)values[i]);
  return signs >= 0;
}

enum { BLOCK = 4096 };

static int check_indices(weft_context *context, const weft_wire *wire, const int64_t *values, int64_t count,
                         int64_t size) {
  for (int64_t begin = 0; begin < count; begin += BLOCK) {
    int64_t end = count - begin < BLOCK ? count : begin + BLOCK, i = begin;
    if (are_indices(values + begin, end - begin, size))
      continue;
    while ((uint64_t)values[i] < (uint64_t)size)
      ++i;
    char position[256];
    write_position(position, sizeof position, wire, context->sizes, i);
    return weft_failed(context, WEFT_INDEX_RANGE,
                       "input `%s` holds %d at [%s], which is no index of `%s` (size %d) [index.range]",
                       wire->name, values[i], position, wire->index_axis, size);
  }
  return WEFT_OK;
}

/* What was made of bound inputs, for the sizes that it was made for. */
static void take_kept(weft_context *context, const void *const *given) {
  const weft_descriptor *network = context->network;
  int is_same =
      !memcmp(context->kept_sizes, context->sizes, (size_t)network->axis_count * sizeof *context->sizes);
  for (int64_t i = 0; i < network->input_count; ++i)
    context->call_kept[i] = is_same && !(given && given[i]) ? context->kept[i] : 0;
}

/* The call went well: what it has made stays. */
static void note_kept(weft_context *context) {
  for (int64_t i = 0; i < context->network->input_count; ++i)
    if (context->call_kept[i])
      *(int64_t *)context->call_kept[i] = 1;
}

static int take_inputs(weft_context *context, const void *const *given) {
  const weft_descriptor *network = context->network;
  for (int64_t i = 0; i < network->input_count; ++i) {
    const weft_wire *wire = &network->inputs[i];
    const void *pointer = given && given[i] ? given[i] : context->inputs[i];
    int64_t count = 0;
    weft_element_count(wire, context->sizes, &count);
    if (!pointer && count)
      return weft_failed(context, WEFT_INPUT_MISSING, "input `%s` is null, and none is bound [input.missing]",
                         wire->name);
    if (!is_aligned(pointer, wire->element))
      return weft_failed(context, WEFT_ALIGNMENT, "input `%s` is not aligned for its elements", wire->name);
    int64_t size = 1;
    if (wire->index_axis && !weft_size_value(wire->index_size, context->sizes, &size))
      return weft_failed(context, WEFT_SIZE_MISMATCH, "axis `%s` would be too large", wire->index_axis);
    int status = WEFT_OK;
    if (wire->index_axis && !(context->variant->checks_input[i] && size))
      status = check_indices(context, wire, pointer, count, size);
    if (status)
      return status;
    context->call_inputs[i] = count ? pointer : nothing;
  }
  return WEFT_OK;
}

static int take_outputs(weft_context *context, void *const *given) {
  const weft_descriptor *network = context->network;
  for (int64_t i = 0; i < network->output_count; ++i) {
    const weft_wire *wire = &network->outputs[i];
    void *pointer = given ? given[i] : 0;
    int64_t count = 0;
    weft_element_count(wire, context->sizes, &count);
    if (!pointer && count)
      return weft_failed(context, WEFT_OUTPUT_MISSING, "output `%s` is null", wire->name);
    if (!is_aligned(pointer, wire->element))
      return weft_failed(context, WEFT_ALIGNMENT, "output `%s` is not aligned for its elements", wire->name);
    context->call_outputs[i] = count ? pointer : (void *)nothing;
  }
  return WEFT_OK;
}

/* After the call has met an index that is out of range: the first one. */
static int find_wrong_index(weft_context *context) {
  const weft_descriptor *network = context->network;
  for (int64_t i = 0; i < network->input_count; ++i) {
    const weft_wire *wire = &network->inputs[i];
    int64_t count = 0, size = 1;
    if (!context->variant->checks_input[i])
      continue;
    weft_element_count(wire, context->sizes, &count);
    weft_size_value(wire->index_size, context->sizes, &size);
    int status = check_indices(context, wire, context->call_inputs[i], count, size);
    if (status)
      return status;
  }
  return weft_failed(context, WEFT_INDEX_RANGE, "an input changed while the call read it [index.range]");
}

static int64_t scratch_bytes_of(const weft_context *context) {
  int64_t threads = context->parallel ? context->parallel->threads : 1;
  return context->variant->scratch_bytes(context->sizes, threads) + ALIGNMENT;
}

size_t weft_scratch_size(weft_context *context, const int64_t *sizes) {
  if (!context || take_sizes(context, sizes))
    return 0;
  weft_keep(context);
  return (size_t)scratch_bytes_of(context);
}

int weft_call_network(weft_context *context, const int64_t *sizes, const void *const *inputs,
                      void *const *outputs, void *scratch, size_t scratch_bytes) {
  if (!context)
    return WEFT_ARGUMENT;
  context->message[0] = 0;
  int status = weft_prepare(context);
  if (status || (status = take_sizes(context, sizes)))
    return status;
  int64_t needed = scratch_bytes_of(context);
  if (!scratch || scratch_bytes < (size_t)needed)
    return weft_failed(context, WEFT_SCRATCH, "the call needs %d bytes of scratch memory, but %d are given",
                       needed, scratch ? (int64_t)scratch_bytes : 0);
  if ((status = take_inputs(context, inputs)) || (status = take_outputs(context, outputs)))
    return status;
  take_kept(context, inputs);
  weft_error error;
  memset(&error, 0, sizeof error);
  void *aligned = (void *)(((uintptr_t)scratch + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  weft_frame frame = {context->call_inputs,
                      context->call_outputs,
                      context->weights,
                      context->packed,
                      aligned,
                      context->sizes,
                      &error,
                      context->parallel,
                      context->call_kept,
                      0,
                      0,
                      0};
  if (context->variant->call(&frame))
    return error.site == WEFT_INPUT_SITE ? find_wrong_index(context) : weft_failed_at_site(context, &error);
  note_kept(context);
  return WEFT_OK;
}
