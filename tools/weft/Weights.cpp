#include "tools/weft/Weights.h"

#include "compiler/reference/FileArrays.h"
#include "lib/random/Philox.h"

#include <cstring>

namespace weft {

WeightValues::WeightValues(std::vector<Tensor> tensors) : own(std::move(tensors)) {
  for (const Tensor &tensor : own)
    views.push_back({tensor.type, tensor.shape, tensor.data.data(), tensor.data.size()});
}

WeightValues::WeightValues(SafetensorsFile whole, const Edge &edge) : file(std::move(whole)) {
  for (const EdgeWire &weight : edge.weights)
    views.push_back(*file->find(weight.name));
}

static std::string text(const std::vector<int64_t> &shape) {
  std::string result = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    result += (i ? ", " : "") + std::to_string(shape[i]);
  return result + "]";
}

WeightValues readWeights(const Edge &edge, const std::string &path, llvm::StringRef real,
                         const AxisTable &axes, Diagnostics &diagnostics) {
  FileResult<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file) {
    diagnostics.error(file.error().name, {}, file.error().message);
    return {};
  }
  std::set<std::string> read;
  for (const EdgeWire &weight : edge.weights) {
    read.insert(weight.name);
    const TensorView *view = file->find(weight.name);
    std::vector<int64_t> shape = shapeOf(weight.type, axes, {});
    ElementType type = reference::storedType(weight.type, real);
    if (!view)
      diagnostics.error("weights.missing", {},
                        "`" + path + "` holds no weight `" + weight.name + "` of shape " + text(shape));
    else if (view->shape != shape)
      diagnostics.error("weights.shape", {},
                        "weight `" + weight.name + "` has shape " + text(shape) + ", but `" + path +
                            "` holds " + text(view->shape));
    else if (view->type != type)
      diagnostics.error("weights.type", {},
                        "weight `" + weight.name + "` holds " + std::string(elementName(type)) + ", but `" +
                            path + "` holds " + std::string(elementName(view->type)));
  }
  for (const auto &[name, view] : file->tensors())
    if (!read.count(name))
      diagnostics.error("weights.unread", {},
                        "`" + path + "` holds `" + name + "`, which is no weight of the network");
  return diagnostics.hasErrors() ? WeightValues() : WeightValues(std::move(*file), edge);
}

void writeElement(Tensor &tensor, size_t i, double value) {
  std::byte *at = tensor.data.data() + i * elementBytes(tensor.type);
  auto put = [&](auto number) { std::memcpy(at, &number, sizeof number); };
  switch (tensor.type) {
  case ElementType::f64:
    return put(value);
  case ElementType::f32:
    return put(static_cast<float>(value));
  case ElementType::f16:
    return put(floatToHalf(static_cast<float>(value)));
  case ElementType::bf16:
    return put(floatToBfloat(static_cast<float>(value)));
  default:
    return writeInteger(tensor, i, static_cast<int64_t>(value));
  }
}

// Little ends come first: the low bytes are the number in fewer bits.
void writeInteger(Tensor &tensor, size_t i, int64_t value) {
  size_t bytes = elementBytes(tensor.type);
  std::memcpy(tensor.data.data() + i * bytes, &value, bytes);
}

WeightValues drawWeights(const Edge &edge, uint64_t seed, llvm::StringRef real, const AxisTable &axes,
                         Diagnostics &diagnostics) {
  std::vector<Tensor> tensors;
  if (!fitInMemory(edge.weights, "the weights", real, axes, {}, diagnostics))
    return {};
  for (const EdgeWire &weight : edge.weights) {
    Tensor tensor{reference::storedType(weight.type, real), shapeOf(weight.type, axes, {}), {}};
    tensor.data.resize(byteCount(tensor.type, tensor.shape).value_or(0));
    std::vector<double> values(tensor.count());
    // Unsaid: a matrix is drawn, a vector starts at zero. Axes of `chain` and `each` do not count.
    std::string kind = "zeros";
    std::vector<double> arguments;
    if (auto init = llvm::dyn_cast<InitAttr>(weight.init)) {
      kind = init.getKind().str();
      arguments.assign(init.getArguments().asArrayRef().begin(), init.getArguments().asArrayRef().end());
    } else if (weight.type.isReal() && weight.type.rank() >= 2) {
      kind = "normal";
      arguments = {0, 0.02};
    }
    drawWeight(kind, arguments, tensor.shape, WeightStream(seed, weight.name), values);
    for (size_t i = 0; i < values.size(); ++i)
      writeElement(tensor, i, values[i]);
    tensors.push_back(std::move(tensor));
  }
  return WeightValues(std::move(tensors));
}

std::optional<LoadedNetwork::Failure> WeightValues::bind(LoadedNetwork &network, const Edge &edge) const {
  if (file) {
    std::span<const std::byte> bytes = file->bytes();
    return network.bindWeights({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  }
  for (auto [weight, view] : llvm::zip(edge.weights, views))
    if (std::optional<LoadedNetwork::Failure> failure =
            network.bindWeight(weight.name, view.data, view.bytes))
      return failure;
  return std::nullopt;
}

} // namespace weft
