#include "compiler/reference/FileArrays.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"
#include <cstring>

namespace weft::reference {

ElementType storedType(ObjectType type, llvm::StringRef real) {
  llvm::StringRef element = type.getElement();
  if (element == "real")
    element = real;
  return llvm::StringSwitch<ElementType>(element)
      .Case("f64", ElementType::f64)
      .Case("f32", ElementType::f32)
      .Case("f16", ElementType::f16)
      .Case("bf16", ElementType::bf16)
      .Case("i32", ElementType::i32)
      .Case("i16", ElementType::i16)
      .Case("i8", ElementType::i8)
      .Case("u8", ElementType::u8)
      .Case("bool", ElementType::boolean)
      .Default(ElementType::i64);
}

Array arrayOf(const TensorView &tensor) {
  Array array{tensor.shape, {}, {}};
  size_t count = tensor.bytes / elementBytes(tensor.type);
  for (size_t i = 0; i < count; ++i)
    if (isReal(tensor.type))
      array.reals.push_back(elementAsDouble(tensor.type, tensor.data, i));
    else
      array.integers.push_back(elementAsInteger(tensor.type, tensor.data, i));
  return array;
}

template <typename To, typename From> static void append(std::vector<std::byte> &data, From value) {
  To element = static_cast<To>(value);
  const auto *bytes = reinterpret_cast<const std::byte *>(&element);
  data.insert(data.end(), bytes, bytes + sizeof element);
}

static void appendReal(std::vector<std::byte> &data, ElementType type, double value) {
  switch (type) {
  case ElementType::f64:
    return append<double>(data, value);
  case ElementType::f32:
    return append<float>(data, value);
  case ElementType::f16:
    return append<uint16_t>(data, floatToHalf(static_cast<float>(value)));
  case ElementType::bf16:
    return append<uint16_t>(data, floatToBfloat(static_cast<float>(value)));
  default:
    llvm_unreachable("not a type of reals");
  }
}

static void appendInteger(std::vector<std::byte> &data, ElementType type, int64_t value) {
  switch (elementBytes(type)) {
  case 8:
    return append<int64_t>(data, value);
  case 4:
    return append<int32_t>(data, value);
  case 2:
    return append<int16_t>(data, value);
  default:
    return append<int8_t>(data, value);
  }
}

weft::Tensor tensorOf(const Array &array, ElementType type) {
  weft::Tensor tensor{type, array.shape, {}};
  for (double value : array.reals)
    appendReal(tensor.data, type, value);
  for (int64_t value : array.integers)
    appendInteger(tensor.data, type, value);
  return tensor;
}

} // namespace weft::reference
