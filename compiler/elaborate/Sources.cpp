// Reads files once, and remembers them under their plain path.
#include "compiler/elaborate/Sources.h"
#include "lib/std/StandardLibrary.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace weft {

// Beyond this a file is not a program that somebody wrote.
static constexpr uintmax_t largestFile = uintmax_t(64) << 20;

const SourceFile *Sources::add(std::string path, std::string text) {
  std::unique_ptr<SourceFile> &file = files[path];
  if (!file)
    file = std::make_unique<SourceFile>(path, std::move(text));
  return file.get();
}

const SourceFile *Sources::open(const std::string &path) {
  auto known = files.find(path);
  if (known != files.end())
    return known->second.get();
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed) ||
      std::filesystem::file_size(path, failed) > largestFile || failed)
    return nullptr;
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return nullptr;
  std::ostringstream text;
  text << stream.rdbuf();
  return add(path, std::move(text).str());
}

const SourceFile *Sources::import(const std::string &path, const SourceFile &importer) {
  std::filesystem::path folder = std::filesystem::path(importer.path()).parent_path();
  return open((folder / path).lexically_normal().string());
}

const SourceFile *Sources::standard(const std::string &name) {
  std::optional<std::string_view> text = standardFile(name);
  return text ? add("std/" + name + ".weft", std::string(*text)) : nullptr;
}

} // namespace weft
