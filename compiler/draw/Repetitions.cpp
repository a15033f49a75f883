// Parts of a diagram that repeat a body along an axis, or only name it: frames of their own.
#include "compiler/draw/FrameBuilder.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

using draw::Node;
using draw::NodeKind;

static std::pair<draw::FrameKind, const char *> repetition(Operation &op) {
  using draw::FrameKind;
  return llvm::TypeSwitch<Operation *, std::pair<FrameKind, const char *>>(&op)
      .Case([](MapOp) { return std::pair(FrameKind::map, "map"); })
      .Case([](EachOp) { return std::pair(FrameKind::each, "each"); })
      .Case([](ChainOp) { return std::pair(FrameKind::chain, "chain"); })
      .Case([](ScanOp) { return std::pair(FrameKind::scan, "scan"); })
      .Case([](FoldlOp) { return std::pair(FrameKind::fold, "fold"); })
      .Case([](UnfoldOp) { return std::pair(FrameKind::unfold, "unfold"); })
      .Case([](IterateOp) { return std::pair(FrameKind::iterate, "iterate"); })
      .Default([](Operation *) { return std::pair(FrameKind::group, "group"); });
}

namespace {
/// What a frame repeats: one box, or several in a row; a frame in a frame repeats what the inner one does.
struct Content {
  std::string labels, name;
  std::vector<std::string> axes; // of the frames right inside
  bool scalar = false;           // one function of numbers
};
} // namespace

bool isScalarBox(BoxOp box) {
  auto isScalar = [](Type type) {
    auto object = dyn_cast<ObjectType>(type);
    return object && object.isScalar();
  };
  auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr());
  return callee && callee.weightCount() == 0 && llvm::all_of(box.getOperandTypes(), isScalar) &&
         llvm::all_of(box.getResultTypes(), isScalar);
}

static Content contentOf(Block &block) {
  Content content;
  unsigned count = 0;
  auto addLabel = [&](const std::string &label) {
    content.labels += (content.labels.empty() || label.empty() ? "" : " ; ") + label;
  };
  for (Operation &op : block.without_terminator()) {
    ++count;
    if (auto box = dyn_cast<BoxOp>(op)) {
      addLabel(baseName(box.getCallee()));
      content.name = box.getName().str();
      content.scalar = isScalarBox(box);
    } else if (auto map = dyn_cast<MapOp>(op)) {
      Content inner = contentOf(map.block());
      addLabel(inner.labels);
      content.name = map.getName() ? map.getName()->str() : inner.name;
      content.scalar = inner.scalar;
      content.axes.push_back(map.getAxis().str());
      content.axes.insert(content.axes.end(), inner.axes.begin(), inner.axes.end());
    } else if (isa<EachOp, ChainOp, ScanOp, FoldlOp, UnfoldOp, IterateOp>(op)) {
      Content inner = contentOf(op.getRegion(0).front());
      auto name = op.getAttrOfType<StringAttr>("name");
      addLabel(inner.labels);
      content.name = name ? name.str() : inner.name;
    }
  }
  if (count != 1) {
    content.name.clear();
    content.axes.clear();
    content.scalar = false;
  }
  return content;
}

int FrameBuilder::insideOf(Operation &op, draw::FrameKind kind, StringRef axis) {
  draw::Frame inner;
  inner.kind = kind;
  inner.axis = axis.empty() ? -1 : int(state.indices[axis]);
  Block &block = op.getRegion(0).front();
  for (Value value : op.getOperands())
    inner.inputs.push_back(portOf(state, sources[value].name, value.getType()));
  unsigned states = 0, elements = 0;
  llvm::TypeSwitch<Operation *>(&op)
      .Case<MapOp, EachOp, ChainOp, ScanOp, FoldlOp, UnfoldOp>([&](auto frame) {
        states = frame.getStates().size();
        elements = frame.getElements().size();
      })
      .Case([&](IterateOp loop) { states = loop.getStates().size(); });
  for (auto [i, port] : llvm::enumerate(inner.inputs))
    port.entry = kind == draw::FrameKind::group ? draw::Entry::plain
                 : i < states                   ? draw::Entry::state
                 : i < states + elements        ? draw::Entry::element
                                                : draw::Entry::context;
  for (auto [i, value] : llvm::enumerate(op.getResults())) {
    draw::Port port = portOf(state, "", value.getType());
    bool flag = kind == draw::FrameKind::iterate && i >= states;
    port.entry = kind == draw::FrameKind::group || flag ? draw::Entry::plain
                 : i < states                           ? draw::Entry::state
                                                        : draw::Entry::element;
    inner.outputs.push_back(std::move(port));
  }
  FrameBuilder builder(state, inner);
  builder.build(block, op.getNumOperands(), {});
  return builder.finish();
}

// A step of a program's own is no monoid: nothing is known that would allow another order.
static void addSteps(const draw::Frame &inside, Node &node) {
  auto isState = [](const draw::Port &port) { return port.entry == draw::Entry::state; };
  if (llvm::any_of(inside.inputs, isState))
    node.facts.algorithms.push_back(
        {"", "", "sequence", "each step takes the states that the one before it gives", {}});
}

void FrameBuilder::addRepetition(Operation &op, Node &node) {
  auto [kind, word] = repetition(op);
  auto nameAttribute = op.getAttrOfType<StringAttr>("name");
  auto axisAttribute = op.getAttrOfType<StringAttr>("axis");
  Content content = contentOf(op.getRegion(0).front());
  std::string own = nameAttribute ? nameAttribute.str() : "";
  node.name = !own.empty() ? own : content.name + "@" + word;
  node.label = !own.empty() && content.name.empty() ? own : content.labels.empty() ? word : content.labels;
  if (axisAttribute) {
    node.sub = std::string(word) + " over " + axisAttribute.str();
    for (const std::string &axis : kind == draw::FrameKind::map ? content.axes : std::vector<std::string>())
      node.sub += ", " + axis;
  } else if (auto bound = op.getAttrOfType<StringAttr>("bound")) {
    node.sub = "iterate at most " + bound.str();
  }
  if (kind == draw::FrameKind::chain && state.axes.size(axisAttribute.getValue()).constant())
    node.sub += " = " + state.axes.size(axisAttribute.getValue()).text();
  node.inside = insideOf(op, kind, axisAttribute ? axisAttribute.getValue() : "");
  draw::Frame &inside = state.picture.frames[node.inside];
  inside.name = node.label;
  inside.title = node.sub;
  addSteps(inside, node);
  // A function of numbers, mapped, is a point operation.
  if (kind == draw::FrameKind::map && content.scalar) {
    node.kind = NodeKind::point;
    node.sub.clear();
  }
}

} // namespace weft
