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
int snprintf(char *restrict text, size_t bytes, const char *restrict format, ...);

/* Files are what `fopen` gives; nothing is known about them. */
struct _IO_FILE;
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wbuiltin-requires-header"
struct _IO_FILE *fopen(const char *restrict path, const char *restrict mode);
#pragma clang diagnostic pop
char *fgets(char *restrict line, int bytes, struct _IO_FILE *restrict file);
int fclose(struct _IO_FILE *file);
int sscanf(const char *restrict text, const char *restrict format, ...);
int madvise(void *memory, size_t bytes, int advice);

#endif
