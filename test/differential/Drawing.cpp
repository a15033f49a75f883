#include "Drawing.h"
#include "dialects/weft/WeightPaths.h"
#include <limits>

using namespace mlir;

namespace weft::differential {

using reference::Array;

namespace {
struct Drawer {
  AxisTable axes;
  const Run &run;
  std::minstd_rand random;
  bool possible = true;

  int64_t size(StringRef axis) {
    auto open = [&](std::string_view name) -> std::optional<int64_t> {
      auto found = run.sizes.find(std::string(name));
      return found == run.sizes.end() ? std::optional<int64_t>() : found->second;
    };
    return axes.size(axis).evaluate(open).value_or(0);
  }

  int64_t below(int64_t count) { return static_cast<int64_t>(random() % static_cast<uint64_t>(count)); }

  // Eighths: sums and products of few of them are exact in single precision.
  double real() {
    static constexpr double edges[] = {std::numeric_limits<double>::infinity(),
                                       -std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::quiet_NaN(), -0.0};
    if (run.special && below(12) == 0)
      return edges[below(4)];
    return static_cast<double>(below(33) - 16) / 8;
  }

  int64_t integer(ObjectType type) {
    if (type.isBool())
      return below(2);
    if (type.isIndex()) {
      possible &= size(type.getElement()) > 0;
      return possible ? below(size(type.getElement())) : 0;
    }
    // Bytes that would be negative with a sign are among the unsigned ones.
    if (type.getElement() == "u8")
      return below(8) == 0 ? 255 - below(8) : below(8);
    return below(15) - 7;
  }

  Array array(ObjectType type) {
    Array result;
    int64_t count = 1;
    for (StringAttr axis : type.getAxes()) {
      result.shape.push_back(size(axis));
      count *= result.shape.back();
    }
    for (int64_t i = 0; i < count; ++i)
      if (type.isReal())
        result.reals.push_back(real());
      else
        result.integers.push_back(integer(type));
    return result;
  }

  void wire(Type type, const std::string &name, int &part, std::map<std::string, Array> &into) {
    if (auto tuple = dyn_cast<TupleType>(type)) {
      for (Type inner : tuple)
        wire(inner, name, part, into);
      return;
    }
    into[part < 0 ? name : name + "." + std::to_string(part++)] = array(cast<ObjectType>(type));
  }
};
} // namespace

std::optional<reference::Call> draw(ModuleOp module, MorphismOp entry, const Run &run) {
  Drawer drawer{AxisTable(module), run, std::minstd_rand(run.seed + 1)};
  reference::Call call;
  call.sizes = run.sizes;
  for (unsigned i = 0; i < entry.inputCount(); ++i) {
    int part = isa<TupleType>(entry.input(i).getType()) ? 0 : -1;
    drawer.wire(entry.input(i).getType(), cast<StringAttr>(entry.getInputNames()[i]).str(), part,
                call.inputs);
  }
  for (const OccurrenceWeight &weight : weightsOf(entry))
    call.weights[weight.path] = drawer.array(weight.type);
  return drawer.possible ? std::optional(call) : std::nullopt;
}

} // namespace weft::differential
