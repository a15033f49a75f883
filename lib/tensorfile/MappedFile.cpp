#include "lib/tensorfile/MappedFile.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace weft {

FileResult<MappedFile> MappedFile::open(const std::string &path) {
  auto failure = [&](const std::string &why) { return FileError{"file.format", "`" + path + "`: " + why}; };
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return failure(std::strerror(errno));
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    return failure("is no regular file");
  }
  size_t length = static_cast<size_t>(status.st_size);
  void *memory = length ? mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  ::close(file);
  if (memory == MAP_FAILED)
    return failure(std::strerror(errno));
  return MappedFile(static_cast<const std::byte *>(memory), length);
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : begin(std::exchange(other.begin, nullptr)), length(std::exchange(other.length, 0)) {}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept {
  std::swap(begin, other.begin);
  std::swap(length, other.length);
  return *this;
}

MappedFile::~MappedFile() {
  if (begin)
    munmap(const_cast<std::byte *>(begin), length);
}

std::optional<FileError> writeFile(const std::string &path,
                                   std::span<const std::span<const std::byte>> pieces) {
  std::string temporary = path + ".part" + std::to_string(getpid());
  auto failure = [&](const char *why) { return FileError{"file.format", "`" + path + "`: " + why}; };
  FILE *file = std::fopen(temporary.c_str(), "wb");
  if (!file)
    return failure(std::strerror(errno));
  bool good = true;
  for (std::span<const std::byte> piece : pieces)
    good = good && (piece.empty() || std::fwrite(piece.data(), 1, piece.size(), file) == piece.size());
  good = std::fclose(file) == 0 && good;
  if (good && std::rename(temporary.c_str(), path.c_str()) == 0)
    return std::nullopt;
  FileError error = failure(std::strerror(errno));
  std::remove(temporary.c_str());
  return error;
}

} // namespace weft
