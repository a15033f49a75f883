// Morphisms side by side, each a box, and what cells tie of either: both sides of `cell a * b`.
#include "compiler/draw/FrameBuilder.h"
#include "dialects/weft/WeightPaths.h"

using namespace mlir;

namespace weft {

using draw::Node;

std::vector<std::string> factorNames(ArrayRef<MorphismOp> factors) {
  std::vector<std::string> names;
  for (MorphismOp factor : factors)
    names.push_back(baseName(factor.getSymName()));
  std::vector<std::string> unique = names;
  for (size_t i = 0; i < names.size(); ++i)
    if (llvm::count(names, names[i]) > 1)
      unique[i] += "_" + std::to_string(std::count(names.begin(), names.begin() + i + 1, names[i]));
  return unique;
}

namespace {

class Product {
public:
  explicit Product(PictureState &state) : state(state) {}

  void add(MorphismOp factor, const std::string &name);
  int finish() { return addFrame(state, std::move(frame), numbers); }

private:
  int withoutTies(int tied);
  void connect(const draw::Port &port, draw::End from, draw::End to);
  void addTies(const draw::Frame &inside, const std::string &name);

  PictureState &state;
  draw::Frame frame;
  std::optional<Size> numbers = Size(0);
};

} // namespace

// What cells tie is said around the boxes, so that both sides of a product show it.
int Product::withoutTies(int tied) {
  if (state.picture.frames[tied].ties.empty())
    return tied;
  draw::Frame copy = state.picture.frames[tied];
  copy.ties.clear();
  return addFrame(state, std::move(copy), state.numbers[tied]);
}

void Product::connect(const draw::Port &port, draw::End from, draw::End to) {
  draw::Wire wire;
  wire.name = port.name;
  wire.type = port.type;
  wire.axes = port.axes;
  wire.values = port.values;
  wire.from = from;
  wire.to = to;
  frame.wires.push_back(std::move(wire));
}

void Product::addTies(const draw::Frame &inside, const std::string &name) {
  for (draw::Tie tie : inside.ties) {
    tie.target = joinPath(name, tie.target);
    for (draw::TieSource &source : tie.sources)
      source.path = joinPath(name, source.path);
    frame.ties.push_back(std::move(tie));
  }
}

void Product::add(MorphismOp factor, const std::string &name) {
  int tied = frameOf(state, factor);
  addNumbers(numbers, state.numbers[tied]);
  addTies(state.picture.frames[tied], name);
  Node node;
  node.name = name;
  node.label = baseName(factor.getSymName());
  node.inside = withoutTies(tied);
  node.facts.source = sourceText(factor.getLoc());
  const draw::Frame &inside = state.picture.frames[node.inside];
  node.inputs = inside.inputs.size();
  node.outputs = inside.outputs.size();
  listWeightsInside(state, name, node);
  int index = frame.nodes.size();
  for (auto [i, port] : llvm::enumerate(inside.inputs)) {
    connect(port, {draw::End::boundary, unsigned(frame.inputs.size())}, {index, unsigned(i)});
    frame.inputs.push_back(port);
  }
  for (auto [i, port] : llvm::enumerate(inside.outputs)) {
    connect(port, {index, unsigned(i)}, {draw::End::boundary, unsigned(frame.outputs.size())});
    frame.outputs.push_back(port);
  }
  frame.name += (frame.name.empty() ? "" : " * ") + node.label;
  frame.nodes.push_back(std::move(node));
}

int frameOfProduct(PictureState &state, ArrayRef<MorphismOp> factors) {
  Product product(state);
  for (auto [factor, name] : llvm::zip(factors, factorNames(factors)))
    product.add(factor, name);
  return product.finish();
}

} // namespace weft
