#include "lib/tensorfile/Tensor.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace weft {

size_t elementBytes(ElementType type) {
  switch (type) {
  case ElementType::f64:
  case ElementType::i64:
  case ElementType::u64:
    return 8;
  case ElementType::f32:
  case ElementType::i32:
  case ElementType::u32:
    return 4;
  case ElementType::f16:
  case ElementType::bf16:
  case ElementType::i16:
  case ElementType::u16:
    return 2;
  case ElementType::i8:
  case ElementType::u8:
  case ElementType::boolean:
    return 1;
  }
  return 1;
}

std::string_view elementName(ElementType type) {
  switch (type) {
  case ElementType::f64:
    return "float64";
  case ElementType::f32:
    return "float32";
  case ElementType::f16:
    return "float16";
  case ElementType::bf16:
    return "bfloat16";
  case ElementType::i64:
    return "int64";
  case ElementType::i32:
    return "int32";
  case ElementType::i16:
    return "int16";
  case ElementType::i8:
    return "int8";
  case ElementType::u64:
    return "uint64";
  case ElementType::u32:
    return "uint32";
  case ElementType::u16:
    return "uint16";
  case ElementType::u8:
    return "uint8";
  case ElementType::boolean:
    return "bool";
  }
  return "";
}

bool isReal(ElementType type) {
  return type == ElementType::f64 || type == ElementType::f32 || type == ElementType::f16 ||
         type == ElementType::bf16;
}

std::optional<size_t> byteCount(ElementType type, const std::vector<int64_t> &shape) {
  size_t bytes = elementBytes(type);
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    empty |= size == 0;
    if (size && __builtin_mul_overflow(bytes, static_cast<size_t>(size), &bytes))
      return std::nullopt;
  }
  return empty ? 0 : bytes;
}

size_t Tensor::count() const { return data.size() / elementBytes(type); }

Tensor TensorView::copy() const { return {type, shape, std::vector<std::byte>(data, data + bytes)}; }

template <typename T> static T readAs(const std::byte *data, size_t index) {
  T value;
  std::memcpy(&value, data + index * sizeof(T), sizeof(T));
  return value;
}

double elementAsDouble(ElementType type, const std::byte *data, size_t index) {
  switch (type) {
  case ElementType::f64:
    return readAs<double>(data, index);
  case ElementType::f32:
    return readAs<float>(data, index);
  case ElementType::f16:
    return halfToFloat(readAs<uint16_t>(data, index));
  case ElementType::bf16:
    return bfloatToFloat(readAs<uint16_t>(data, index));
  default:
    return static_cast<double>(elementAsInteger(type, data, index));
  }
}

int64_t elementAsInteger(ElementType type, const std::byte *data, size_t index) {
  switch (type) {
  case ElementType::i64:
    return readAs<int64_t>(data, index);
  case ElementType::i32:
    return readAs<int32_t>(data, index);
  case ElementType::i16:
    return readAs<int16_t>(data, index);
  case ElementType::i8:
    return readAs<int8_t>(data, index);
  case ElementType::u64: {
    // What does not fit comes out negative, and is no index of any axis.
    return static_cast<int64_t>(readAs<uint64_t>(data, index));
  }
  case ElementType::u32:
    return readAs<uint32_t>(data, index);
  case ElementType::u16:
    return readAs<uint16_t>(data, index);
  case ElementType::u8:
    return readAs<uint8_t>(data, index);
  case ElementType::boolean:
    return readAs<uint8_t>(data, index) != 0;
  default:
    return static_cast<int64_t>(elementAsDouble(type, data, index));
  }
}

float bfloatToFloat(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

uint16_t floatToBfloat(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float halfToFloat(uint16_t bits) {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  int exponent = bits >> 10 & 0x1f;
  uint32_t mantissa = bits & 0x3ff;
  if (exponent == 0x1f)
    return std::bit_cast<float>(sign | 0x7f800000 | mantissa << 13);
  if (exponent == 0)
    return std::copysign(std::ldexp(static_cast<float>(mantissa), -24), std::bit_cast<float>(sign));
  return std::bit_cast<float>(sign | static_cast<uint32_t>(exponent + 112) << 23 | mantissa << 13);
}

uint16_t floatToHalf(float value) {
  uint16_t sign = static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16 & 0x8000);
  if (std::isnan(value))
    return sign | 0x7e00;
  float magnitude = std::fabs(value);
  if (magnitude >= 65520.0f)
    return sign | 0x7c00;
  if (magnitude < 6.103515625e-05f)
    return sign | static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, 24)));
  uint32_t bits = std::bit_cast<uint32_t>(magnitude);
  bits += 0xfff + (bits >> 13 & 1);
  return sign | static_cast<uint16_t>((bits >> 13) - (112 << 10));
}

} // namespace weft
