/* Reads the header of a safetensors file: a length, then JSON of one shape,
 *   {"__metadata__": {"key": "value"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
 * Every byte is taken for a lie until it was checked. */
#include "Safetensors.h"
#include "Libc.h"

static int refuse(weft_file_reader *reader, const char *why) {
  if (!reader->error)
    reader->error = why;
  return 0;
}

static void skip_blanks(weft_file_reader *reader) {
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r'))
    ++reader->at;
}

static int accept(weft_file_reader *reader, char c) {
  skip_blanks(reader);
  if (reader->at == reader->end || *reader->at != (uint8_t)c)
    return 0;
  ++reader->at;
  return 1;
}

static int expect(weft_file_reader *reader, char c) {
  return accept(reader, c) || refuse(reader, "its header is no JSON of the expected form");
}

/* Four hexadecimal digits; -1 when they are not there. */
static int32_t read_code_unit(weft_file_reader *reader) {
  int32_t value = 0;
  if (reader->end - reader->at < 4)
    return -1;
  for (int i = 0; i < 4; ++i) {
    int c = *reader->at++, digit;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
      digit = (c | 32) - 'a' + 10;
    else
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* `\u` was read: the character it and a following half stand for; -1 when there is none. */
static int32_t read_escaped_character(weft_file_reader *reader) {
  int32_t high = read_code_unit(reader);
  if (high < 0xd800 || high > 0xdfff)
    return high;
  if (high > 0xdbff || reader->end - reader->at < 6 || reader->at[0] != '\\' || reader->at[1] != 'u')
    return -1;
  reader->at += 2;
  int32_t low = read_code_unit(reader);
  return low < 0xdc00 || low > 0xdfff ? -1 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static int write_utf8(char *out, int32_t c) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  int count = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const int marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (int i = count - 1; i > 0; --i, c >>= 6)
    out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)(marks[count] | c);
  return count;
}

/* What stands after a backslash, as UTF-8; its length, 0 when it is no escape. */
static int read_escape(weft_file_reader *reader, char *out) {
  static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (reader->at == reader->end)
    return 0;
  char c = (char)*reader->at++;
  if (c == 'u') {
    int32_t character = read_escaped_character(reader);
    /* A zero would end the name early. */
    return character > 0 ? write_utf8(out, character) : 0;
  }
  const char *known = c ? strchr(escapes, c) : 0;
  if (!known)
    return 0;
  *out = meanings[known - escapes];
  return 1;
}

/* A string; what does not fit `capacity` is an error, unless `out` is null. */
static int read_string(weft_file_reader *reader, char *out, size_t capacity) {
  size_t length = 0;
  if (!expect(reader, '"'))
    return 0;
  for (;;) {
    if (reader->at == reader->end || *reader->at < 0x20)
      return refuse(reader, "a string of its header does not end");
    char piece[4];
    int count = 1;
    char c = (char)*reader->at++;
    if (c == '"')
      break;
    if (c == '\\')
      count = read_escape(reader, piece);
    else
      piece[0] = c;
    if (!count)
      return refuse(reader, "a string of its header has an escape that JSON does not know");
    if (!out)
      continue;
    if (length + (size_t)count >= capacity)
      return refuse(reader, "a name in its header is too long");
    memcpy(out + length, piece, (size_t)count);
    length += (size_t)count;
  }
  if (out)
    out[length] = 0;
  return 1;
}

static int read_number(weft_file_reader *reader, uint64_t *number) {
  uint64_t value = 0;
  skip_blanks(reader);
  const uint8_t *start = reader->at;
  for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; ++reader->at)
    if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
        __builtin_add_overflow(value, (uint64_t)(*reader->at - '0'), &value) || value > INT64_MAX)
      return refuse(reader, "a number of its header is too large");
  *number = value;
  return reader->at > start || refuse(reader, "a number is missing in its header");
}

