// Tensors as files hold them: an element type, a shape, bytes in row-major order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

enum class ElementType { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

size_t elementBytes(ElementType type);
/// `float32`, `int64`, `bool`: as numpy says it.
std::string_view elementName(ElementType type);

/// A tensor of its own memory.
struct Tensor {
  ElementType type = ElementType::f32;
  std::vector<int64_t> shape;
  std::vector<std::byte> data;

  /// The number of elements.
  size_t count() const;
};

/// A tensor in memory that something else owns. `data` may have any alignment.
struct TensorView {
  ElementType type = ElementType::f32;
  std::vector<int64_t> shape;
  const std::byte *data = nullptr;
  size_t bytes = 0;

  /// A copy, aligned for its elements.
  Tensor copy() const;
};

/// Elements × element size; none when a dimension is negative or the product does not fit.
std::optional<size_t> byteCount(ElementType type, const std::vector<int64_t> &shape);

/// What is wrong with a file: the error's stable name and a sentence.
struct FileError {
  std::string name;
  std::string message;
};

/// A value, or why there is none.
template <typename T> class FileResult {
public:
  FileResult(T value) : content(std::move(value)) {}
  FileResult(FileError error) : content(std::move(error)) {}

  explicit operator bool() const { return content.index() == 0; }
  T &operator*() { return std::get<0>(content); }
  T *operator->() { return &std::get<0>(content); }
  const FileError &error() const { return std::get<1>(content); }

private:
  std::variant<T, FileError> content;
};

/// Reads element `index` as a double, or as an integer; `data` may have any alignment.
double elementAsDouble(ElementType type, const std::byte *data, size_t index);
int64_t elementAsInteger(ElementType type, const std::byte *data, size_t index);
bool isReal(ElementType type);

/// Between 16-bit reals and single precision; to the nearest, ties to even.
float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float value);
float bfloatToFloat(uint16_t bits);
uint16_t floatToBfloat(float value);

} // namespace weft
