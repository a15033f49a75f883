// The C functions of this folder as LLVM bitcode, which the compiler links into every object it writes.
#pragma once

#include <cstddef>
#include <span>

namespace weft {

struct EmbeddedBitcode {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

/// One module a C file.
std::span<const EmbeddedBitcode> runtimeBitcode();

} // namespace weft
