/* From the start of a process to its first embedding: weights mapped from a file, the network linked. Prints
 * a number of the result, so that nothing is left out. */
#include "minilm.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int count, char **arguments) {
  struct stat status;
  int file = count == 2 ? open(arguments[1], O_RDONLY) : -1;
  if (file < 0 || fstat(file, &status) < 0)
    return 2;
  void *weights = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  minilm_context *context;
  if (minilm_create(&context, minilm_abi_version) ||
      minilm_bind_weights(context, weights, (size_t)status.st_size))
    return 1;
  enum { length = 128 };
  int64_t tokens[length];
  for (int i = 0; i < length; ++i)
    tokens[i] = 101 + i;
  float embedding[384];
  minilm_sizes sizes = {.Seq = length};
  minilm_inputs inputs = {.token = tokens};
  minilm_outputs outputs = {.y = embedding};
  size_t bytes = minilm_scratch_size(context, &sizes);
  void *scratch = malloc(bytes);
  if (minilm_call(context, &sizes, &inputs, &outputs, scratch, bytes)) {
    fprintf(stderr, "%s\n", minilm_last_error(context));
    return 1;
  }
  printf("%g\n", (double)embedding[0]);
}
