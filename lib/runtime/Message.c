/* Messages: what went wrong, said in the program's names. */
#include "Context.h"
#include "Libc.h"

#include <stdarg.h>

typedef struct text {
  char *at;
  size_t left; /* with the final zero */
} text;

static void append(text *out, const char *piece, size_t length) {
  if (length >= out->left)
    length = out->left - 1;
  memcpy(out->at, piece, length);
  out->at += length;
  out->left -= length;
  *out->at = 0;
}

static void append_string(text *out, const char *piece) { append(out, piece, strlen(piece)); }

static void append_number(text *out, int64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)number);
  append_string(out, digits);
}

void weft_write_numbers(char *buffer, size_t bytes, const int64_t *numbers, int64_t count) {
  text out = {buffer, bytes};
  *buffer = 0;
  for (int64_t i = 0; i < count; ++i) {
    append_string(&out, i ? ", " : "");
    append_number(&out, numbers[i]);
  }
}

int weft_failed(weft_context *context, int status, const char *format, ...) {
  text out = {context->message, sizeof context->message};
  context->error_site = -1;
  va_list arguments;
  va_start(arguments, format);
  for (; *format; ++format) {
    if (format[0] == '%' && format[1] == 's') {
      append_string(&out, va_arg(arguments, const char *));
      ++format;
    } else if (format[0] == '%' && format[1] == 'd') {
      append_number(&out, va_arg(arguments, int64_t));
      ++format;
    } else
      append(&out, format, 1);
  }
  va_end(arguments);
  return status;
}

int weft_failed_at_site(weft_context *context, const weft_error *error) {
  const weft_descriptor *network = context->network;
  if (error->site < 0 || error->site >= network->site_count)
    return weft_failed(context, WEFT_FAILED, "a check of the program failed");
  const weft_error_site *site = &network->sites[error->site];
  context->error_site = error->site;
  text out = {context->message, sizeof context->message};
  append_string(&out, site->place);
  append_string(&out, *site->place ? ": " : "");
  for (const char *c = site->message; *c; ++c) {
    if (c[0] == '{' && c[1] >= '0' && c[1] <= '7' && c[2] == '}') {
      append_number(&out, error->values[c[1] - '0']);
      c += 2;
    } else
      append(&out, c, 1);
  }
  append_string(&out, " [");
  append_string(&out, site->name);
  append_string(&out, "]");
  return (int)site->status;
}

const char *weft_status_text(int status) {
  switch (status) {
#define STATUS(name, number, text)                                                                           \
  case number:                                                                                               \
    return text;
#include "Status.def"
#undef STATUS
  default:
    return "no status";
  }
}
