#include "lib/tensorfile/MappedFile.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace weft {

FileResult<MappedFile> MappedFile::open(const std::string &path) {
  auto failure = [&](const std::string &why) { return FileError{"file.format", "`" + path + "`: " + why}; };
  // Opening a pipe would wait for somebody to write to it.
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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

// What is no regular file (a pipe, a device) is written to, and so is what a link leads to that is not there
// yet.
static bool isReplaceable(const std::string &path, struct stat &status) {
  struct stat link;
  if (stat(path.c_str(), &status) != 0)
    return lstat(path.c_str(), &link) != 0;
  return S_ISREG(status.st_mode);
}

static std::string linkedPath(const std::string &path) {
  char *resolved = realpath(path.c_str(), nullptr);
  std::string found = resolved ? resolved : path;
  std::free(resolved);
  return found;
}

std::optional<FileError> writeFile(const std::string &path,
                                   std::span<const std::span<const std::byte>> pieces) {
  struct stat status = {};
  bool replaces = isReplaceable(path, status);
  std::string whole = linkedPath(path),
              written = replaces ? whole + ".part" + std::to_string(getpid()) : whole;
  auto failure = [&](const char *why) { return FileError{"file.format", "`" + path + "`: " + why}; };
  FILE *file = std::fopen(written.c_str(), "wb");
  if (!file)
    return failure(std::strerror(errno));
  bool good = true;
  for (std::span<const std::byte> piece : pieces)
    good = good && (piece.empty() || std::fwrite(piece.data(), 1, piece.size(), file) == piece.size());
  // A file keeps its permissions.
  if (replaces && status.st_mode)
    good = fchmod(fileno(file), status.st_mode & 07777) == 0 && good;
  good = std::fclose(file) == 0 && good;
  if (good && (!replaces || std::rename(written.c_str(), whole.c_str()) == 0))
    return std::nullopt;
  FileError error = failure(std::strerror(errno));
  if (replaces)
    std::remove(written.c_str());
  return error;
}

} // namespace weft
