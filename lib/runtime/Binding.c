/* Weights and inputs are bound: found by name, checked, copied only where they are not aligned, packed once.
 */
#include "Context.h"
#include "Libc.h"
#include "Safetensors.h"
#include "Sha256.h"

enum { ALIGNMENT = 64, LARGE_PAGE = 2 << 20 };
/* MADV_HUGEPAGE of Linux. */
enum { HUGE_PAGES = 14 };

/* What a weight without elements points to. */
static const int64_t nothing[8];

static int64_t find(const weft_wire *wires, int64_t count, const char *name) {
  for (int64_t i = 0; i < count; ++i)
    if (!strcmp(wires[i].name, name))
      return i;
  return -1;
}

static void forget(weft_context *context) {
  for (int64_t i = 0; i < context->network->weight_count; ++i) {
    free(context->copies[i]);
    context->copies[i] = 0;
    context->weights[i] = 0;
  }
  context->weights_bound = 0;
  context->is_ready = 0;
}

/* Index-valued weights are checked as inputs are. */
static int check_indices(weft_context *context, const weft_wire *wire, const int64_t *values, int64_t count) {
  int64_t size = 0;
  weft_size_value(wire->index_size, context->sizes, &size);
  for (int64_t i = 0; i < count; ++i)
    if ((uint64_t)values[i] >= (uint64_t)size)
      return weft_failed(context, WEFT_INDEX_RANGE,
                         "weight `%s` holds %d, which is no index of `%s` (size %d) [index.range]",
                         wire->name, values[i], wire->index_axis, size);
  return WEFT_OK;
}

/* Binds weight `i` to `data`, which has the right number of bytes. */
static int take_weight(weft_context *context, int64_t i, const void *data, size_t bytes) {
  const weft_wire *wire = &context->network->weights[i];
  size_t element = weft_element_bytes(wire->element);
  if (wire->sha256 && !context->skips_hashes) {
    uint8_t digest[32];
    weft_sha256(data, bytes, digest);
    if (memcmp(digest, wire->sha256, sizeof digest))
      return weft_failed(context, WEFT_WEIGHTS_HASH,
                         "weight `%s` is not the one that the object was built with: its sha256 differs",
                         wire->name);
    weft_frame frame = {.mapped = context->mapped, .mapped_end = context->mapped_end};
    weft_release(&frame, data, (int64_t)bytes);
  }
  const void *source = bytes ? data : nothing;
  void *copy = 0;
  if ((uintptr_t)source % element) {
    if (!(copy = malloc(bytes)))
      return weft_failed(context, WEFT_MEMORY, "no memory for weight `%s`", wire->name);
    source = memcpy(copy, data, bytes);
  }
  int status = wire->index_axis ? check_indices(context, wire, source, (int64_t)(bytes / element)) : WEFT_OK;
  if (status) {
    free(copy);
    return status;
  }
  free(context->copies[i]);
  context->copies[i] = copy;
  context->weights_bound += !context->weights[i];
  context->weights[i] = source;
  return WEFT_OK;
}

/* Memory for what is packed. Where it is large it begins a page of the large kind, and whole ones are asked
 * for: panels are read in streams, and each small page would be looked up anew. */
static int allocate_packed(weft_context *context) {
  size_t bytes = (size_t)context->variant->packed_bytes;
  size_t unit = bytes < LARGE_PAGE ? ALIGNMENT : LARGE_PAGE;
  context->packed_memory = malloc(bytes + unit);
  if (!context->packed_memory)
    return weft_failed(context, WEFT_MEMORY, "no memory for packed weights");
  context->packed = (void *)(((uintptr_t)context->packed_memory + unit - 1) / unit * unit);
  /* Advice that may fail, and nothing else then. */
  if (bytes >= LARGE_PAGE)
    madvise(context->packed, bytes / LARGE_PAGE * LARGE_PAGE, HUGE_PAGES);
  return WEFT_OK;
}

/* All weights are there: what depends on them alone is computed. */
static int pack(weft_context *context) {
  const weft_descriptor *network = context->network;
  if (context->variant->packed_bytes && !context->packed_memory) {
    int status = allocate_packed(context);
    if (status)
      return status;
  }
  weft_error error;
  memset(&error, 0, sizeof error);
  memset(context->sizes, 0, (size_t)network->axis_count * sizeof *context->sizes);
  context->has_sizes = 0;
  weft_frame frame = {context->call_inputs,
                      context->call_outputs,
                      context->weights,
                      context->packed,
                      0,
                      context->sizes,
                      &error,
                      context->parallel,
                      0,
                      context->mapped ? weft_release : 0,
                      context->mapped,
                      context->mapped_end};
  if (context->variant->bind(&frame))
    return weft_failed_at_site(context, &error);
  context->is_ready = 1;
  return WEFT_OK;
}

