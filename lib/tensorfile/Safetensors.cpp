#include "lib/tensorfile/Safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace weft {

namespace {

constexpr size_t headerLimit = 100 << 20; // the format's own limit

struct NamedType {
  std::string_view name;
  ElementType type;
};
constexpr NamedType types[] = {
    {"F64", ElementType::f64},      {"F32", ElementType::f32}, {"F16", ElementType::f16},
    {"BF16", ElementType::bf16},    {"I64", ElementType::i64}, {"I32", ElementType::i32},
    {"I16", ElementType::i16},      {"I8", ElementType::i8},   {"U64", ElementType::u64},
    {"U32", ElementType::u32},      {"U16", ElementType::u16}, {"U8", ElementType::u8},
    {"BOOL", ElementType::boolean},
};

// Three levels are enough for any header; a name may not come twice.
nlohmann::json parseHeader(std::string_view text) {
  std::vector<std::string> names;
  auto collect = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json &value) {
    if (depth == 1 && event == nlohmann::json::parse_event_t::key)
      names.push_back(value.get<std::string>());
    return true;
  };
  // Depth is known before values are built: brackets are counted first, outside strings.
  int depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
      continue;
    }
    inString = c == '"';
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    if (depth > 4)
      return nlohmann::json::value_t::discarded;
  }
  nlohmann::json header = nlohmann::json::parse(text, collect, /*allow_exceptions=*/false);
  std::sort(names.begin(), names.end());
  bool twice = std::adjacent_find(names.begin(), names.end()) != names.end();
  return !twice ? header : nlohmann::json(nlohmann::json::value_t::discarded);
}

std::optional<size_t> asSize(const nlohmann::json &value) {
  if (!value.is_number_unsigned())
    return std::nullopt;
  return value.get<uint64_t>();
}

// One entry of the header; none when it is not what an entry is.
std::optional<TensorView> parseEntry(const nlohmann::json &entry, std::span<const std::byte> data,
                                     size_t &begin) {
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
      !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
    return std::nullopt;
  TensorView view;
  std::string name = entry["dtype"].get<std::string>();
  const auto *known =
      std::find_if(std::begin(types), std::end(types), [&](const NamedType &t) { return t.name == name; });
  if (known == std::end(types) || entry["shape"].size() > 64)
    return std::nullopt;
  view.type = known->type;
  for (const nlohmann::json &size : entry["shape"]) {
    std::optional<size_t> value = asSize(size);
    if (!value || *value > static_cast<size_t>(INT64_MAX))
      return std::nullopt;
    view.shape.push_back(static_cast<int64_t>(*value));
  }
  std::optional<size_t> first = asSize(entry["data_offsets"][0]), last = asSize(entry["data_offsets"][1]);
  std::optional<size_t> bytes = byteCount(view.type, view.shape);
  if (!first || !last || !bytes || *first > *last || *last > data.size() || *last - *first != *bytes)
    return std::nullopt;
  view.data = data.data() + *first;
  view.bytes = *bytes;
  begin = *first;
  return view;
}

} // namespace

FileResult<SafetensorsContent> parseSafetensors(std::span<const std::byte> bytes, const std::string &name) {
  auto failure = [&](const std::string &why) { return FileError{"file.format", "`" + name + "`: " + why}; };
  uint64_t length = 0;
  if (bytes.size() < 8)
    return failure("is no safetensors file");
  std::memcpy(&length, bytes.data(), 8);
  if (length > headerLimit || length > bytes.size() - 8)
    return failure("has a header of " + std::to_string(length) + " bytes, more than the file holds");
  nlohmann::json header = parseHeader({reinterpret_cast<const char *>(bytes.data()) + 8, length});
  if (header.is_discarded() || !header.is_object())
    return failure("has a header that is no JSON object of tensors, each named once");
  std::span<const std::byte> data = bytes.subspan(8 + length);
  SafetensorsContent content;
  std::vector<std::pair<size_t, size_t>> ranges;
  for (const auto &[key, entry] : header.items()) {
    if (key == "__metadata__") {
      for (const auto &[note, text] : entry.items())
        if (text.is_string())
          content.metadata[note] = text.get<std::string>();
      continue;
    }
    size_t begin = 0;
    std::optional<TensorView> view = parseEntry(entry, data, begin);
    if (!view)
      return failure("says of tensor `" + key + "` what cannot be: its type, shape and place do not agree");
    ranges.push_back({begin, begin + view->bytes});
    content.tensors[key] = *view;
  }
  std::sort(ranges.begin(), ranges.end());
  size_t end = 0;
  for (auto [first, last] : ranges) {
    if (first < end)
      return failure("has tensors that overlap");
    end = std::max(end, last);
  }
  return content;
}

FileResult<SafetensorsFile> SafetensorsFile::open(const std::string &path) {
  FileResult<MappedFile> mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.error();
  FileResult<SafetensorsContent> content = parseSafetensors(mapped->bytes(), path);
  if (!content)
    return content.error();
  SafetensorsFile file(std::move(*mapped));
  file.all = std::move(content->tensors);
  file.notes = std::move(content->metadata);
  return file;
}

const TensorView *SafetensorsFile::find(const std::string &name) const {
  auto it = all.find(name);
  return it == all.end() ? nullptr : &it->second;
}

std::vector<std::byte> safetensorsBytes(const std::map<std::string, TensorView> &tensors,
                                        const std::map<std::string, std::string> &metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  size_t end = 0;
  for (const auto &[name, view] : tensors) {
    const auto *type = std::find_if(std::begin(types), std::end(types),
                                    [&](const NamedType &t) { return t.type == view.type; });
    header[name] = {{"dtype", type->name}, {"shape", view.shape}, {"data_offsets", {end, end + view.bytes}}};
    end += view.bytes;
  }
  std::string text = header.is_null() ? "{}" : header.dump();
  // Blanks at the end of the header align the data.
  text.append((64 - (8 + text.size()) % 64) % 64, ' ');
  uint64_t length = text.size();
  std::vector<std::byte> bytes(8 + text.size() + end);
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  size_t at = 8 + text.size();
  for (const auto &[name, view] : tensors) {
    if (view.bytes)
      std::memcpy(bytes.data() + at, view.data, view.bytes);
    at += view.bytes;
  }
  return bytes;
}

std::optional<FileError> writeSafetensors(const std::string &path,
                                          const std::map<std::string, TensorView> &tensors,
                                          const std::map<std::string, std::string> &metadata) {
  std::vector<std::byte> bytes = safetensorsBytes(tensors, metadata);
  std::span<const std::byte> pieces[] = {bytes};
  return writeFile(path, pieces);
}

} // namespace weft
