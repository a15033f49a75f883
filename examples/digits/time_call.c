/* Binds the weights of the digits network and times one call on one image: time-call WEIGHTS IMAGES.npy */
#define _POSIX_C_SOURCE 199309L
#include "digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PIXELS = 64, DIGITS = 10, ROUNDS = 20, CALLS = 5000 };

static void *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) {
    perror(path);
    exit(1);
  }
  *bytes = (size_t)ftell(file);
  rewind(file);
  void *memory = malloc(*bytes);
  if (!memory || fread(memory, 1, *bytes, file) != *bytes) {
    perror(path);
    exit(1);
  }
  fclose(file);
  return memory;
}

static void check(digits_context *network, int status) {
  if (status == WEFT_OK)
    return;
  fprintf(stderr, "%s: %s\n", digits_status_text(status), digits_last_error(network));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

int main(int count, char **words) {
  if (count != 3)
    return fprintf(stderr, "usage: time-call WEIGHTS IMAGES.npy\n"), 2;
  size_t weight_bytes, image_bytes;
  void *weights = read_file(words[1], &weight_bytes);
  char *images = read_file(words[2], &image_bytes);
  float image[PIXELS], scores[DIGITS];
  /* The first image follows the header of the file. */
  unsigned header = (unsigned char)images[8] + 256u * (unsigned char)images[9];
  memcpy(image, images + 10 + header, sizeof image);

  digits_context *network;
  check(NULL, digits_create(&network, digits_abi_version));
  check(network, digits_bind_weights(network, weights, weight_bytes));
  digits_sizes sizes = {.Image = 1};
  digits_inputs inputs = {.x = image};
  digits_outputs outputs = {.y = scores};
  size_t scratch_bytes = digits_scratch_size(network, &sizes);
  void *scratch = malloc(scratch_bytes);

  double best = 1e30;
  for (int round = 0; round < ROUNDS; ++round) {
    double start = now();
    for (int call = 0; call < CALLS; ++call)
      check(network, digits_call(network, &sizes, &inputs, &outputs, scratch, scratch_bytes));
    double time = (now() - start) / CALLS;
    best = time < best ? time : best;
  }
  printf("  %.3f microseconds\n", best);

  digits_destroy(network);
  free(scratch);
  free(images);
  free(weights);
  return 0;
}
