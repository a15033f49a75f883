// Inputs from files, and the sizes that they show.
#include "compiler/reference/FileArrays.h"
#include "lib/tensorfile/Npy.h"
#include "lib/tensorfile/Safetensors.h"
#include "tools/weft/Wires.h"

namespace weft {

// `file.npy`, or `file.safetensors:name`.
static std::optional<Tensor> readTensor(const std::string &place, Diagnostics &diagnostics) {
  size_t at = place.find(".safetensors:");
  if (at == std::string::npos) {
    FileResult<Tensor> tensor = readNpy(place);
    if (tensor)
      return *tensor;
    diagnostics.error(tensor.error().name, {}, tensor.error().message);
    return std::nullopt;
  }
  std::string path = place.substr(0, at + 12), name = place.substr(at + 13);
  FileResult<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file) {
    diagnostics.error(file.error().name, {}, file.error().message);
    return std::nullopt;
  }
  if (const TensorView *view = file->find(name))
    return view->copy();
  diagnostics.error("input.missing", {}, "`" + path + "` holds no tensor `" + name + "`");
  return std::nullopt;
}

// Index wires take any integer type; every other wire exactly its own.
static std::optional<Tensor> fitted(const EdgeWire &wire, Tensor tensor, llvm::StringRef real,
                                    Diagnostics &diagnostics) {
  ElementType want = reference::storedType(wire.type, real);
  if (tensor.type == want)
    return tensor;
  bool integers = !isReal(tensor.type) && tensor.type != ElementType::boolean;
  if (wire.type.isIndex() && integers) {
    Tensor result{ElementType::i64, tensor.shape, std::vector<std::byte>(tensor.count() * 8)};
    for (size_t i = 0; i < tensor.count(); ++i)
      reinterpret_cast<int64_t *>(result.data.data())[i] =
          elementAsInteger(tensor.type, tensor.data.data(), i);
    return result;
  }
  std::string name(elementName(want));
  diagnostics
      .error("type.element", {},
             "input `" + wire.name + "` holds " + name + ", but its file holds " +
                 std::string(elementName(tensor.type)))
      .note(wire.type.isIndex()
                ? "save indices as integers: `.astype(\"int64\")`"
                : "convert it before saving: `.astype(" +
                      (want == ElementType::bf16 ? "ml_dtypes.bfloat16" : "\"" + name + "\"") + ")`");
  return std::nullopt;
}

std::vector<Tensor> readInputs(const Edge &edge, llvm::ArrayRef<std::string> arguments, llvm::StringRef real,
                               Diagnostics &diagnostics) {
  std::map<std::string, std::string> places;
  for (const std::string &argument : arguments) {
    size_t at = argument.find('=');
    std::string name = argument.substr(0, at);
    bool known = llvm::any_of(edge.inputs, [&](const EdgeWire &wire) { return wire.name == name; });
    std::string names;
    for (const EdgeWire &wire : edge.inputs)
      names += (names.empty() ? "`" : ", `") + wire.name + "`";
    if (!known)
      diagnostics.error("input.unknown", {}, "`" + name + "` is no input of the entry")
          .note(names.empty() ? "it has no inputs" : "its inputs are " + names);
    else
      places[name] = argument.substr(at + 1);
  }
  std::vector<Tensor> tensors;
  for (const EdgeWire &wire : edge.inputs) {
    tensors.emplace_back();
    auto place = places.find(wire.name);
    if (place == places.end()) {
      diagnostics.error("input.missing", {}, "input `" + wire.name + "` is not given")
          .note("give it by `--in " + wire.name + "=FILE.npy`");
      continue;
    }
    std::optional<Tensor> tensor = readTensor(place->second, diagnostics);
    if (tensor)
      tensor = fitted(wire, std::move(*tensor), real, diagnostics);
    if (tensor)
      tensors.back() = std::move(*tensor);
  }
  return tensors;
}

static std::optional<int64_t> valueOf(const Size &size, const Sizes &known) {
  return size.evaluate([&](std::string_view axis) -> std::optional<int64_t> {
    auto it = known.find(std::string(axis));
    return it == known.end() ? std::nullopt : std::optional(it->second);
  });
}

// The one unknown axis of a size that is a multiple of it plus a constant, at the value that makes the size
// `target`.
static std::optional<std::pair<std::string, int64_t>> solveOne(const Size &size, int64_t target,
                                                               const Sizes &known) {
  std::string unknown;
  for (const std::string &axis : size.openAxes())
    if (!known.count(axis)) {
      if (!unknown.empty())
        return std::nullopt;
      unknown = axis;
    }
  if (unknown.empty())
    return std::nullopt;
  auto at = [&](int64_t value) {
    Sizes trial = known;
    trial[unknown] = value;
    return valueOf(size, trial);
  };
  // Sizes grow with their axes: the smallest value that reaches the target.
  int64_t low = 0, high = 1;
  while (high < (int64_t(1) << 40) && at(high).value_or(INT64_MAX) < target)
    high *= 2;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (at(middle).value_or(INT64_MAX) < target)
      low = middle + 1;
    else
      high = middle;
  }
  return at(low) == target ? std::optional(std::pair(unknown, low)) : std::nullopt;
}

