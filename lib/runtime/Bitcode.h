// The C functions of this folder as LLVM bitcode, which the compiler links into every object it writes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weft {

struct EmbeddedBitcode {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

/// One module a C file, for `x86_64` or `aarch64`; none for another architecture.
std::span<const EmbeddedBitcode> runtimeBitcode(std::string_view architecture);

} // namespace weft
