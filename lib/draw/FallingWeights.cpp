// What falls on a closed node: its own weights and those of the boxes inside, one by one or as a bundle.
#include "lib/draw/FrameLayout.h"
#include "lib/draw/NodeSize.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

// Few weights are shown one by one, many as one bundle.
static constexpr size_t mostSingle = 4;

Storage TiedWeights::of(const std::string &path) const {
  auto it = paths ? paths->find(joined(base, path)) : Tied::const_iterator();
  return !paths || it == paths->end() ? Storage::own : it->second;
}

static std::string lastStep(const std::string &path) { return path.substr(path.rfind('.') + 1); }

static FallingWeight bundle(const Node &node, const std::vector<FallingWeight> &single) {
  FallingWeight all;
  all.name = node.name.substr(0, node.name.find('@')) + ".*";
  all.storage = single.front().storage;
  all.axes = single.front().axes;
  all.axes.resize(std::min<size_t>(all.axes.size(), 2));
  for (const FallingWeight &weight : single)
    all.paths.push_back(weight.paths.front());
  return all;
}

std::vector<FallingWeight> fallingWeights(const Frame &frame, unsigned index, const TiedWeights &tied) {
  std::vector<FallingWeight> own, inner, falling;
  const Node &node = frame.nodes[index];
  for (unsigned w = 0; w < frame.wires.size() && own.size() < node.weights; ++w) {
    const Wire &wire = frame.wires[w];
    if (wire.kind == WireKind::weight && wire.to.node == int(index))
      own.push_back({wire.name, int(w), wire.axes, {wire.name}, tied.of(wire.name)});
  }
  for (const InnerWeight &weight : node.innerWeights)
    inner.push_back({lastStep(weight.path), -1, weight.axes, {weight.path}, tied.of(weight.path)});
  for (Storage storage : {Storage::own, Storage::none, Storage::byCell}) {
    auto isHere = [&](const FallingWeight &weight) { return weight.storage == storage; };
    auto add = [&](const std::vector<FallingWeight> &list) {
      std::copy_if(list.begin(), list.end(), std::back_inserter(falling), isHere);
    };
    add(own);
    size_t count = std::count_if(inner.begin(), inner.end(), isHere);
    bool single = storage != Storage::own ? count <= mostSingle : node.weightNames <= double(mostSingle);
    if (single || count == 0) {
      add(inner);
      continue;
    }
    std::vector<FallingWeight> kept;
    std::copy_if(inner.begin(), inner.end(), std::back_inserter(kept), isHere);
    falling.push_back(bundle(node, kept));
  }
  return falling;
}

std::string pillText(const Node &node, const std::vector<FallingWeight> &falling, size_t first, size_t end) {
  std::string text;
  for (size_t i = first; i < end; ++i)
    text += (text.empty() ? "" : ", ") + falling[i].name;
  const FallingWeight &last = falling[end - 1];
  if (last.paths.size() < 2)
    return clipped(text, 150, weightSize);
  double count = last.paths.size();
  // Of very many weights only some are listed.
  if (last.storage == Storage::own)
    count += node.weightNames - double(node.innerWeights.size());
  return clipped(text + " ×" + std::to_string(long(count)), 150, weightSize);
}

} // namespace weft::draw
