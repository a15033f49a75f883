#include "compiler/draw/FrameBuilder.h"

#include "compiler/draw/EquationKind.h"
#include "dialects/weft/WeightPaths.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft {

using draw::End;
using draw::Node;
using draw::NodeKind;

std::string typeText(Type type) {
  auto object = dyn_cast<ObjectType>(type);
  std::string text;
  if (!object) {
    for (Type part : cast<TupleType>(type).getTypes())
      text += (text.empty() ? "(" : ", ") + typeText(part);
    return text.empty() ? "()" : text + ")";
  }
  for (StringAttr axis : object.getAxes())
    text += (text.empty() ? "[" : ", ") + axis.str();
  return object.getElement().str() + text + (text.empty() ? "" : "]");
}

std::string baseName(StringRef symbol) { return symbol.split('[').first.str(); }

std::string sourceText(Location location) {
  if (auto range = location->findInstanceOf<FileLineColRange>())
    return llvm::sys::path::filename(range.getFilename().getValue()).str() + ":" +
           std::to_string(range.getStartLine());
  return "";
}

// Names are unique in a frame, so that a path says one thing.
std::string FrameBuilder::unique(std::string name) {
  unsigned &count = names[name];
  if (count++ == 0)
    return name;
  // A name may itself look like a numbered one.
  while (names.contains(name + "_" + std::to_string(count)))
    ++count;
  return unique(name + "_" + std::to_string(count));
}

// What a copy or drop is called by: its wire, or the box that the wire comes from.
std::string FrameBuilder::wireName(Value value) {
  const Source &source = sources[value];
  if (!source.name.empty() || source.end.node == End::boundary)
    return source.name;
  const std::string &node = frame.nodes[source.end.node].name;
  return node.substr(0, node.find('@'));
}

int FrameBuilder::place(Operation &op, Node node) {
  node.name = unique(node.name);
  node.facts.source = sourceText(op.getLoc());
  frame.nodes.push_back(std::move(node));
  return frame.nodes.size() - 1;
}

void FrameBuilder::connect(Value value, End to, bool onTop, StringRef name) {
  Source &source = sources[value];
  draw::Wire wire;
  wire.from = source.end;
  wire.to = to;
  wire.name = name.empty() ? source.name : name.str();
  wire.type = typeText(value.getType());
  wire.kind = onTop ? draw::WireKind::weight : draw::WireKind::data;
  if (auto type = dyn_cast<ObjectType>(value.getType())) {
    wire.axes = state.indices.of(type);
    if (type.isIndex())
      wire.values = state.indices[type.getElement().getValue()];
  }
  frame.wires.push_back(std::move(wire));
}

// A weight falls from above when all its readers are equations; else it flows among the data.
bool FrameBuilder::comesFromAbove(Value value) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (auto copy = dyn_cast<CopyOp>(user))
      return llvm::all_of(copy.getCopies(), [&](Value result) { return comesFromAbove(result); });
    return isa<EquationOp>(user);
  });
}

void FrameBuilder::addWeights(Block &block, unsigned inputs) {
  for (BlockArgument argument : block.getArguments().drop_front(inputs)) {
    unsigned index = argument.getArgNumber() - inputs;
    const std::string &name = frame.weights[index].name;
    sources[argument] = {{End::boundary, index}, name, true};
    if (comesFromAbove(argument))
      continue;
    Node node;
    node.kind = NodeKind::weight;
    node.name = unique(name);
    node.label = name;
    node.weights = node.outputs = 1;
    int placed = frame.nodes.size();
    frame.nodes.push_back(std::move(node));
    connect(argument, {placed, 0}, true, name);
    sources[argument] = {{placed, 0}, name, false};
  }
}

void FrameBuilder::addCopy(CopyOp copy) {
  Source source = sources[copy.getWire()];
  // A copy of a copy is one copy with more ends.
  if (source.end.node != End::boundary && frame.nodes[source.end.node].kind == NodeKind::copy) {
    for (Value result : copy.getCopies())
      sources[result] = {
          {source.end.node, frame.nodes[source.end.node].outputs++}, source.name, source.above};
    --frame.nodes[source.end.node].outputs;
    sources[copy.getCopies().back()].end.port = source.end.port;
    return;
  }
  Node node;
  node.kind = NodeKind::copy;
  node.name = wireName(copy.getWire()) + "@copy";
  node.inputs = source.above ? 0 : 1;
  node.weights = source.above ? 1 : 0;
  node.outputs = copy.getCopies().size();
  int placed = place(*copy, std::move(node));
  connect(copy.getWire(), {placed, 0}, source.above, "");
  for (auto [i, result] : llvm::enumerate(copy.getCopies()))
    sources[result] = {{placed, unsigned(i)}, source.name, source.above};
}

void FrameBuilder::addBox(BoxOp box, Node &node) {
  node.name = box.getName().str();
  node.label = baseName(box.getCallee());
  auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr());
  if (!callee)
    return;
  node.kind = isScalarBox(box) ? NodeKind::point : NodeKind::box;
  node.inside = frameOf(state, callee);
}

