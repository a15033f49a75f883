// The weights of closed boxes, by their paths. A box may hold very many, so that only the first are listed,
// and those that a cell ties.
#include "compiler/draw/FrameBuilder.h"
#include "dialects/weft/WeightPaths.h"

#include <set>

using namespace mlir;

namespace weft {

using draw::Node;

// The level that an operation adds to paths of weights; a part without a name adds none.
static StringRef levelOf(Operation &op) {
  auto name = op.getAttrOfType<StringAttr>("name");
  return name && !isa<EquationOp>(op) ? name.getValue() : StringRef();
}

void addNumbers(std::optional<Size> &total, const std::optional<Size> &more) {
  total = total && more ? add(*total, *more) : std::nullopt;
}

static void take(Node &node, std::string path, std::string type, std::vector<unsigned> axes) {
  node.weightNames += 1;
  if (node.innerWeights.size() < draw::listedWeights)
    node.innerWeights.push_back({std::move(path), std::move(type), std::move(axes)});
}

std::optional<Size> listWeightsInside(const PictureState &state, StringRef level, Node &node) {
  const draw::Frame &inner = state.picture.frames[node.inside];
  auto isTied = [&](const std::string &path) {
    return llvm::any_of(inner.ties, [&](const draw::Tie &tie) { return tie.target == path; });
  };
  bool indexed = inner.kind == draw::FrameKind::each || inner.kind == draw::FrameKind::chain;
  auto takeUnder = [&](const std::string &path, const std::string &type, std::vector<unsigned> axes) {
    if (indexed)
      axes.insert(axes.begin(), inner.axis);
    take(node, joinPath(level, path), type, std::move(axes));
  };
  for (const draw::Port &weight : inner.weights)
    if (!isTied(weight.name))
      takeUnder(weight.name, weight.type, weight.axes);
  for (const Node &child : inner.nodes) {
    for (const draw::InnerWeight &weight : child.innerWeights)
      if (!isTied(weight.path))
        takeUnder(weight.path, weight.type, weight.axes);
    node.weightNames += child.weightNames - double(child.innerWeights.size());
  }
  std::set<std::string> own;
  for (const draw::Tie &tie : inner.ties)
    for (const draw::TieSource &source : tie.sources)
      if (source.isOwn && own.insert(source.path).second)
        takeUnder(source.path, source.type, source.axes);
  if (auto stored = state.cellWeights.find(node.inside); stored != state.cellWeights.end())
    node.weightNames = stored->second;
  std::optional<Size> numbers = state.numbers[node.inside];
  if (indexed && numbers)
    numbers = multiply(*numbers, state.axes.size(state.picture.axes[inner.axis].name));
  node.weightNumbers = numbers ? numbers->text() : "";
  return numbers;
}

std::optional<Size> listWeights(const PictureState &state, Operation &op, Node &node) {
  if (node.inside >= 0)
    return listWeightsInside(state, levelOf(op), node);
  std::optional<Size> numbers = Size(0);
  if (isa<EquationOp, ContractOp>(op)) {
    std::vector<OccurrenceWeight> called;
    for (Region &region : op.getRegions())
      collectWeights(region.front(), "", {}, called);
    for (const OccurrenceWeight &weight : called) {
      take(node, weight.path, typeText(weight.type), state.indices.of(weight.type));
      addNumbers(numbers, state.axes.count(weight.type));
    }
  }
  node.weightNumbers = numbers ? numbers->text() : "";
  return numbers;
}

// The rest of a path below a node; none when the path leads elsewhere. Parts without a name add no step.
static std::optional<std::string> below(const Node &node, const std::string &path) {
  if (node.name.find('@') != std::string::npos)
    return path;
  if (!StringRef(path).starts_with(node.name + "."))
    return std::nullopt;
  return path.substr(node.name.size() + 1);
}

bool listTied(PictureState &state, draw::Frame &frame, const draw::InnerWeight &weight) {
  if (llvm::any_of(frame.weights, [&](const draw::Port &port) { return port.name == weight.path; }))
    return true;
  for (Node &node : frame.nodes) {
    auto isIt = [&](const draw::InnerWeight &other) { return other.path == weight.path; };
    std::optional<std::string> rest = node.inside >= 0 ? below(node, weight.path) : std::nullopt;
    bool isListed = llvm::any_of(node.innerWeights, isIt);
    if (!rest) {
      if (isListed)
        return true;
      continue;
    }
    draw::Frame &inside = state.picture.frames[node.inside];
    draw::InnerWeight inner = weight;
    inner.path = *rest;
    bool indexed = inside.kind == draw::FrameKind::each || inside.kind == draw::FrameKind::chain;
    if (indexed && !inner.axes.empty())
      inner.axes.erase(inner.axes.begin());
    if (!isListed && !listTied(state, inside, inner))
      continue;
    if (!isListed)
      node.innerWeights.push_back(weight);
    else
      listTied(state, inside, inner);
    return true;
  }
  return false;
}

} // namespace weft
