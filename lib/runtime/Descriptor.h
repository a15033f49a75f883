/* The table that says what a network is: constant data that the compiler writes into each object, and that
 * the generic functions of an artifact read. Every field is a pointer or an int64_t: the compiler builds the
 * same structures in compiler/target/artifact/DescriptorConstants.cpp. */
#ifndef WEFT_DESCRIPTOR_H
#define WEFT_DESCRIPTOR_H

#include "Kernel.h"

enum { WEFT_ABI_VERSION = 2 };

/* Wires have at most so many axes; the compiler refuses more. */
enum { WEFT_MAXIMAL_RANK = 32 };

/* A size as a program for a stack of integers: operations, each followed by its operand if it has one. */
enum weft_size_operation {
  WEFT_SIZE_END,
  WEFT_SIZE_CONSTANT, /* push the operand */
  WEFT_SIZE_AXIS,     /* push the size of the open axis with this number */
  WEFT_SIZE_ADD,
  WEFT_SIZE_MULTIPLY,
  WEFT_SIZE_DIVIDE /* rounded down, by the operand */
};
typedef int64_t weft_size;

enum weft_element {
  WEFT_F64,
  WEFT_F32,
  WEFT_F16,
  WEFT_BF16,
  WEFT_I64,
  WEFT_I32,
  WEFT_I16,
  WEFT_I8,
  WEFT_U8,
  WEFT_BOOL
};

typedef struct weft_wire {
  const char *name;
  int64_t element;
  int64_t rank;
  const weft_size *const *shape;
  const char *index_axis;      /* of index-valued wires: the axis's name, else null */
  const weft_size *index_size; /* and its size */
  const uint8_t *sha256;       /* of weights that the object was built with, else null */
} weft_wire;

/* A size that must not be negative (an axis), nor too large for memory (bytes of a wire). */
typedef struct weft_size_check {
  const weft_size *size;
  const char *subject;
  int64_t limit;
} weft_size_check;

/* Where running code may fail: the error's name and status, and a message with {0} … for values. */
typedef struct weft_error_site {
  const char *name;
  int64_t status;
  const char *message;
  const char *place; /* file:line:column */
} weft_error_site;

/* One bit of the processor's own description: cpuid at leaf and subleaf, register 0 … 3 for eax … edx. Of
 * AArch64: a bit of getauxval(leaf). */
typedef struct weft_cpu_feature {
  const char *name;
  int64_t leaf, subleaf, reg, bit;
  int64_t saved; /* bits of xcr0: registers that the operating system must save */
} weft_cpu_feature;

/* Code for one kind of processor, the three functions of Kernel.h. */
typedef struct weft_variant {
  const char *cpu;
  int64_t feature_count;
  const weft_cpu_feature *features;
  int64_t packed_bytes;
  const int64_t
      *checks_input; /* of each input: whether `call` checks its indices, unless their axis is empty */
  int32_t (*bind)(const weft_frame *frame);
  int32_t (*call)(const weft_frame *frame);
  int64_t (*scratch_bytes)(const int64_t *sizes, int64_t threads);
  int64_t (*kept_bytes)(const int64_t *sizes, int64_t input);
} weft_variant;

typedef struct weft_descriptor {
  int64_t abi_version;
  const char *name;
  const char *compiler;
  int64_t axis_count;
  const char *const *axes; /* names, in the order of the frame; null for one that the network does not use */
  int64_t input_count;
  const weft_wire *inputs;
  int64_t output_count;
  const weft_wire *outputs;
  int64_t weight_count;
  const weft_wire *weights;
  int64_t check_count;
  const weft_size_check *checks;
  int64_t site_count;
  const weft_error_site *sites;
  int64_t variant_count;
  const weft_variant *variants; /* the most demanding first */
} weft_descriptor;

extern const weft_descriptor weft_network_descriptor;

#endif
