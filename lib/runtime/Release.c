/* Weights in a mapped file are read once, packed, and given back to the system page by page: a network holds
 * them once. Only pages of which nobody wrote one are given back: the file still has all of their bytes. */
#define _DEFAULT_SOURCE
#include "Context.h"

#include <stdio.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>

enum { PAGE_BYTES = 4096 };

int weft_is_unwritten_file(const void *data, size_t bytes) {
  uintptr_t at = (uintptr_t)data, end = at + bytes;
  FILE *maps = fopen("/proc/self/smaps", "r");
  if (!maps)
    return 0;
  char line[512];
  int inside = 0, fits = 1;
  while (fits && at < end && fgets(line, sizeof line, maps)) {
    unsigned long low, high, inode, anonymous;
    char mode[8];
    if (sscanf(line, "%lx-%lx %7s %*s %*s %lu", &low, &high, mode, &inode) == 4) {
      inside = low <= at && at < high;
      fits = !inside || inode;
    } else if (inside && sscanf(line, "Anonymous: %lu kB", &anonymous) == 1) {
      fits = !anonymous;
      at = high;
      inside = 0;
    }
  }
  fclose(maps);
  return fits && at >= end;
}

void weft_release(const weft_frame *frame, const void *data, int64_t bytes) {
  uintptr_t begin = (uintptr_t)data, end = begin + (uintptr_t)bytes;
  if (begin < (uintptr_t)frame->mapped || end > (uintptr_t)frame->mapped_end)
    return;
  begin = (begin + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  end = end / PAGE_BYTES * PAGE_BYTES;
  if (begin < end)
    madvise((void *)begin, end - begin, MADV_DONTNEED);
}
#else
int weft_is_unwritten_file(const void *data, size_t bytes) {
  (void)data;
  (void)bytes;
  return 0;
}

void weft_release(const weft_frame *frame, const void *data, int64_t bytes) {
  (void)frame;
  (void)data;
  (void)bytes;
}
#endif
