#include "compiler/reference/AxisSizes.h"
#include <fmt/format.h>

namespace weft::reference {

std::variant<int64_t, Failure> AxisSizes::number(const Size &size, llvm::StringRef subject,
                                                 mlir::Location location) const {
  for (const std::string &axis : size.openAxes())
    if (!open.count(axis))
      return Failure{"size.unknown", fmt::format("the size of the open axis `{}` is not known", axis),
                     location};
  std::optional<int64_t> value =
      size.evaluate([&](std::string_view axis) { return std::optional(open.at(std::string(axis))); });
  if (!value)
    return Failure{"limit", fmt::format("{} has a size beyond 64 bits", subject.str()), location};
  return *value;
}

std::variant<int64_t, Failure> AxisSizes::of(llvm::StringRef axis, mlir::Location location) const {
  if (!axes.find(axis))
    return Failure{"axis.unknown", fmt::format("there is no axis `{}`", axis.str()), location};
  std::variant<int64_t, Failure> size =
      number(axes.size(axis), fmt::format("axis `{}`", axis.str()), location);
  if (auto *elements = std::get_if<int64_t>(&size); elements && *elements < 0)
    return Failure{"size.mismatch", fmt::format("axis `{}` would have size {}", axis.str(), *elements),
                   location};
  return size;
}

} // namespace weft::reference