Sizes checkedSizes(const AxisTable &axes, const Sizes &given, Diagnostics &diagnostics) {
  Sizes known;
  for (const auto &[axis, size] : given) {
    const AxisTable::Axis *found = axes.find(axis);
    if (!found || found->kind != AxisKind::open)
      diagnostics.error("axis.unknown", {}, "`" + axis + "` is no open axis of the program");
    else if (size < 0)
      diagnostics.error("size.mismatch", {}, "the size of `" + axis + "` cannot be negative");
    else
      known[axis] = size;
  }
  return known;
}

Sizes solveSizes(const Edge &edge, llvm::ArrayRef<Tensor> inputs, const AxisTable &axes, const Sizes &given,
                 Diagnostics &diagnostics) {
  Sizes known = checkedSizes(axes, given, diagnostics);
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t i = 0; i < inputs.size(); ++i)
      for (size_t axis = 0; axis < std::min(inputs[i].shape.size(), edge.inputs[i].type.rank()); ++axis)
        if (auto solved = solveOne(axes.size(edge.inputs[i].type.getAxes()[axis].getValue()),
                                   inputs[i].shape[axis], known)) {
          known.insert(*solved);
          progress = true;
        }
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const EdgeWire &wire = edge.inputs[i];
    if (inputs[i].shape.size() != wire.type.rank()) {
      diagnostics.error("size.mismatch", {},
                        "input `" + wire.name + "` has " + std::to_string(wire.type.rank()) +
                            " axes, but its file has " + std::to_string(inputs[i].shape.size()));
      continue;
    }
    for (size_t axis = 0; axis < wire.type.rank(); ++axis) {
      llvm::StringRef name = wire.type.getAxes()[axis].getValue();
      std::optional<int64_t> expected = valueOf(axes.size(name), known);
      if (expected && *expected != inputs[i].shape[axis])
        diagnostics.error("size.mismatch", {},
                          "axis " + std::to_string(axis + 1) + " of input `" + wire.name + "` is `" +
                              name.str() + "` of size " + std::to_string(*expected) + ", but its file has " +
                              std::to_string(inputs[i].shape[axis]));
    }
  }
  for (const std::string &axis : axes.openAxes())
    if (!known.count(axis) && axes.get(axis).kind == AxisKind::open) {
      bool used = false;
      for (const auto *wires : {&edge.inputs, &edge.outputs})
        for (const EdgeWire &wire : *wires)
          for (mlir::StringAttr name : wire.type.getAxes())
            used |= llvm::is_contained(axes.size(name.getValue()).openAxes(), axis);
      if (!used) {
        known[axis] = 0;
        continue;
      }
      diagnostics.error("size.unknown", {}, "no input shows the size of the open axis `" + axis + "`")
          .note("give it by `--size " + axis + "=N`");
    }
  return known;
}

std::vector<int64_t> shapeOf(ObjectType type, const AxisTable &axes, const Sizes &sizes) {
  std::vector<int64_t> shape;
  for (mlir::StringAttr axis : type.getAxes())
    shape.push_back(valueOf(axes.size(axis.getValue()), sizes).value_or(-1));
  return shape;
}

static std::string placeOf(size_t element, const std::vector<int64_t> &shape) {
  std::vector<size_t> position(shape.size());
  for (size_t axis = shape.size(); axis-- > 0;) {
    position[axis] = element % shape[axis];
    element /= shape[axis];
  }
  std::string text;
  for (size_t p : position)
    text += (text.empty() ? "" : ", ") + std::to_string(p);
  return text;
}

void checkIndices(const Edge &edge, llvm::ArrayRef<Tensor> inputs, const AxisTable &axes, const Sizes &sizes,
                  Diagnostics &diagnostics) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    ObjectType type = edge.inputs[i].type;
    if (!type.isIndex() || inputs[i].data.empty())
      continue;
    std::string axis = type.getElement().getValue().str();
    int64_t size = valueOf(axes.size(axis), sizes).value_or(0);
    for (size_t element = 0; element < inputs[i].count(); ++element) {
      int64_t value = elementAsInteger(ElementType::i64, inputs[i].data.data(), element);
      if (value >= 0 && value < size)
        continue;
      diagnostics.error("index.range", {},
                        "input `" + edge.inputs[i].name + "` holds " + std::to_string(value) + " at [" +
                            placeOf(element, inputs[i].shape) + "], which is no index of `" + axis +
                            "` (size " + std::to_string(size) + ")");
      break;
    }
  }
}

} // namespace weft
