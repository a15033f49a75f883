#include "compiler/prove/NetworkPoint.h"
#include "compiler/reference/Scalar.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

using namespace mlir;

namespace weft::prove {

static void addParts(const std::string &name, Type type, unsigned *part, std::vector<EdgePart> &parts) {
  if (auto tuple = dyn_cast<TupleType>(type)) {
    unsigned first = 0;
    for (Type inner : tuple)
      addParts(name, inner, part ? part : &first, parts);
    return;
  }
  parts.push_back({part ? fmt::format("{}.{}", name, (*part)++) : name, cast<ObjectType>(type)});
}

std::vector<EdgePart> edgeParts(ArrayAttr names, ArrayAttr types) {
  std::vector<EdgePart> parts;
  for (auto [name, type] : llvm::zip(names.getAsRange<StringAttr>(), types.getAsRange<TypeAttr>()))
    addParts(name.str(), type.getValue(), nullptr, parts);
  return parts;
}

std::map<std::string, int64_t> PointSource::sizes(unsigned trial) const {
  std::map<std::string, int64_t> sizes;
  unsigned number = 0;
  for (const std::string &axis : axes.openAxes())
    sizes[axis] = 1 + (trial + 1 + number++) % 4;
  return sizes;
}

std::optional<int64_t> PointSource::sizeOf(StringRef axis,
                                           const std::map<std::string, int64_t> &sizes) const {
  return axes.size(axis).evaluate([&](std::string_view name) -> std::optional<int64_t> {
    auto size = sizes.find(std::string(name));
    return size == sizes.end() ? std::nullopt : std::optional(size->second);
  });
}

double PointSource::magnitude(unsigned bits) {
  double size = std::exp2(static_cast<double>(random() % (16 * bits)) / 16);
  return random() % 2 ? size : -size;
}

// At a number that is named, beside it, a part of it away, twice or half of it, or its negative. Without any,
// and now and then, a small number.
double PointSource::near(bool isWhole) {
  double small = static_cast<double>(static_cast<int>(random() % 17) - 8) / (isWhole ? 1 : 4);
  if (named.empty() || random() % 4 == 0)
    return small;
  double number = around ? *around : named[random() % named.size()];
  double step = isWhole ? 1 : std::max(1.0, std::abs(number)) / 1024;
  switch (random() % 8) {
  case 0:
    return number;
  case 1:
    return number + step;
  case 2:
    return number - step;
  case 3:
    return number + small;
  case 4:
    return number + std::abs(number) * static_cast<double>(random() % 1024) / 1024;
  case 5:
    return number - std::abs(number) * static_cast<double>(random() % 1024) / 1024;
  case 6:
    return random() % 2 ? 2 * number : number / 2;
  default:
    return -number + small;
  }
}

double PointSource::real(Numbers numbers) {
  auto between = [&](unsigned steps, double greatest) {
    return (static_cast<double>(random() % (2 * steps + 1)) - steps) / steps * greatest;
  };
  constexpr unsigned wideSteps = wideReals / 2, farBits = 30;
  switch (numbers) {
  case Numbers::few:
    return between(2, 1);
  case Numbers::plain:
    return between(16, 2);
  case Numbers::wide:
    return between(wideSteps, 1024);
  case Numbers::one:
    return between(wideSteps, 1);
  case Numbers::eight:
    return between(wideSteps, 8);
  case Numbers::many:
    return between(wideSteps, 64);
  case Numbers::near:
    return near(false);
  case Numbers::far:
    return std::round(magnitude(farBits) * 8) / 8;
  }
  return 0;
}

// In the range of its type.
int64_t PointSource::integer(ObjectType type, Numbers numbers) {
  bool isUnsigned = type.getElement() == "u8";
  unsigned bits = 63;
  for (auto [name, valueBits] : {std::pair("i8", 7), {"u8", 8}, {"i16", 15}, {"i32", 31}})
    bits = type.getElement() == name ? valueBits : bits;
  double least = isUnsigned ? 0 : -std::exp2(bits), greatest = std::exp2(bits);
  double number = 0;
  if (numbers == Numbers::near)
    number = near(true);
  else if (numbers == Numbers::far && bits <= 15)
    number = least + std::floor((greatest - least) * static_cast<double>(random() % 65536) / 65536);
  else if (numbers == Numbers::far)
    number = magnitude(bits);
  else
    return static_cast<int64_t>(random() % 4);
  // `greatest` itself is one more than the type holds.
  number = std::floor(std::max(number, least));
  constexpr int64_t longest = std::numeric_limits<int64_t>::max();
  return number < greatest ? static_cast<int64_t>(number) : bits == 63 ? longest : (int64_t(1) << bits) - 1;
}

std::optional<reference::Array>
PointSource::draw(ObjectType type, const std::map<std::string, int64_t> &sizes, Numbers numbers) {
  reference::Array array;
  int64_t count = 1;
  for (StringAttr axis : type.getAxes()) {
    std::optional<int64_t> size = sizeOf(axis.getValue(), sizes);
    if (!size || *size < 0)
      return std::nullopt;
    array.shape.push_back(*size);
    count *= *size;
    if (count > mostDrawn)
      return std::nullopt;
  }
  std::optional<int64_t> limit = type.isBool() ? 2 : type.isIndex() ? sizeOf(type.getElement(), sizes) : 4;
  if (!limit || (*limit <= 0 && count))
    return std::nullopt;
  around.reset();
  if (numbers == Numbers::near && !named.empty() && random() % 2)
    around = named[random() % named.size()];
  for (int64_t i = 0; i < count; ++i)
    if (type.isReal())
      array.reals.push_back(real(numbers));
    else if (type.isInteger())
      array.integers.push_back(integer(type, numbers));
    else
      array.integers.push_back(static_cast<int64_t>(random() % *limit));
  return array;
}

void PointSource::fill(reference::Array &array, ObjectType type, const std::map<std::string, int64_t> &sizes,
                       ArrayRef<double> numbers) const {
  for (auto [i, real] : llvm::enumerate(array.reals))
    real = numbers[i % numbers.size()];
  auto [least, greatest] = reference::integerRange(type);
  if (type.isIndex()) {
    least = 0;
    greatest = sizeOf(type.getElement(), sizes).value_or(0) - 1;
  }
  for (auto [i, integer] : llvm::enumerate(array.integers)) {
    double number = type.isBool() ? numbers[i % numbers.size()] > 0 : numbers[i % numbers.size()];
    bool isHeld = number == std::floor(number) && std::abs(number) < 0x1p62 && least <= __int128(number) &&
                  __int128(number) <= greatest;
    if (isHeld)
      integer = static_cast<int64_t>(number);
  }
}

static std::string positionText(const std::vector<int64_t> &shape, size_t element) {
  std::string text;
  for (size_t axis = shape.size(); axis-- > 0;) {
    text = fmt::format("{}{}{}", element % shape[axis], text.empty() ? "" : ", ", text);
    element /= shape[axis];
  }
  return shape.empty() ? "" : "[" + text + "]";
}

// Six digits.
static std::string elementText(const reference::Array &array, size_t element) {
  return array.reals.empty() ? fmt::format("{}", array.integers[element])
                             : fmt::format("{:g}", array.reals[element]);
}

// `0.5 and 0.25`: two different elements, with as many digits as tell them apart.
static std::string apart(const reference::Array &a, const reference::Array &b, size_t element) {
  constexpr int leastDigits = 6, mostDigits = 17;
  std::string left = elementText(a, element), right = elementText(b, element);
  for (int digits = leastDigits; left == right && digits <= mostDigits && !a.reals.empty(); ++digits) {
    left = fmt::format("{:.{}g}", a.reals[element], digits);
    right = fmt::format("{:.{}g}", b.reals[element], digits);
  }
  return left + " and " + right;
}

std::string shown(StringRef name, const reference::Array &array) {
  size_t count = std::max(array.reals.size(), array.integers.size());
  std::string text;
  for (size_t i = 0; i < count && i < 8; ++i)
    text += (i ? ", " : "") + elementText(array, i);
  bool isScalar = array.shape.empty();
  return name.str() + " = " + (isScalar ? text : "[" + text + (count > 8 ? ", …]" : "]"));
}

static bool differ(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return false;
  if (std::isinf(a) || std::isinf(b))
    return a != b;
  return std::abs(a - b) > leastDifference * std::max({1.0, std::abs(a), std::abs(b)});
}

static bool areApart(const BothInBounds &both, size_t output, size_t element) {
  auto find = [&](const BoundArrays &arrays) {
    bool isThere = output < arrays.size() && element < arrays[output].elements.size();
    return isThere ? arrays[output].elements[element] : unknownBounds();
  };
  return areApart(find(both.left), find(both.right));
}

std::string firstDifference(const reference::Outcome &a, const reference::Outcome &b,
                            const BothInBounds *bounds) {
  for (size_t output = 0; output < std::min(a.outputs.size(), b.outputs.size()); ++output) {
    const auto &[name, x] = a.outputs[output];
    const reference::Array &y = b.outputs[output].second;
    if (x.shape != y.shape)
      return fmt::format("`{}` has other sizes", name);
    for (size_t i = 0; i < std::max(x.reals.size(), x.integers.size()); ++i) {
      bool isOther = x.reals.empty() ? x.integers[i] != y.integers[i] : differ(x.reals[i], y.reals[i]);
      if (isOther && (!bounds || areApart(*bounds, output, i)))
        return fmt::format("{}{} is {}", name, positionText(x.shape, i), apart(x, y, i));
    }
  }
  return "";
}

} // namespace weft::prove
