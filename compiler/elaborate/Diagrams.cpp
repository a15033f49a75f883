// Composition, products, boxes, and the structure of wires: `id`, `copy`, `drop`, `swap`.
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

std::string writtenText(Range range) {
  if (!range.file)
    return "";
  std::string text(range.file->text().substr(range.begin, range.end - range.begin));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

std::string Diagrams::origin(Value wire) {
  auto known = origins.find(wire);
  return known == origins.end() ? "the wire" : known->second;
}

Value Diagrams::pack(Values leaves, Range range) {
  if (leaves.size() == 1)
    return leaves.front();
  // What was just taken apart is put together again by not taking it apart.
  if (!leaves.empty())
    if (auto unpack = leaves.front().getDefiningOp<UnpackOp>())
      if (ValueRange(unpack.getResults()) == ValueRange(leaves))
        return unpack.getPacked();
  SmallVector<Type> types;
  for (Value leaf : leaves)
    types.push_back(leaf.getType());
  return PackOp::create(builder, state.location(range), TupleType::get(&state.context, types), leaves);
}

void Diagrams::unpack(Value wire, Values &leaves, Range range) {
  auto tuple = dyn_cast<TupleType>(wire.getType());
  if (!tuple)
    return leaves.push_back(wire);
  UnpackOp op = UnpackOp::create(builder, state.location(range), tuple.getTypes(), wire);
  for (auto [i, leaf] : llvm::enumerate(op.getResults())) {
    origins[leaf] = "part " + std::to_string(i + 1) + " of " + origin(wire);
    leaves.push_back(leaf);
  }
}

std::optional<Values> Diagrams::emitNamed(StringRef name, const ast::Diagram &diagram, Values inputs,
                                          ArrayRef<Type> expected) {
  mlir::Region body;
  SmallVector<Type> types;
  SmallVector<Location> locations;
  for (Value input : inputs) {
    types.push_back(input.getType());
    locations.push_back(input.getLoc());
  }
  OpBuilder::InsertPoint outside = builder.saveInsertionPoint();
  Block *block = builder.createBlock(&body, body.end(), types, locations);
  Values arguments(block->getArguments());
  for (auto [argument, input] : llvm::zip(arguments, inputs))
    origins[argument] = origin(input);
  std::optional<Values> results = emit(diagram, "", arguments, expected);
  if (results)
    YieldOp::create(builder, state.location(diagram.range), *results);
  builder.restoreInsertionPoint(outside);
  if (!results)
    return std::nullopt;
  SmallVector<Type> outputs;
  for (Value result : *results)
    outputs.push_back(result.getType());
  GroupOp group = GroupOp::create(builder, state.location(diagram.range), outputs, name, inputs);
  group.getBody().takeBody(body);
  for (auto [result, inner] : llvm::zip(group.getResults(), *results))
    origins[result] = origin(inner);
  return Values(group.getResults());
}

std::optional<Values> Diagrams::emitProduct(const ast::Diagram &diagram, Values inputs,
                                            ArrayRef<Type> expected) {
  std::vector<size_t> counts;
  size_t total = 0;
  for (const ast::DiagramPtr &part : diagram.parts) {
    std::optional<DiagramShape> shape = shapeOf(state, *part, environment);
    if (!shape) {
      // What is wrong with the part is found when it is made; here it is at least unclear.
      state.error("call.arity", part->range, "the number of wires of this part of a product is not known")
          .note("say its type: `id[X]`, `copy[X]`");
      return std::nullopt;
    }
    counts.push_back(shape->inputs.size());
    total += counts.back();
  }
  if (total != inputs.size()) {
    state.error("call.arity", diagram.range,
                "this product takes " + counted(total, "wire") + ", and gets " +
                    std::to_string(inputs.size()));
    return std::nullopt;
  }
  Values outputs;
  size_t first = 0;
  bool well = true;
  for (auto [part, count] : llvm::zip(diagram.parts, counts)) {
    Values own(inputs.begin() + first, inputs.begin() + first + count);
    first += count;
    std::optional<Values> results = emit(*part, "", own, {});
    well &= results.has_value();
    if (results)
      outputs.append(*results);
  }
  return well ? std::optional(outputs) : std::nullopt;
}

std::optional<Values> Diagrams::emit(const ast::Diagram &diagram, StringRef name, Values inputs,
                                     ArrayRef<Type> expected) {
  bool several = diagram.kind == ast::Diagram::Kind::sequence ||
                 diagram.kind == ast::Diagram::Kind::product || diagram.kind == ast::Diagram::Kind::named;
  if (several && !name.empty())
    return emitNamed(name, diagram, inputs, expected);
  switch (diagram.kind) {
  case ast::Diagram::Kind::sequence:
    for (const ast::DiagramPtr &part : diagram.parts) {
      bool last = &part == &diagram.parts.back();
      std::optional<Values> results = emit(*part, "", inputs, last ? expected : ArrayRef<Type>());
      if (!results)
        return std::nullopt;
      inputs = std::move(*results);
    }
    return inputs;
  case ast::Diagram::Kind::product:
    return emitProduct(diagram, inputs, expected);
  case ast::Diagram::Kind::named:
    return emit(*diagram.parts[0], diagram.name.text, inputs, expected);
  case ast::Diagram::Kind::group:
    return emit(*diagram.parts[0], name, inputs, expected);
  case ast::Diagram::Kind::instance: {
    std::string own = name.empty() ? occurrences.nameOf(&diagram, diagram.name.text) : name.str();
    return emitInstance(diagram.name, diagram.brackets ? &*diagram.brackets : nullptr, own, inputs, expected,
                        diagram.range);
  }
  case ast::Diagram::Kind::iterate:
    return emitIterate(diagram, name, inputs);
  default:
    return emitFrame(diagram, name, inputs);
  }
}

std::optional<Values> Diagrams::emitStructure(const ast::Name &head, const ast::Brackets *brackets,
                                              Values inputs, Range range) {
  SmallVector<Type> types;
  std::vector<size_t> counts;
  for (size_t i = 0; brackets && i < brackets->items.size(); ++i) {
    const ast::Item &item = brackets->items[i];
    Type type = item.value ? resolveType(state, *item.value, environment) : Type();
    if (!type)
      return std::nullopt;
    SmallVector<Type> leaves = flatten(ArrayRef<Type>(type));
    counts.push_back(leaves.size());
    types.append(leaves);
  }
  for (size_t i = 0; brackets && i < std::max(types.size(), inputs.size()); ++i)
    if (types.size() != inputs.size() || inputs[i].getType() != types[i]) {
      std::string have = i < inputs.size() ? "`" + text(inputs[i].getType()) + "`" : "missing";
      std::string want = i < types.size() ? "`" + text(types[i]) + "`" : "nothing";
      state.error(types.size() != inputs.size() ? "call.arity" : "wire.axis", range,
                  (i < inputs.size() ? origin(inputs[i]) : "a wire") + " is " + have + ", but `" + head.text +
                      "` takes " + want);
      return std::nullopt;
    }
  if (head.text == "drop") {
    for (Value input : inputs)
      DropOp::create(builder, state.location(range), input);
    return Values();
  }
  if (head.text == "copy") {
    Values both(inputs);
    both.append(inputs);
    return both;
  }
  if (head.text == "swap") {
    size_t first = counts.size() == 2 ? counts[0] : 1;
    if ((brackets && counts.size() != 2) || (!brackets && inputs.size() != 2)) {
      state.error("call.arity", range, "`swap[X, Y]` takes two types");
      return std::nullopt;
    }
    std::rotate(inputs.begin(), inputs.begin() + first, inputs.end());
  }
  return inputs;
}

std::optional<Values> Diagrams::emitInstance(const ast::Name &head, const ast::Brackets *brackets,
                                             StringRef name, Values inputs, ArrayRef<Type> expected,
                                             Range range) {
  bool isStructure = head.text == "id" || head.text == "copy" || head.text == "drop" || head.text == "swap";
  if (isStructure && !environment.binds(head.text) && !state.scope.find(head.text, environment.standard))
    return emitStructure(head, brackets, inputs, range);
  SmallVector<Type> types;
  for (Value input : inputs)
    types.push_back(input.getType());
  std::optional<BoxValue> box = resolveBox(state, head, brackets, environment, types, expected, range);
  return box ? apply(*box, 0, name, head.text, inputs, range) : std::nullopt;
}

// What to write so that wires meet that do not.
static std::string wayToFit(ObjectType have, ObjectType want, StringRef box) {
  ArrayRef<StringAttr> more = have.getAxes(), fewer = want.getAxes();
  if (have.getElement() != want.getElement())
    return "nothing converts by itself: convert in an equation, `y[i] = " +
           want.getElement().getValue().str() + "(x[i])`";
  if (more.size() > fewer.size() && more.take_back(fewer.size()) == fewer)
    return "`map " + box.str() + " over " + more[more.size() - fewer.size() - 1].getValue().str() +
           "` does it at every position";
  return "a wire of one axis never meets one of another: take the same axes, or rearrange in an equation";
}

// Whether the wires fit the box; says which two boxes meet and where they differ.
static bool checkInputs(State &state, Diagrams &diagrams, const Instance &instance, ArrayRef<Type> wanted,
                        const Values &inputs, StringRef shown, Range range) {
  if (wanted.size() != inputs.size()) {
    state
        .error("call.arity", range,
               "`" + shown.str() + "` takes " + counted(wanted.size(), "wire") + ", and gets " +
                   std::to_string(inputs.size()))
        .note(instance.range, "declared here");
    return false;
  }
  for (auto [i, input] : llvm::enumerate(inputs)) {
    if (input.getType() == wanted[i])
      continue;
    auto have = cast<ObjectType>(input.getType()), want = cast<ObjectType>(wanted[i]);
    bool element = have.getElement() != want.getElement() && !(have.isIndex() && want.isIndex());
    state
        .error(element ? "type.element" : "wire.axis", range,
               diagrams.origin(input) + " is `" + text(have) + "`, but input wire " + std::to_string(i + 1) +
                   " of `" + shown.str() + "` is `" + text(want) + "`")
        .note(wayToFit(have, want, shown))
        .note(instance.range, "`" + shown.str() + "` is declared here");
    return false;
  }
  return true;
}

std::optional<Values> Diagrams::apply(const BoxValue &box, unsigned depth, StringRef name, StringRef shown,
                                      Values inputs, Range range) {
  const Instance &instance = *box.instance;
  for (Type type : instance.inputs)
    if (!type)
      return std::nullopt;
  for (Type type : instance.outputs)
    if (!type)
      return std::nullopt;
  SmallVector<Type> wanted;
  for (Type type : flatten(instance.inputs))
    wanted.push_back(prefix(type, ArrayRef(box.over).drop_front(depth)));
  // A morphism that is a diagram and has errors may not know its wires.
  if ((instance.failed && instance.outputs.empty()) ||
      !checkInputs(state, *this, instance, wanted, inputs, shown, range))
    return std::nullopt;
  if (depth < box.over.size()) {
    mlir::Region body;
    OpBuilder::InsertPoint outside = builder.saveInsertionPoint();
    SmallVector<Type> types;
    for (Type type : flatten(instance.inputs))
      types.push_back(prefix(type, ArrayRef(box.over).drop_front(depth + 1)));
    SmallVector<Location> locations(types.size(), state.location(range));
    Block *block = builder.createBlock(&body, body.end(), types, locations);
    std::optional<Values> results = apply(box, depth + 1, name, shown, Values(block->getArguments()), range);
    if (results)
      YieldOp::create(builder, state.location(range), *results);
    builder.restoreInsertionPoint(outside);
    if (!results)
      return std::nullopt;
    SmallVector<Type> outputs;
    for (Value result : *results)
      outputs.push_back(prefix(result.getType(), box.over[depth]));
    MapOp map = MapOp::create(builder, state.location(range), outputs, StringAttr(), box.over[depth],
                              DenseI64ArrayAttr(), ValueRange(), inputs, ValueRange());
    map.getBody().takeBody(body);
    for (auto [i, result] : llvm::enumerate(map.getResults()))
      origins[result] = "output wire " + std::to_string(i + 1) + " of `" + shown.str() + "`";
    return Values(map.getResults());
  }
  Values arguments;
  size_t first = 0;
  for (Type type : instance.inputs) {
    size_t count = flatten(ArrayRef<Type>(type)).size();
    arguments.push_back(pack(Values(inputs.begin() + first, inputs.begin() + first + count), range));
    first += count;
  }
  BoxOp op = BoxOp::create(builder, state.location(range), TypeRange(instance.outputs), name, instance.symbol,
                           arguments, ArrayAttr(), ValueRange(), ArrayAttr());
  Values outputs;
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    origins[result] = "output wire " + std::to_string(i + 1) + " of `" + shown.str() + "`";
    unpack(result, outputs, range);
  }
  return outputs;
}

} // namespace weft