/* Numbers in brackets, at most `limit`; -1 when refused. */
static int64_t read_numbers(weft_file_reader *reader, int64_t *numbers, int64_t limit) {
  int64_t count = 0;
  uint64_t number;
  if (!expect(reader, '['))
    return -1;
  if (accept(reader, ']'))
    return 0;
  do {
    if (count == limit) {
      refuse(reader, "a list of its header is too long");
      return -1;
    }
    if (!read_number(reader, &number))
      return -1;
    numbers[count++] = (int64_t)number;
  } while (accept(reader, ','));
  return expect(reader, ']') ? count : -1;
}

static int skip_metadata(weft_file_reader *reader) {
  if (!expect(reader, '{'))
    return 0;
  if (accept(reader, '}'))
    return 1;
  do
    if (!read_string(reader, 0, 0) || !expect(reader, ':') || !read_string(reader, 0, 0))
      return 0;
  while (accept(reader, ','));
  return expect(reader, '}');
}

/* `{"dtype": …, "shape": …, "data_offsets": …}`, each once, in any order. */
static int read_entry(weft_file_reader *reader, weft_file_tensor *tensor) {
  int seen = 0;
  int64_t offsets[2] = {0, 0};
  if (!expect(reader, '{'))
    return 0;
  do {
    char key[16];
    int part;
    if (!read_string(reader, key, sizeof key) || !expect(reader, ':'))
      return 0;
    if (!strcmp(key, "dtype")) {
      part = 1;
      if (!read_string(reader, tensor->type, sizeof tensor->type))
        return 0;
    } else if (!strcmp(key, "shape")) {
      part = 2;
      if ((tensor->rank = read_numbers(reader, tensor->shape, WEFT_MAXIMAL_RANK)) < 0)
        return 0;
    } else if (!strcmp(key, "data_offsets")) {
      part = 4;
      if (read_numbers(reader, offsets, 2) != 2)
        return refuse(reader, "data_offsets are not two numbers");
    } else
      return refuse(reader, "an entry of its header has a key that is not of the format");
    if (seen & part)
      return refuse(reader, "an entry of its header says something twice");
    seen |= part;
  } while (accept(reader, ','));
  if (!expect(reader, '}'))
    return 0;
  if (seen != 7)
    return refuse(reader, "an entry of its header lacks dtype, shape or data_offsets");
  if (offsets[0] > offsets[1] || (uint64_t)offsets[1] > reader->data_bytes)
    return refuse(reader, "the data of a tensor lies outside the file");
  tensor->begin = (uint64_t)offsets[0];
  tensor->data = reader->data + offsets[0];
  tensor->bytes = (uint64_t)(offsets[1] - offsets[0]);
  return 1;
}

int weft_open_file(weft_file_reader *reader, const void *bytes, size_t count) {
  const uint8_t *file = bytes;
  uint64_t length = 0;
  memset(reader, 0, sizeof *reader);
  if (!bytes || count < 8)
    return refuse(reader, "it is shorter than a header");
  for (int i = 7; i >= 0; --i)
    length = length << 8 | file[i];
  if (length > count - 8)
    return refuse(reader, "its header is longer than the file");
  reader->at = file + 8;
  reader->end = reader->data = file + 8 + length;
  reader->data_bytes = count - 8 - length;
  reader->is_first = 1;
  return expect(reader, '{');
}

int weft_next_tensor(weft_file_reader *reader, weft_file_tensor *tensor) {
  for (;;) {
    if (reader->error)
      return 0;
    if (accept(reader, '}')) {
      skip_blanks(reader);
      return reader->at == reader->end ? 0 : refuse(reader, "something follows its header's JSON");
    }
    if (!reader->is_first && !expect(reader, ','))
      return 0;
    reader->is_first = 0;
    if (!read_string(reader, tensor->name, sizeof tensor->name) || !expect(reader, ':'))
      return 0;
    if (strcmp(tensor->name, "__metadata__"))
      return read_entry(reader, tensor);
    if (!skip_metadata(reader))
      return 0;
  }
}
