#include "test/lib/draw/RandomPicture.h"

#include "lib/draw/Colours.h"

#include <algorithm>
#include <random>

namespace weft::draw {

namespace {

class Generator {
public:
  explicit Generator(unsigned seed) : random(seed) {}
  Picture run();

private:
  struct Value {
    End end;
    std::vector<unsigned> axes;
    bool copied = false;
  };
  int frame(unsigned depth, FrameKind kind, const std::vector<std::vector<unsigned>> &inputs,
            std::vector<std::vector<unsigned>> &outputs);
  void addNode(Frame &frame, std::vector<Value> &values, unsigned depth, bool top);
  void addTies(Frame &frame);
  void finish(Frame &frame, std::vector<Value> &values, std::vector<std::vector<unsigned>> &outputs);
  Value take(Frame &frame, std::vector<Value> &values);
  void connect(Frame &frame, const Value &value, End to);
  // The same numbers on every machine: the standard's engines are fixed, its distributions are not.
  unsigned below(unsigned limit) { return unsigned(random() % limit); }
  std::vector<unsigned> someAxes() {
    std::vector<unsigned> axes;
    for (unsigned i = below(4); i > 0; --i)
      axes.push_back(below(9));
    return axes;
  }

  std::mt19937 random;
  Picture picture;
};

void Generator::connect(Frame &frame, const Value &value, End to) {
  Wire wire;
  wire.name = below(3) ? "" : "w" + std::to_string(frame.wires.size());
  wire.type = "real";
  wire.axes = value.axes;
  wire.from = value.end;
  wire.to = to;
  frame.wires.push_back(wire);
}

// A value that is used up, or one end of a copy of it.
Generator::Value Generator::take(Frame &frame, std::vector<Value> &values) {
  unsigned at = below(values.size());
  Value value = values[at];
  if (below(4) || value.copied) {
    values.erase(values.begin() + at);
    return value;
  }
  Node copy;
  copy.kind = NodeKind::copy;
  copy.name = "copy" + std::to_string(frame.nodes.size());
  copy.inputs = 1;
  copy.outputs = 2 + below(2);
  int node = frame.nodes.size();
  connect(frame, value, {node, 0});
  frame.nodes.push_back(copy);
  values.erase(values.begin() + at);
  for (unsigned i = 1; i < copy.outputs; ++i)
    values.push_back({{node, i}, value.axes, true});
  return {{node, 0}, value.axes, true};
}

void Generator::addNode(Frame &frame, std::vector<Value> &values, unsigned depth, bool top) {
  static const NodeKind kinds[] = {NodeKind::box,  NodeKind::box, NodeKind::point, NodeKind::contraction,
                                   NodeKind::fold, NodeKind::sum, NodeKind::scan,  NodeKind::drop};
  Node node;
  node.kind = kinds[below(8)];
  node.name = "n" + std::to_string(frame.nodes.size());
  node.label = std::string(1 + below(14), 'm');
  if (node.kind == NodeKind::drop && values.size() < 2)
    node.kind = NodeKind::point;
  unsigned wanted = node.kind == NodeKind::sum ? 2 : node.kind == NodeKind::drop ? 1 : 1 + below(3);
  if (values.size() < wanted)
    return;
  node.inputs = wanted;
  node.outputs = node.kind == NodeKind::drop ? 0 : node.kind == NodeKind::box ? 1 + below(2) : 1;
  node.commutes = node.kind == NodeKind::sum && below(2);
  node.label = node.kind == NodeKind::sum ? "+" : node.label;
  if (node.kind == NodeKind::fold)
    node.facts.laws = {{"assoc", "proved", ""}, {"comm", "assumed", ""}};
  int index = frame.nodes.size();
  std::vector<Value> inputs;
  frame.nodes.push_back(node);
  for (unsigned i = 0; i < wanted; ++i) {
    inputs.push_back(take(frame, values));
    connect(frame, inputs.back(), {index, i});
  }
  Node &placed = frame.nodes[index];
  std::vector<std::vector<unsigned>> outputs(placed.outputs, someAxes());
  if (node.kind == NodeKind::box && depth > 0 && below(2)) {
    static const FrameKind inner[] = {FrameKind::box, FrameKind::map, FrameKind::chain, FrameKind::scan};
    std::vector<std::vector<unsigned>> axes;
    for (const Value &input : inputs)
      axes.push_back(input.axes);
    int inside = this->frame(depth - 1, inner[below(4)], axes, outputs);
    frame.nodes[index].inside = inside;
    frame.nodes[index].outputs = outputs.size();
    frame.nodes[index].facts.cost = 1 + below(1000);
  }
  if (node.kind == NodeKind::contraction || (node.kind == NodeKind::box && below(2)))
    for (unsigned w = 1 + below(2); w > 0; --w) {
      if (node.kind == NodeKind::box || !top) {
        if (frame.nodes[index].inside < 0)
          frame.nodes[index].innerWeights.push_back(
              {frame.nodes[index].name + ".W" + std::to_string(w), "real", someAxes()}),
              ++frame.nodes[index].weightNames;
        continue;
      }
      std::string name = "V" + std::to_string(frame.weights.size());
      frame.weights.push_back({name, "real", Entry::plain, someAxes(), -1});
      Wire wire{name, "real", frame.weights.back().axes, -1, WireKind::weight, {}, {}};
      wire.from = {End::boundary, unsigned(frame.weights.size() - 1)};
      wire.to = {index, frame.nodes[index].weights++};
      frame.wires.push_back(wire);
    }
  for (unsigned i = 0; i < frame.nodes[index].outputs; ++i)
    values.push_back({{index, i}, outputs[i], false});
}

void Generator::finish(Frame &frame, std::vector<Value> &values,
                       std::vector<std::vector<unsigned>> &outputs) {
  outputs.clear();
  for (const Value &value : values) {
    unsigned port = outputs.size();
    connect(frame, value, {End::boundary, port});
    outputs.push_back(value.axes);
    frame.outputs.push_back({"out" + std::to_string(port), "real", Entry::plain, value.axes, -1});
  }
}

int Generator::frame(unsigned depth, FrameKind kind, const std::vector<std::vector<unsigned>> &inputs,
                     std::vector<std::vector<unsigned>> &outputs) {
  Frame frame;
  frame.kind = kind;
  frame.name = "frame";
  bool repeats = kind == FrameKind::map || kind == FrameKind::chain || kind == FrameKind::scan;
  frame.axis = repeats ? int(below(9)) : -1;
  std::vector<Value> values;
  for (unsigned i = 0; i < inputs.size(); ++i) {
    Entry entry = kind == FrameKind::map ? Entry::element
                  : repeats              ? (i ? Entry::element : Entry::state)
                                         : Entry::plain;
    frame.inputs.push_back({"in" + std::to_string(i), "real", entry, inputs[i], -1});
    values.push_back({{End::boundary, i}, inputs[i], false});
  }
  for (unsigned n = 2 + below(depth == 2 ? 12 : 5); n > 0 && !values.empty(); --n)
    addNode(frame, values, depth, true);
  finish(frame, values, outputs);
  for (Port &port : frame.outputs)
    port.entry = kind == FrameKind::map ? Entry::element : Entry::plain;
  picture.frames.push_back(std::move(frame));
  return picture.frames.size() - 1;
}

// Ties of some of the root's weights to others, and to weights that the cells store.
void Generator::addTies(Frame &frame) {
  std::vector<std::pair<std::string, std::vector<unsigned>>> weights;
  for (const Port &port : frame.weights)
    weights.push_back({port.name, port.axes});
  for (const Node &node : frame.nodes)
    for (const InnerWeight &weight : node.innerWeights)
      weights.push_back({weight.path, weight.axes});
  for (unsigned count = below(4); count > 0 && weights.size() > 1; --count) {
    Tie tie;
    auto target = weights.begin() + below(weights.size());
    tie.cell = std::string(1 + below(12), 'c');
    tie.target = target->first;
    tie.axes = target->second;
    tie.form = "computed";
    tie.shortFormula = std::string(below(30), 'f');
    weights.erase(target);
    for (unsigned i = below(3); i > 0; --i) {
      const auto &[path, axes] = weights[below(weights.size())];
      if (std::none_of(tie.sources.begin(), tie.sources.end(), [&](auto &s) { return s.path == path; }))
        tie.sources.push_back({path, "real", axes, false});
    }
    if (below(2))
      tie.sources.push_back({tie.target, "real", tie.axes, true});
    for (unsigned i = below(3); i > 0; --i)
      tie.sources.push_back(
          {"new" + std::to_string(frame.ties.size()) + std::to_string(i), "real", someAxes(), true});
    frame.ties.push_back(std::move(tie));
  }
}

Picture Generator::run() {
  picture.name = "random";
  picture.type = "real";
  for (unsigned i = 0; i < 9; ++i)
    picture.axes.push_back({"Axis" + std::to_string(i), "4", false, ""});
  std::vector<std::vector<unsigned>> inputs(1 + below(4)), outputs;
  for (auto &axes : inputs)
    axes = someAxes();
  picture.root = frame(2, FrameKind::network, inputs, outputs);
  addTies(picture.frames[picture.root]);
  assignHues(picture);
  return std::move(picture);
}

} // namespace

Picture randomPicture(unsigned seed) { return Generator(seed).run(); }

static Node box(unsigned i) {
  Node node;
  node.name = "n" + std::to_string(i);
  node.label = "f";
  node.inputs = node.outputs = 1;
  return node;
}

Picture seriesPicture(unsigned count) {
  Picture picture;
  Frame frame;
  frame.inputs = frame.outputs = {{"x", "real", Entry::plain, {}, -1}};
  for (unsigned i = 0; i <= count; ++i) {
    Wire wire;
    wire.from = {i ? int(i) - 1 : End::boundary, 0};
    wire.to = {i < count ? int(i) : End::boundary, 0};
    frame.wires.push_back(wire);
    if (i < count)
      frame.nodes.push_back(box(i));
  }
  picture.frames = {frame};
  picture.root = 0;
  return picture;
}

// A term of `;` and `*` over boxes with any number of wires; the ports of `open` are what leaves it so far.
static void addTerm(std::mt19937 &random, Frame &frame, std::vector<End> &open, unsigned first,
                    unsigned &count, unsigned depth) {
  auto addBox = [&](unsigned inputs, unsigned outputs) {
    Node node = box(unsigned(frame.nodes.size()));
    node.inputs = inputs;
    node.outputs = outputs;
    int index = int(frame.nodes.size());
    for (unsigned i = 0; i < inputs; ++i) {
      Wire wire;
      wire.from = open[first + i];
      wire.to = {index, i};
      frame.wires.push_back(wire);
    }
    frame.nodes.push_back(node);
    open.erase(open.begin() + first, open.begin() + first + inputs);
    for (unsigned i = 0; i < outputs; ++i)
      open.insert(open.begin() + first + i, {index, i});
    count = outputs;
  };
  if (depth == 0 || random() % 4 == 0)
    return addBox(count, 1 + unsigned(random() % 3));
  if (count > 1 && random() % 2) {
    // f * g: the wires in two parts, one below the other.
    unsigned upper = 1 + unsigned(random() % (count - 1)), lower = count - upper;
    addTerm(random, frame, open, first, upper, depth - 1);
    addTerm(random, frame, open, first + upper, lower, depth - 1);
    count = upper + lower;
    return;
  }
  addTerm(random, frame, open, first, count, depth - 1);
  addTerm(random, frame, open, first, count, depth - 1);
}

Picture termPicture(unsigned seed) {
  std::mt19937 random(seed);
  Picture picture;
  Frame frame;
  std::vector<End> open;
  unsigned count = 1 + unsigned(random() % 5);
  for (unsigned i = 0; i < count; ++i) {
    frame.inputs.push_back({"x" + std::to_string(i), "real", Entry::plain, {}, -1});
    open.push_back({End::boundary, i});
  }
  addTerm(random, frame, open, 0, count, 4);
  for (unsigned i = 0; i < open.size(); ++i) {
    frame.outputs.push_back({"y" + std::to_string(i), "real", Entry::plain, {}, -1});
    Wire wire;
    wire.from = open[i];
    wire.to = {End::boundary, i};
    frame.wires.push_back(wire);
  }
  picture.frames = {frame};
  picture.root = 0;
  return picture;
}

Picture productPicture(unsigned count) {
  Picture picture;
  Frame frame;
  for (unsigned i = 0; i < count; ++i) {
    frame.inputs.push_back({"x", "real", Entry::plain, {}, -1});
    frame.outputs.push_back({"y", "real", Entry::plain, {}, -1});
    frame.nodes.push_back(box(i));
    Wire in, out;
    in.from = {End::boundary, i};
    in.to = out.from = {int(i), 0};
    out.to = {End::boundary, i};
    frame.wires.push_back(in);
    frame.wires.push_back(out);
  }
  picture.frames = {frame};
  picture.root = 0;
  return picture;
}

} // namespace weft::draw
