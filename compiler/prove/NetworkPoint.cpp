#include "compiler/prove/NetworkPoint.h"

#include <cmath>
#include <fmt/format.h>

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

std::optional<reference::Array> PointSource::draw(ObjectType type,
                                                  const std::map<std::string, int64_t> &sizes, bool wide) {
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
  for (int64_t i = 0; i < count; ++i)
    if (type.isReal() && wide)
      array.reals.push_back((static_cast<int>(random() % wideReals) - (1 << 20)) / 1024.0);
    else if (type.isReal())
      array.reals.push_back((static_cast<int>(random() % 33) - 16) / 8.0);
    else
      array.integers.push_back(static_cast<int64_t>(random() % *limit));
  return array;
}

static std::string positionText(const std::vector<int64_t> &shape, size_t element) {
  std::string text;
  for (size_t axis = shape.size(); axis-- > 0;) {
    text = fmt::format("{}{}{}", element % shape[axis], text.empty() ? "" : ", ", text);
    element /= shape[axis];
  }
  return shape.empty() ? "" : "[" + text + "]";
}

static std::string elementText(const reference::Array &array, size_t element) {
  return array.reals.empty() ? fmt::format("{}", array.integers[element])
                             : fmt::format("{:g}", array.reals[element]);
}

std::string shown(StringRef name, const reference::Array &array) {
  size_t count = std::max(array.reals.size(), array.integers.size());
  std::string text;
  for (size_t i = 0; i < count && i < 8; ++i)
    text += (i ? ", " : "") + elementText(array, i);
  bool isScalar = array.shape.empty();
  return name.str() + " = " + (isScalar ? text : "[" + text + (count > 8 ? ", …]" : "]"));
}

// Beyond what double rounding explains. NaN equals NaN.
static bool differ(double a, double b) {
  if (std::isnan(a) || std::isnan(b) || std::isinf(a) || std::isinf(b))
    return !(a == b || (std::isnan(a) && std::isnan(b)));
  return std::abs(a - b) > 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

std::string firstDifference(const reference::Outcome &a, const reference::Outcome &b) {
  for (auto [left, right] : llvm::zip(a.outputs, b.outputs)) {
    const reference::Array &x = left.second, &y = right.second;
    if (x.shape != y.shape)
      return fmt::format("`{}` has other sizes", left.first);
    for (size_t i = 0; i < std::max(x.reals.size(), x.integers.size()); ++i)
      if (x.reals.empty() ? x.integers[i] != y.integers[i] : differ(x.reals[i], y.reals[i]))
        return fmt::format("{}{} is {} and {}", left.first, positionText(x.shape, i), elementText(x, i),
                           elementText(y, i));
  }
  return "";
}

} // namespace weft::prove