int weft_prepare(weft_context *context) {
  if (context->is_ready)
    return WEFT_OK;
  if (context->weights_bound < context->network->weight_count)
    return weft_failed(context, WEFT_WEIGHTS_MISSING,
                       "%d of %d weights are bound: a network is called when all are [weights.missing]",
                       context->weights_bound, context->network->weight_count);
  return pack(context);
}

static int check_shape(weft_context *context, const weft_wire *wire, const weft_file_tensor *tensor) {
  int64_t expected[WEFT_MAXIMAL_RANK];
  int same = tensor->rank == wire->rank;
  for (int64_t i = 0; i < wire->rank; ++i) {
    expected[i] = 0;
    weft_size_value(wire->shape[i], context->sizes, &expected[i]);
    same = same && expected[i] == tensor->shape[i];
  }
  if (same)
    return WEFT_OK;
  char have[128], want[128];
  weft_write_numbers(have, sizeof have, tensor->shape, tensor->rank);
  weft_write_numbers(want, sizeof want, expected, wire->rank);
  return weft_failed(context, WEFT_WEIGHTS_SHAPE,
                     "weight `%s` has shape [%s], but the file holds [%s] [weights.shape]", wire->name, want,
                     have);
}

static int bind_from_file(weft_context *context, const weft_file_tensor *tensor) {
  const weft_descriptor *network = context->network;
  int64_t i = find(network->weights, network->weight_count, tensor->name);
  if (i < 0)
    return weft_failed(context, WEFT_WEIGHTS_UNREAD,
                       "the file holds `%s`, which is no weight of the network [weights.unread]",
                       tensor->name);
  const weft_wire *wire = &network->weights[i];
  if (context->weights[i])
    return weft_failed(context, WEFT_FILE_FORMAT, "the file holds `%s` twice [file.format]", tensor->name);
  if (strcmp(tensor->type, weft_element_name(wire->element)))
    return weft_failed(context, WEFT_WEIGHTS_TYPE,
                       "weight `%s` holds %s, but the file holds %s [weights.type]", wire->name,
                       weft_element_name(wire->element), tensor->type);
  int status = check_shape(context, wire, tensor);
  if (status)
    return status;
  int64_t count = 0;
  weft_element_count(wire, context->sizes, &count);
  if (tensor->bytes != (uint64_t)count * weft_element_bytes(wire->element))
    return weft_failed(context, WEFT_FILE_FORMAT,
                       "the file gives %d bytes to `%s`, which has %d elements [file.format]",
                       (int64_t)tensor->bytes, wire->name, count);
  context->begins[i] = tensor->begin;
  return take_weight(context, i, tensor->data, (size_t)tensor->bytes);
}

typedef struct piece {
  uint64_t begin, end;
} piece;

static int compare_pieces(const void *left, const void *right) {
  const piece *a = left, *b = right;
  if (a->begin != b->begin)
    return a->begin < b->begin ? -1 : 1;
  return a->end < b->end ? -1 : a->end > b->end;
}

/* The tensors of a file follow one another, without overlap or hole, to its end. */
static int check_layout(weft_context *context, uint64_t data_bytes) {
  const weft_descriptor *network = context->network;
  piece *pieces = malloc((size_t)(network->weight_count + 1) * sizeof *pieces);
  if (!pieces)
    return weft_failed(context, WEFT_MEMORY, "no memory to check the file");
  for (int64_t i = 0; i < network->weight_count; ++i) {
    int64_t count = 0;
    weft_element_count(&network->weights[i], context->sizes, &count);
    pieces[i].begin = context->begins[i];
    pieces[i].end = pieces[i].begin + (uint64_t)count * weft_element_bytes(network->weights[i].element);
  }
  qsort(pieces, (size_t)network->weight_count, sizeof *pieces, compare_pieces);
  uint64_t end = 0;
  int follows = 1;
  for (int64_t i = 0; i < network->weight_count; end = pieces[i++].end)
    follows = follows && pieces[i].begin == end;
  free(pieces);
  if (follows && end == data_bytes)
    return WEFT_OK;
  return weft_failed(context, WEFT_FILE_FORMAT,
                     "the tensors of the file overlap, or leave holes between them [file.format]");
}

