#include "lib/tensorfile/Npy.h"
#include "lib/tensorfile/MappedFile.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace weft {

namespace {

struct DescriptorName {
  std::string_view text;
  ElementType type;
};

constexpr DescriptorName descriptors[] = {
    {"<f8", ElementType::f64},  {"<f4", ElementType::f32},  {"<f2", ElementType::f16},
    {"<i8", ElementType::i64},  {"<i4", ElementType::i32},  {"<i2", ElementType::i16},
    {"|i1", ElementType::i8},   {"<u8", ElementType::u64},  {"<u4", ElementType::u32},
    {"<u2", ElementType::u16},  {"|u1", ElementType::u8},   {"|b1", ElementType::boolean},
    {"<i1", ElementType::i8},   {"<u1", ElementType::u8},   {"<b1", ElementType::boolean},
    {"<V2", ElementType::bf16}, {"|V2", ElementType::bf16},
};

// The header is a Python dictionary literal with three known keys.
class HeaderReader {
public:
  explicit HeaderReader(std::string_view text) : text(text) {}

  struct Header {
    std::string descriptor;
    bool fortran = false;
    std::vector<int64_t> shape;
  };

  std::optional<Header> read() {
    Header header;
    std::set<std::string> seen;
    if (!accept('{'))
      return std::nullopt;
    while (!accept('}')) {
      std::optional<std::string> key = quoted();
      if (!key || !accept(':') || !seen.insert(*key).second)
        return std::nullopt;
      if (*key == "descr") {
        std::optional<std::string> value = quoted();
        if (!value)
          return std::nullopt;
        header.descriptor = *value;
      } else if (*key == "fortran_order") {
        header.fortran = acceptWord("True");
        if (!header.fortran && !acceptWord("False"))
          return std::nullopt;
      } else if (*key == "shape") {
        if (!tuple(header.shape))
          return std::nullopt;
      } else {
        return std::nullopt;
      }
      if (!accept(',') && !peek('}'))
        return std::nullopt;
    }
    skip();
    return seen.size() == 3 && at == text.size() ? std::optional(header) : std::nullopt;
  }

private:
  void skip() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n'))
      ++at;
  }
  bool peek(char c) {
    skip();
    return at < text.size() && text[at] == c;
  }
  bool accept(char c) {
    if (!peek(c))
      return false;
    ++at;
    return true;
  }
  bool acceptWord(std::string_view word) {
    skip();
    if (text.substr(at, word.size()) != word)
      return false;
    at += word.size();
    return true;
  }
  std::optional<std::string> quoted() {
    char quote = peek('"') ? '"' : '\'';
    if (!accept(quote))
      return std::nullopt;
    size_t end = text.find(quote, at);
    if (end == std::string_view::npos)
      return std::nullopt;
    std::string result(text.substr(at, end - at));
    at = end + 1;
    return result;
  }
  // `(3)` is a number in Python, `(3,)` a tuple.
  bool tuple(std::vector<int64_t> &shape) {
    if (!accept('('))
      return false;
    bool hasComma = false;
    while (!accept(')')) {
      skip();
      int64_t value = 0;
      size_t begin = at;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
        if (__builtin_mul_overflow(value, int64_t(10), &value) ||
            __builtin_add_overflow(value, int64_t(text[at] - '0'), &value))
          return false;
      if (at == begin || shape.size() >= 64)
        return false;
      shape.push_back(value);
      bool isLast = !accept(',');
      hasComma |= !isLast;
      if (isLast && !peek(')'))
        return false;
    }
    return hasComma || shape.empty();
  }

  std::string_view text;
  size_t at = 0;
};

// From column-major to row-major.
std::vector<std::byte> transposed(const std::byte *data, const std::vector<int64_t> &shape, size_t width,
                                  size_t total) {
  std::vector<std::byte> result(total);
  std::vector<int64_t> position(shape.size(), 0);
  for (size_t element = 0; element < total / width; ++element) {
    size_t source = 0, stride = 1;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      source += position[axis] * stride;
      stride *= shape[axis];
    }
    std::memcpy(&result[element * width], data + source * width, width);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++position[axis] < shape[axis])
        break;
      position[axis] = 0;
    }
  }
  return result;
}

} // namespace

FileResult<Tensor> parseNpy(std::span<const std::byte> bytes, const std::string &name) {
  auto failure = [&](const std::string &why) { return FileError{"file.format", "`" + name + "`: " + why}; };
  if (bytes.size() < 10 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0)
    return failure("is no npy file");
  unsigned version = std::to_integer<unsigned>(bytes[6]);
  size_t lengthBytes = version == 1 ? 2 : 4, begin = 8 + lengthBytes, length = 0;
  if (version < 1 || version > 3 || bytes.size() < begin)
    return failure("has an unknown version of the npy format");
  for (size_t i = 0; i < lengthBytes; ++i)
    length |= std::to_integer<size_t>(bytes[8 + i]) << (8 * i);
  if (length > bytes.size() - begin)
    return failure("ends before its header does");
  HeaderReader reader({reinterpret_cast<const char *>(bytes.data()) + begin, length});
  std::optional<HeaderReader::Header> header = reader.read();
  if (!header)
    return failure("has a header that does not say `descr`, `fortran_order` and a `shape` of sizes, each "
                   "once, and nothing else");
  if (!header->descriptor.empty() && header->descriptor[0] == '>')
    return failure("is big endian; save it with `.astype(x.dtype.newbyteorder('<'))`");
  const auto *known = std::find_if(std::begin(descriptors), std::end(descriptors),
                                   [&](const DescriptorName &d) { return d.text == header->descriptor; });
  if (known == std::end(descriptors))
    return failure("has elements of type `" + header->descriptor + "`, which are no numbers that Weft knows");
  Tensor tensor{known->type, header->shape, {}};
  std::optional<size_t> count = byteCount(tensor.type, tensor.shape);
  size_t held = bytes.size() - begin - length;
  if (!count || *count != held)
    return failure("holds " + std::to_string(held) + " bytes of elements; its shape says " +
                   (count ? std::to_string(*count) : "more than memory has"));
  const std::byte *data = bytes.data() + begin + length;
  if (header->fortran && tensor.shape.size() > 1)
    tensor.data = transposed(data, tensor.shape, elementBytes(tensor.type), *count);
  else
    tensor.data.assign(data, data + *count);
  return tensor;
}

FileResult<Tensor> readNpy(const std::string &path) {
  FileResult<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.error();
  return parseNpy(file->bytes(), path);
}

std::optional<FileError> writeNpy(const std::string &path, const Tensor &tensor) {
  std::string_view descriptor;
  for (const DescriptorName &known : descriptors)
    if (known.type == tensor.type && descriptor.empty())
      descriptor = known.text;
  std::string shape;
  for (int64_t size : tensor.shape)
    shape += std::to_string(size) + (tensor.shape.size() == 1 ? "," : ", ");
  if (tensor.shape.size() > 1)
    shape.resize(shape.size() - 2);
  std::string header =
      "{'descr': '" + std::string(descriptor) + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string start("\x93NUMPY\x01\x00", 8);
  start += static_cast<char>(header.size() & 0xff);
  start += static_cast<char>(header.size() >> 8);
  start += header;
  std::span<const std::byte> pieces[] = {std::as_bytes(std::span(start)), std::span(tensor.data)};
  return writeFile(path, pieces);
}

} // namespace weft
