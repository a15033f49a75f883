/* Calls a network named `net` as the file `plan` says, for processors that Python does not run on. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What every header declares, without this network's own structures. */
typedef struct net_context net_context;
int net_create(net_context **context, uint32_t abi_version);
const char *net_cpu(const net_context *context);
const char *net_last_error(const net_context *context);
int net_bind_weight(net_context *context, const char *name, const void *data, size_t bytes);
size_t net_scratch_size(net_context *context, const int64_t *sizes);
int net_call(net_context *context, const int64_t *sizes, const void *const *inputs, void *const *outputs,
             void *scratch, size_t scratch_bytes);
void net_destroy(net_context *context);

enum { MOST = 64 };

static FILE *plan;

static int64_t number(void) {
  int64_t value = 0;
  if (fscanf(plan, "%" SCNd64, &value) != 1)
    exit(9);
  return value;
}

static void *contents(const char *path, size_t bytes) {
  void *memory = calloc(1, bytes + 64);
  FILE *file = fopen(path, "rb");
  if (!file || fread(memory, 1, bytes, file) != bytes)
    exit(8);
  fclose(file);
  return memory;
}

static int fail(int status, const net_context *context) {
  printf("%d %s\n", status, net_last_error(context));
  return 0;
}

int main(void) {
  net_context *context;
  int status = net_create(&context, ABI_VERSION);
  if (status)
    return fail(status, 0);
  plan = fopen("plan", "r");
  int64_t sizes[MOST] = {0}, counts[MOST];
  const void *inputs[MOST] = {0};
  void *outputs[MOST];
  int64_t size_count = number();
  for (int64_t i = 0; i < size_count; ++i)
    sizes[i] = number();
  char name[512], path[512];
  for (int64_t i = 0, count = number(); i < count; ++i) {
    if (fscanf(plan, "%511s", path) != 1)
      return 7;
    inputs[i] = contents(path, (size_t)number());
  }
  for (int64_t i = 0, count = number(); i < count; ++i) {
    if (fscanf(plan, "%511s %511s", name, path) != 2)
      return 7;
    size_t bytes = (size_t)number();
    if ((status = net_bind_weight(context, name, contents(path, bytes), bytes)))
      return fail(status, context);
  }
  int64_t output_count = number();
  for (int64_t i = 0; i < output_count; ++i) {
    counts[i] = number();
    outputs[i] = calloc(1, (size_t)counts[i] + 64);
  }
  size_t bytes = net_scratch_size(context, sizes);
  if (!bytes)
    return fail(11, context);
  if ((status = net_call(context, sizes, inputs, outputs, malloc(bytes), bytes)))
    return fail(status, context);
  for (int64_t i = 0; i < output_count; ++i) {
    snprintf(path, sizeof path, "output-%d", (int)i);
    FILE *file = fopen(path, "wb");
    fwrite(outputs[i], 1, (size_t)counts[i], file);
    fclose(file);
  }
  printf("0 %s\n", net_cpu(context));
  net_destroy(context);
  return 0;
}