void FrameBuilder::addEquation(EquationOp equation, Node &node) {
  node.name = equation.getName().str();
  node.inputs = node.weights = 0;
  for (Value wire : equation.getWires())
    ++(sources[wire].above ? node.weights : node.inputs);
  describeEquation(equation, state.indices, node);
}

draw::Port portOf(const PictureState &state, StringRef name, Type type) {
  draw::Port port;
  port.name = name.str();
  port.type = typeText(type);
  if (auto object = dyn_cast<ObjectType>(type)) {
    port.axes = state.indices.of(object);
    port.values = object.isIndex() ? int(state.indices[object.getElement().getValue()]) : -1;
  }
  return port;
}

void FrameBuilder::addNode(Operation &op) {
  if (auto copy = dyn_cast<CopyOp>(op))
    return addCopy(copy);
  Node node;
  node.inputs = op.getNumOperands();
  node.outputs = op.getNumResults();
  llvm::TypeSwitch<Operation *>(&op)
      .Case([&](BoxOp box) { addBox(box, node); })
      .Case([&](EquationOp equation) { addEquation(equation, node); })
      .Case([&](DropOp drop) {
        node.kind = NodeKind::drop;
        node.name = wireName(drop.getWire()) + "@drop";
      })
      .Case<PackOp, UnpackOp>([&](auto) {
        node.kind = NodeKind::pack;
        node.name = isa<PackOp>(op) ? "@pack" : "@unpack";
        node.label = "( )";
      })
      .Case([&](ContractOp contract) {
        node.kind = NodeKind::contract;
        node.label = contract.getKind() == ContractKind::ensures ? "ensures" : "requires";
        node.name = "@" + node.label;
        node.sub = contract.getText().str();
      })
      .Default([&](Operation *) { addRepetition(op, node); });
  addNumbers(weightNumbers, listWeights(state, op, node));
  if (node.kind != NodeKind::drop && node.kind != NodeKind::pack && node.kind != NodeKind::contract)
    if (std::optional<Size> cost = state.flops.of(&op)) {
      node.facts.flops = cost->text();
      // Open axes at a nominal size: only shares of the whole are read from this.
      node.facts.cost = double(cost->evaluate([](std::string_view) { return 64; }).value_or(INT64_MAX));
    }
  int placed = place(op, std::move(node));
  unsigned data = 0, above = 0;
  auto equation = dyn_cast<EquationOp>(op);
  for (auto [i, value] : llvm::enumerate(op.getOperands())) {
    bool top = equation && sources[value].above;
    connect(value, {placed, top ? above++ : data++}, top, "");
  }
  nameResults(op, placed);
}

void FrameBuilder::nameResults(Operation &op, int placed) {
  for (auto [i, result] : llvm::enumerate(op.getResults()))
    sources[result] = {{placed, unsigned(i)}, isa<EquationOp>(op) ? frame.nodes[placed].name : "", false};
}

void FrameBuilder::build(Block &block, unsigned inputs, ArrayRef<std::string> outputNames) {
  for (unsigned i = 0; i < inputs; ++i)
    sources[block.getArgument(i)] = {{End::boundary, i}, frame.inputs[i].name, false};
  weightNumbers = Size(0);
  for (BlockArgument weight : block.getArguments().drop_front(inputs))
    addNumbers(weightNumbers, state.axes.count(cast<ObjectType>(weight.getType())));
  addWeights(block, inputs);
  for (Operation &op : block.without_terminator())
    addNode(op);
  for (auto [i, value] : llvm::enumerate(block.getTerminator()->getOperands()))
    connect(value, {End::boundary, unsigned(i)}, false, i < outputNames.size() ? outputNames[i] : "");
}

int frameOf(PictureState &state, MorphismOp morphism) {
  if (auto it = state.morphisms.find(morphism); it != state.morphisms.end())
    return it->second;
  if (BoxOp box = boxOfCell(morphism)) {
    int frame = frameOfCell(state, morphism, box);
    return state.morphisms[morphism] = frame;
  }
  draw::Frame frame;
  frame.kind = draw::FrameKind::box;
  frame.name = baseName(morphism.getSymName());
  auto ports = [&](ArrayAttr names, ArrayAttr types, std::vector<draw::Port> &into) {
    for (auto [name, type] : llvm::zip(names.getAsRange<StringAttr>(), types.getAsRange<TypeAttr>()))
      into.push_back(portOf(state, name.getValue(), type.getValue()));
  };
  ports(morphism.getInputNames(), morphism.getInputTypes(), frame.inputs);
  ports(morphism.getWeightNames(), morphism.getWeightTypes(), frame.weights);
  ports(morphism.getOutputNames(), morphism.getOutputTypes(), frame.outputs);
  std::vector<std::string> outputs;
  for (const draw::Port &port : frame.outputs)
    outputs.push_back(port.name);
  FrameBuilder builder(state, frame);
  builder.build(morphism.block(), morphism.inputCount(), outputs);
  return state.morphisms[morphism] = builder.finish();
}

int addFrame(PictureState &state, draw::Frame frame, std::optional<Size> numbers) {
  state.picture.frames.push_back(std::move(frame));
  state.numbers.push_back(std::move(numbers));
  return state.picture.frames.size() - 1;
}

int FrameBuilder::finish() { return addFrame(state, std::move(frame), weightNumbers); }

} // namespace weft
