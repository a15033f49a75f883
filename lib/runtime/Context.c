/* Contexts: made, asked for their last error, and given back. */
#include "Context.h"
#include "Libc.h"
#include "Processor.h"

/* Tables of `count` elements each stand behind one another in one piece of memory. */
static void *take(char **memory, int64_t count, size_t bytes) {
  void *table = *memory;
  *memory += (size_t)count * bytes;
  return table;
}

int weft_create(weft_context **result, uint32_t abi_version) {
  const weft_descriptor *network = &weft_network_descriptor;
  if (!result)
    return WEFT_ARGUMENT;
  *result = 0;
  if (abi_version != network->abi_version)
    return WEFT_ABI;
  const weft_cpu_feature *missing;
  const weft_variant *variant = weft_runnable_variant(network, &missing);
  if (!variant)
    return WEFT_CPU;
  size_t cells = (size_t)(5 * network->input_count + network->output_count + 3 * network->weight_count +
                          2 * network->axis_count + 1);
  weft_context *context = calloc(1, sizeof *context + cells * 8);
  if (!context)
    return WEFT_MEMORY;
  char *memory = (char *)(context + 1);
  context->network = network;
  context->variant = variant;
  context->error_site = -1;
  context->inputs = take(&memory, network->input_count, 8);
  context->call_inputs = take(&memory, network->input_count, 8);
  context->call_outputs = take(&memory, network->output_count, 8);
  context->weights = take(&memory, network->weight_count, 8);
  context->copies = take(&memory, network->weight_count, 8);
  context->begins = take(&memory, network->weight_count, 8);
  context->sizes = take(&memory, network->axis_count, 8);
  context->kept_sizes = take(&memory, network->axis_count, 8);
  context->kept_memory = take(&memory, network->input_count, 8);
  context->kept = take(&memory, network->input_count, 8);
  context->call_kept = take(&memory, network->input_count, 8);
  *result = context;
  /* Without weights nothing will be bound later. Should this fail, each call says why. */
  if (!network->weight_count)
    weft_prepare(context);
  return WEFT_OK;
}

void weft_destroy(weft_context *context) {
  if (!context)
    return;
  for (int64_t i = 0; i < context->network->weight_count; ++i)
    free(context->copies[i]);
  for (int64_t i = 0; i < context->network->input_count; ++i)
    free(context->kept_memory[i]);
  free(context->packed_memory);
  free(context);
}

/* Creating fails before there is a context to ask: then the processor is the question that has an answer. */
const char *weft_last_error(const weft_context *context) {
  if (context)
    return context->message;
  const weft_cpu_feature *missing;
  return !weft_runnable_variant(&weft_network_descriptor, &missing) ? missing->name : "there is no context";
}

const char *weft_cpu(const weft_context *context) { return context ? context->variant->cpu : 0; }

int64_t weft_last_error_site(const weft_context *context) { return context ? context->error_site : -1; }

void weft_set_parallel_for(weft_context *context, const weft_parallel *parallel) {
  if (context)
    context->parallel = parallel && parallel->parallel_for && parallel->threads > 1 ? parallel : 0;
}

void weft_skip_hashes(weft_context *context) {
  if (context)
    context->skips_hashes = 1;
}
