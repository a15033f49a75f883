/* What the runtime asks of libc: declared here, so that it compiles for any target without that target's
 * headers. */
#ifndef WEFT_LIBC_H
#define WEFT_LIBC_H

#include <stddef.h>

void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void free(void *memory);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *memory, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
char *strchr(const char *text, int character);
void qsort(void *items, size_t count, size_t bytes, int (*compare)(const void *, const void *));
int open(const char *path, int flags, ...);
ptrdiff_t read(int file, void *buffer, size_t bytes);
int close(int file);
int madvise(void *memory, size_t bytes, int advice);
int snprintf(char *restrict text, size_t bytes, const char *restrict format, ...);

#endif
