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

double PointSource::real(Reals reals) {
  auto between = [&](unsigned steps, double greatest) {
    return (static_cast<double>(random() % (2 * steps + 1)) - steps) / steps * greatest;
  };
  constexpr unsigned wideSteps = wideReals / 2;
  switch (reals) {
  case Reals::few:
    return between(2, 1);
  case Reals::plain:
    return between(16, 2);
  case Reals::wide:
    return between(wideSteps, 1024);
  case Reals::one:
    return between(wideSteps, 1);
  case Reals::eight:
    return between(wideSteps, 8);
  case Reals::many:
    return between(wideSteps, 64);
  }
  return 0;
}

std::optional<reference::Array> PointSource::draw(ObjectType type,
                                                  const std::map<std::string, int64_t> &sizes, Reals reals) {
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
    if (type.isReal())
      array.reals.push_back(real(reals));
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

// Beyond what double rounding explains, which moved an element by so much.
static bool differ(double a, double b, double moved, const Tolerance &tolerance) {
  if (std::isnan(a) || std::isnan(b) || std::isnan(moved))
    return false;
  if (std::isinf(a) || std::isinf(b))
    return a != b && tolerance.infinities;
  return std::abs(a - b) > moved + 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

static double movedBy(const reference::Outcome *moved, size_t output, const reference::Array &array,
                      size_t element) {
  if (!moved || output >= moved->outputs.size())
    return 0;
  double other = moved->outputs[output].second.reals[element];
  return array.reals[element] == other ? 0 : std::abs(array.reals[element] - other);
}

std::string firstDifference(const reference::Outcome &a, const reference::Outcome &b,
                            const Tolerance &tolerance) {
  for (size_t output = 0; output < std::min(a.outputs.size(), b.outputs.size()); ++output) {
    const auto &[name, x] = a.outputs[output];
    const reference::Array &y = b.outputs[output].second;
    if (x.shape != y.shape)
      return fmt::format("`{}` has other sizes", name);
    for (size_t i = 0; i < std::max(x.reals.size(), x.integers.size()); ++i) {
      bool isOther = x.reals.empty() ? x.integers[i] != y.integers[i]
                                     : differ(x.reals[i], y.reals[i],
                                              movedBy(tolerance.movedLeft, output, x, i) +
                                                  movedBy(tolerance.movedRight, output, y, i),
                                              tolerance);
      if (isOther)
        return fmt::format("{}{} is {} and {}", name, positionText(x.shape, i), elementText(x, i),
                           elementText(y, i));
    }
  }
  return "";
}

} // namespace weft::prove