int weft_bind_weights(weft_context *context, const void *safetensors, size_t bytes) {
  weft_file_reader reader;
  weft_file_tensor tensor;
  int status = WEFT_OK;
  if (!context)
    return WEFT_ARGUMENT;
  forget(context);
  context->mapped = context->mapped_end = 0;
  if (weft_is_unwritten_file(safetensors, bytes)) {
    context->mapped = safetensors;
    context->mapped_end = (const char *)safetensors + bytes;
  }
  weft_open_file(&reader, safetensors, bytes);
  while (!status && weft_next_tensor(&reader, &tensor))
    status = bind_from_file(context, &tensor);
  if (!status && reader.error)
    status = weft_failed(context, WEFT_FILE_FORMAT, "the weights are no safetensors file: %s [file.format]",
                         reader.error);
  for (int64_t i = 0; !status && i < context->network->weight_count; ++i)
    if (!context->weights[i])
      status = weft_failed(context, WEFT_WEIGHTS_MISSING, "the file holds no weight `%s` [weights.missing]",
                           context->network->weights[i].name);
  if (!status)
    status = check_layout(context, reader.data_bytes);
  if (!status)
    status = pack(context);
  context->mapped = context->mapped_end = 0;
  if (status)
    forget(context);
  return status;
}

int weft_bind_weight(weft_context *context, const char *name, const void *data, size_t bytes) {
  if (!context)
    return WEFT_ARGUMENT;
  if (!name)
    return weft_failed(context, WEFT_ARGUMENT, "no name of a weight is given [weights.unread]");
  const weft_descriptor *network = context->network;
  int64_t i = find(network->weights, network->weight_count, name), count = 0;
  if (i < 0)
    return weft_failed(context, WEFT_ARGUMENT, "`%s` is no weight of the network [weights.unread]", name);
  weft_element_count(&network->weights[i], context->sizes, &count);
  size_t needed = (size_t)count * weft_element_bytes(network->weights[i].element);
  if (bytes && !data)
    return weft_failed(context, WEFT_ARGUMENT, "weight `%s` is given no memory [weights.missing]", name);
  if (bytes != needed)
    return weft_failed(context, WEFT_WEIGHTS_SHAPE,
                       "weight `%s` is %d bytes, but %d are given [weights.shape]", name, (int64_t)needed,
                       (int64_t)bytes);
  int status = take_weight(context, i, data, bytes);
  if (status)
    return status;
  context->is_ready = 0;
  return context->weights_bound == network->weight_count ? pack(context) : WEFT_OK;
}

/* Memory that cannot be had is done without. */
void weft_keep(weft_context *context) {
  const weft_descriptor *network = context->network;
  size_t bytes = (size_t)network->axis_count * sizeof *context->sizes;
  if (!context->has_sizes)
    return;
  int is_same = !memcmp(context->kept_sizes, context->sizes, bytes);
  memcpy(context->kept_sizes, context->sizes, bytes);
  for (int64_t i = 0; i < network->input_count; ++i) {
    if (!is_same || !context->inputs[i]) {
      free(context->kept_memory[i]);
      context->kept_memory[i] = context->kept[i] = 0;
    }
    int64_t needed = context->inputs[i] ? context->variant->kept_bytes(context->sizes, i) : 0;
    if (!needed || context->kept[i])
      continue;
    context->kept_memory[i] = malloc((size_t)needed + ALIGNMENT);
    if (!context->kept_memory[i])
      continue;
    context->kept[i] = (void *)(((uintptr_t)context->kept_memory[i] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    *(int64_t *)context->kept[i] = 0;
  }
}

int weft_bind_input(weft_context *context, const char *name, const void *data) {
  if (!context)
    return WEFT_ARGUMENT;
  if (!name)
    return weft_failed(context, WEFT_ARGUMENT, "no name of an input is given [input.unknown]");
  const weft_descriptor *network = context->network;
  int64_t i = find(network->inputs, network->input_count, name);
  if (i < 0)
    return weft_failed(context, WEFT_ARGUMENT, "`%s` is no input of the network [input.unknown]", name);
  context->inputs[i] = data;
  if (context->kept[i])
    *(int64_t *)context->kept[i] = 0;
  weft_keep(context);
  return WEFT_OK;
}
