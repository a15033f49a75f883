// Values as numpy prints them.
#include "tools/weft/Wires.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace weft {

namespace {

constexpr size_t summarizeFrom = 1000;
constexpr int64_t edgeItems = 3;

class Printer {
public:
  explicit Printer(const Tensor &tensor) : tensor(tensor), abridged(tensor.count() > summarizeFrom) {}

  std::string print() { return tensor.shape.empty() ? element(0) : nested(0, 0); }

private:
  std::string element(size_t index) {
    const std::byte *data = tensor.data.data();
    if (tensor.type == ElementType::boolean)
      return elementAsInteger(tensor.type, data, index) ? "True" : "False";
    if (!isReal(tensor.type))
      return std::to_string(elementAsInteger(tensor.type, data, index));
    double value = elementAsDouble(tensor.type, data, index);
    std::string text =
        tensor.type == ElementType::f64 ? fmt::format("{:.8g}", value) : fmt::format("{:.6g}", value);
    bool whole = text.find_first_of(".en") == std::string::npos;
    return whole ? text + "." : text;
  }

  std::string nested(size_t axis, size_t offset) {
    int64_t size = tensor.shape[axis];
    size_t stride = 1;
    for (size_t inner = axis + 1; inner < tensor.shape.size(); ++inner)
      stride *= tensor.shape[inner];
    bool last = axis + 1 == tensor.shape.size();
    std::string separator = last ? " " : "\n" + std::string(axis + 1, ' ');
    std::string text = "[";
    for (int64_t i = 0; i < size; ++i) {
      if (abridged && size > 2 * edgeItems && i == edgeItems) {
        text += separator + "...";
        i = size - edgeItems;
      }
      text += (i ? separator : "") + (last ? element(offset + i) : nested(axis + 1, offset + i * stride));
    }
    return text + "]";
  }

  const Tensor &tensor;
  bool abridged;
};

} // namespace

std::string shown(const std::string &name, ObjectType type, const Tensor &tensor) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << name << ": " << type.getElement().getValue();
  if (type.rank()) {
    stream << "[";
    llvm::interleaveComma(llvm::seq<size_t>(0, type.rank()), stream, [&](size_t i) {
      stream << type.getAxes()[i].getValue() << " = " << tensor.shape[i];
    });
    stream << "]";
  }
  stream << "\n" << Printer(tensor).print() << "\n";
  return text;
}

} // namespace weft
