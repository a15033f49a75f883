/* Sizes of axes and wires at a call. */
#include "Context.h"

enum { STACK = 64 };

int weft_size_value(const weft_size *program, const int64_t *sizes, int64_t *value) {
  int64_t stack[STACK];
  int top = 0;
  for (;;) {
    int64_t operation = *program++;
    if (operation == WEFT_SIZE_END) {
      *value = stack[0];
      return top == 1;
    }
    if (operation == WEFT_SIZE_CONSTANT || operation == WEFT_SIZE_AXIS) {
      if (top == STACK)
        return 0;
      stack[top++] = operation == WEFT_SIZE_CONSTANT ? *program : sizes[*program];
      ++program;
    } else if (operation == WEFT_SIZE_DIVIDE) {
      int64_t divisor = *program++, dividend = stack[top - 1];
      stack[top - 1] = dividend / divisor - (dividend % divisor < 0);
    } else {
      int64_t right = stack[--top], *left = &stack[top - 1];
      int overflow = operation == WEFT_SIZE_ADD ? __builtin_add_overflow(*left, right, left)
                                                : __builtin_mul_overflow(*left, right, left);
      if (overflow)
        return 0;
    }
  }
}

int weft_element_count(const weft_wire *wire, const int64_t *sizes, int64_t *count) {
  int64_t total = 1, size;
  for (int64_t i = 0; i < wire->rank; ++i)
    if (!weft_size_value(wire->shape[i], sizes, &size) || size < 0 ||
        __builtin_mul_overflow(total, size, &total))
      return 0;
  *count = total;
  return 1;
}

size_t weft_element_bytes(int64_t element) {
  switch (element) {
  case WEFT_F64:
  case WEFT_I64:
    return 8;
  case WEFT_F32:
  case WEFT_I32:
    return 4;
  case WEFT_F16:
  case WEFT_BF16:
  case WEFT_I16:
    return 2;
  default:
    return 1;
  }
}

const char *weft_element_name(int64_t element) {
  switch (element) {
  case WEFT_F64:
    return "F64";
  case WEFT_F32:
    return "F32";
  case WEFT_F16:
    return "F16";
  case WEFT_BF16:
    return "BF16";
  case WEFT_I64:
    return "I64";
  case WEFT_I32:
    return "I32";
  case WEFT_I16:
    return "I16";
  case WEFT_I8:
    return "I8";
  case WEFT_U8:
    return "U8";
  default:
    return "BOOL";
  }
}
