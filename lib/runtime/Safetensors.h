#ifndef WEFT_SAFETENSORS_H
#define WEFT_SAFETENSORS_H

#include "Descriptor.h"

#include <stddef.h>

enum { WEFT_MAXIMAL_NAME = 1024 };

/* One tensor of a safetensors file. */
typedef struct weft_file_tensor {
  char name[WEFT_MAXIMAL_NAME];
  char type[8];
  int64_t rank;
  int64_t shape[WEFT_MAXIMAL_RANK];
  const uint8_t *data; /* of any alignment */
  uint64_t bytes;
  uint64_t begin; /* of the data, from the end of the header */
} weft_file_tensor;

/* A reader of the header of a safetensors file in memory. Nothing outside `bytes` is ever read. */
typedef struct weft_file_reader {
  const uint8_t *at, *end; /* of the header */
  const uint8_t *data;
  uint64_t data_bytes;
  int is_first;
  const char *error; /* why the file was refused, else null */
} weft_file_reader;

/* 0 when the file is refused. */
int weft_open_file(weft_file_reader *reader, const void *bytes, size_t count);
/* Reads the next tensor; 0 at the end, or when the file is refused. */
int weft_next_tensor(weft_file_reader *reader, weft_file_tensor *tensor);

#endif
