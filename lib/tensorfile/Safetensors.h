// Weights files: safetensors. Format: github.com/huggingface/safetensors.
#pragma once

#include "lib/tensorfile/MappedFile.h"

#include <map>

namespace weft {

/// A file that was found sound: no overlap, no hole, no byte outside. Views point into the mapped file, at
/// any alignment.
class SafetensorsFile {
public:
  static FileResult<SafetensorsFile> open(const std::string &path);

  const std::map<std::string, TensorView> &tensors() const { return all; }
  const TensorView *find(const std::string &name) const;
  const std::map<std::string, std::string> &metadata() const { return notes; }
  std::span<const std::byte> bytes() const { return file.bytes(); }

private:
  explicit SafetensorsFile(MappedFile file) : file(std::move(file)) {}

  MappedFile file;
  std::map<std::string, TensorView> all;
  std::map<std::string, std::string> notes;
};

struct SafetensorsContent {
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::string> metadata;
};

/// The same over bytes in memory; `name` is for messages.
FileResult<SafetensorsContent> parseSafetensors(std::span<const std::byte> bytes, const std::string &name);

/// The file's bytes: names sorted, data aligned to 64 bytes.
std::vector<std::byte> safetensorsBytes(const std::map<std::string, TensorView> &tensors,
                                        const std::map<std::string, std::string> &metadata);
std::optional<FileError> writeSafetensors(const std::string &path,
                                          const std::map<std::string, TensorView> &tensors,
                                          const std::map<std::string, std::string> &metadata);

} // namespace weft
