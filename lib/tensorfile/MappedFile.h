// A file seen as memory.
#pragma once

#include "lib/tensorfile/Tensor.h"

#include <memory>
#include <span>

namespace weft {

/// The bytes of a regular file, mapped for reading. Moves; unmaps at its end.
class MappedFile {
public:
  static FileResult<MappedFile> open(const std::string &path);
  MappedFile(MappedFile &&other) noexcept;
  MappedFile &operator=(MappedFile &&other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {begin, length}; }

private:
  MappedFile(const std::byte *begin, size_t length) : begin(begin), length(length) {}

  const std::byte *begin = nullptr;
  size_t length = 0;
};

/// Writes a whole file, by a temporary name and a rename; where the path leads to no regular file (a pipe, a
/// device), to that. Links are followed, permissions kept. The error says what went wrong.
std::optional<FileError> writeFile(const std::string &path,
                                   std::span<const std::span<const std::byte>> pieces);

} // namespace weft
