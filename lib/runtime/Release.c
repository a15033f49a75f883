/* Weights in a mapped file are read once, packed, and given back to the system page by page: a network holds
 * them once. Only pages of which nobody wrote one are given back: the file still has all of their bytes. */
#include "Context.h"
#include "Libc.h"

/* The largest page that a processor has. */
enum { PAGE_BYTES = 65536 };
/* O_RDONLY and MADV_DONTNEED of Linux, the same on every architecture. */
enum { READ_ONLY = 0, DONT_NEED = 4 };

/* Lines of /proc/self/smaps, without what does not fit. */
typedef struct line_reader {
  int file;
  char buffer[4096], line[256];
  int64_t at, end;
} line_reader;

static int next_line(line_reader *reader) {
  size_t length = 0;
  for (;;) {
    if (reader->at == reader->end) {
      reader->at = 0;
      reader->end = read(reader->file, reader->buffer, sizeof reader->buffer);
      if (reader->end <= 0) {
        reader->end = 0;
        return 0;
      }
    }
    char c = reader->buffer[reader->at++];
    if (c == '\n')
      break;
    if (length + 1 < sizeof reader->line)
      reader->line[length++] = c;
  }
  reader->line[length] = 0;
  return 1;
}

/* A number in base 10 or 16 at *text, which moves behind it; 0 when there is none. */
static int read_number(const char **text, unsigned base, uint64_t *number) {
  const char *begin = *text;
  *number = 0;
  for (;; ++*text) {
    char c = **text;
    unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                                            : 16;
    if (digit >= base)
      return *text != begin;
    *number = *number * base + digit;
  }
}

/* `low-high mode offset device inode`: a mapping. */
static int read_mapping(const char *text, uint64_t *low, uint64_t *high, uint64_t *inode) {
  if (!read_number(&text, 16, low) || *text++ != '-' || !read_number(&text, 16, high) || *text != ' ')
    return 0;
  for (int field = 0; field < 4; ++field) {
    while (*text == ' ')
      ++text;
    if (field == 3)
      return read_number(&text, 10, inode);
    while (*text && *text != ' ')
      ++text;
  }
  return 0;
}

static int read_anonymous(const char *text, uint64_t *kilobytes) {
  static const char name[] = "Anonymous:";
  for (size_t i = 0; i + 1 < sizeof name; ++i)
    if (*text++ != name[i])
      return 0;
  while (*text == ' ')
    ++text;
  return read_number(&text, 10, kilobytes);
}

int weft_is_unwritten_file(const void *data, size_t bytes) {
  uint64_t at = (uintptr_t)data, end = at + bytes, low, high = 0, inode, anonymous;
  line_reader reader;
  reader.at = reader.end = 0;
  reader.file = open("/proc/self/smaps", READ_ONLY);
  if (reader.file < 0)
    return 0;
  int inside = 0, fits = 1;
  while (fits && at < end && next_line(&reader)) {
    uint64_t last = high;
    if (read_mapping(reader.line, &low, &high, &inode)) {
      inside = low <= at && at < high;
      fits = !inside || inode;
    } else {
      high = last;
      if (!inside || !read_anonymous(reader.line, &anonymous))
        continue;
      fits = !anonymous;
      at = high;
      inside = 0;
    }
  }
  close(reader.file);
  return fits && at >= end;
}

void weft_release(const weft_frame *frame, const void *data, int64_t bytes) {
  uintptr_t begin = (uintptr_t)data, end = begin + (uintptr_t)bytes, first = (uintptr_t)frame->mapped;
  if (begin < first || end > (uintptr_t)frame->mapped_end || begin == end)
    return;
  /* The page in which the bytes begin goes too: what is read again comes from the file again. */
  begin = begin / PAGE_BYTES * PAGE_BYTES;
  if (begin < first)
    begin = (first + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  if (begin < end)
    madvise((void *)begin, end - begin, DONT_NEED);
}
