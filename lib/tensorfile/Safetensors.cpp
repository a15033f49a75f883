#include "lib/tensorfile/Safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

namespace weft {

namespace {

constexpr size_t headerLimit = 100'000'000; // the format's own limit

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

// Brackets outside strings, before values are built of them: three levels are enough for any header.
bool isDeep(std::string_view text) {
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
      return true;
  }
  return false;
}

// The header as JSON; what is no JSON object, or names something twice, is told in `why`.
nlohmann::json parseHeader(std::string_view text, std::string &why) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> names; // of the objects around
  auto look = [&](int, Event event, nlohmann::json &value) {
    if (event == Event::object_start)
      names.emplace_back();
    if (event == Event::object_end)
      names.pop_back();
    if (event == Event::key && !names.back().insert(value.get<std::string>()).second && why.empty())
      why = "names `" + value.get<std::string>() + "` twice in its header";
    return true;
  };
  nlohmann::json header = nlohmann::json::value_t::discarded;
  if (text.starts_with('{') && !isDeep(text))
    header = nlohmann::json::parse(text, look, /*allow_exceptions=*/false);
  if (!header.is_object())
    why = "has a header that is no JSON object in UTF-8";
  return header;
}

struct Entry {
  TensorView view;
  size_t begin = 0, end = 0; // in the data
};

// `F32[2, 3]`
std::string describe(std::string_view type, const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "`" + std::string(type) + "[" + text + "]`";
}

// One entry of the header, or what is wrong with it.
std::variant<Entry, std::string> parseEntry(const nlohmann::json &entry, std::span<const std::byte> data) {
  auto list = [&](const char *key) {
    return entry.is_object() && entry.contains(key) && entry[key].is_array() &&
           std::all_of(entry[key].begin(), entry[key].end(), [](const nlohmann::json &n) {
             return n.is_number_unsigned() && n.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
           });
  };
  if (!list("shape") || !list("data_offsets") || entry["data_offsets"].size() != 2 ||
      !entry.contains("dtype") || !entry["dtype"].is_string())
    return "is not described by a `dtype`, a `shape` of sizes and two `data_offsets`";
  Entry result;
  std::string name = entry["dtype"].get<std::string>();
  const auto *known =
      std::find_if(std::begin(types), std::end(types), [&](const NamedType &t) { return t.name == name; });
  if (known == std::end(types))
    return "has elements of type `" + name + "`, which are no numbers that Weft knows";
  if (entry["shape"].size() > 64)
    return "has more than 64 axes";
  result.view.type = known->type;
  result.view.shape = entry["shape"].get<std::vector<int64_t>>();
  result.begin = entry["data_offsets"][0].get<size_t>();
  result.end = entry["data_offsets"][1].get<size_t>();
  std::string place =
      "its place is from byte " + std::to_string(result.begin) + " to " + std::to_string(result.end);
  std::optional<size_t> bytes = byteCount(known->type, result.view.shape);
  if (result.begin > result.end || result.end > data.size())
    return "is where no data is: " + place + ", and there are " + std::to_string(data.size());
  if (!bytes || result.end - result.begin != *bytes)
    return "is " + describe(name, result.view.shape) + ", which takes " +
           (bytes ? std::to_string(*bytes) + " bytes" : "more than memory has") + "; " + place;
  result.view.data = data.data() + result.begin;
  result.view.bytes = *bytes;
  return result;
}

struct Place {
  size_t begin, end;
  std::string tensor;
  auto operator<=>(const Place &) const = default;
};

// Tensors lie one behind the other; what is wrong with that.
std::string wrongPlaces(std::vector<Place> places, size_t dataBytes) {
  std::sort(places.begin(), places.end());
  const Place *before = nullptr;
  size_t end = 0;
  for (const Place &place : places) {
    if (place.begin < end)
      return "has tensors that overlap, `" + before->tensor + "` and `" + place.tensor + "`";
    if (place.begin > end)
      return "has " + std::to_string(place.begin - end) + " bytes before tensor `" + place.tensor +
             "` that are of none, which the format does not allow";
    end = place.end;
    before = &place;
  }
  if (end != dataBytes)
    return "has " + std::to_string(dataBytes - end) +
           " bytes behind its tensors that are of none, which the format does not allow";
  return "";
}

// `__metadata__` is a map from texts to texts.
bool readMetadata(const nlohmann::json &entry, std::map<std::string, std::string> &metadata) {
  if (!entry.is_object())
    return false;
  for (const auto &[note, text] : entry.items()) {
    if (!text.is_string())
      return false;
    metadata[note] = text.get<std::string>();
  }
  return true;
}

} // namespace

FileResult<SafetensorsContent> parseSafetensors(std::span<const std::byte> bytes, const std::string &name) {
  auto failure = [&](const std::string &why) { return FileError{"file.format", "`" + name + "`: " + why}; };
  uint64_t length = 0;
  if (bytes.size() < 8)
    return failure("is no safetensors file: it has " + std::to_string(bytes.size()) + " bytes");
  std::memcpy(&length, bytes.data(), 8);
  if (length > bytes.size() - 8)
    return failure("says that its header has " + std::to_string(length) +
                   " bytes; behind that the file has " + std::to_string(bytes.size() - 8));
  if (length > headerLimit)
    return failure("has a header of " + std::to_string(length) + " bytes; the format allows " +
                   std::to_string(headerLimit));
  std::string why;
  nlohmann::json header = parseHeader({reinterpret_cast<const char *>(bytes.data()) + 8, length}, why);
  if (!why.empty())
    return failure(why);
  std::span<const std::byte> data = bytes.subspan(8 + length);
  SafetensorsContent content;
  std::vector<Place> places;
  for (const auto &[key, value] : header.items()) {
    if (key == "__metadata__") {
      if (!readMetadata(value, content.metadata))
        return failure("has a `__metadata__` that is no map from texts to texts");
      continue;
    }
    auto parsed = parseEntry(value, data);
    if (auto *wrong = std::get_if<std::string>(&parsed))
      return failure("tensor `" + key + "` " + *wrong);
    const Entry &entry = std::get<Entry>(parsed);
    places.push_back({entry.begin, entry.end, key});
    content.tensors[key] = entry.view;
  }
  why = wrongPlaces(std::move(places), data.size());
  if (!why.empty())
    return failure(why);
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
