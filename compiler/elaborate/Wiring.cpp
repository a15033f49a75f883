// Equations in any order: each is made once the wires it needs are.
#include "compiler/elaborate/Body.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

Wire *addWire(Body &body, const ast::Name &name, Wire::Role role, Type type) {
  State &state = body.state;
  auto taken = [&](Range where, const std::string &what) {
    state.error("name.redefined", name.range, "`" + name.text + "` is the name of " + what + " already")
        .note(where, "declared here");
    return nullptr;
  };
  if (Wire *other = body.find(name.text))
    return taken(other->name.range, "another wire");
  const Entity *entity = state.scope.find(name.text, body.environment.standard);
  if (entity && (!entity->standard || entity->range.file == name.range.file))
    return taken(entity->range, describe(entity->kind));
  if (body.environment.binds(name.text))
    return taken(body.environment.owner->range, "a generic");
  Wire wire;
  wire.role = role;
  wire.name = name;
  wire.type = type;
  body.wireNames[name.text] = name.range;
  return &body.wires.insert({name.text, wire}).first->second;
}

namespace {

// The equations that define one wire by clauses, or several wires at once.
struct Definition {
  std::vector<const ast::Equation *> clauses;
  std::vector<size_t> needs; // other definitions
  enum class Progress { waiting, active, done } progress = Progress::waiting;
};

class Wiring {
public:
  explicit Wiring(Body &body) : body(body), state(body.state) {}

  void declare() {
    for (const ast::Equation &equation : body.morphism.equations)
      declare(equation);
  }

  void run() {
    for (const ast::Equation &equation : body.morphism.equations)
      define(equation);
    findNeeds();
    for (size_t i = 0; i < definitions.size(); ++i)
      emitWithNeeds(i);
    for (const ast::Equation &equation : body.morphism.equations)
      if (equation.kind == ast::Equation::Kind::drop)
        drop(equation);
  }

private:
  void declare(const ast::Equation &equation);
  void declareBox(const ast::Name &name, const ast::Equation &equation);
  void define(const ast::Equation &equation);
  void findNeeds();
  void emitWithNeeds(size_t first);
  void reportCycle(const std::vector<size_t> &path, size_t repeated);
  void emit(Definition &definition);
  void assign(const ast::Equation &equation, const std::optional<Values> &values);
  void set(Wire &wire, const Values &leaves, Range range);
  void drop(const ast::Equation &equation);

  Body &body;
  State &state;
  std::vector<Definition> definitions;
  llvm::DenseMap<Wire *, size_t> definedBy;
};

} // namespace

void Wiring::declareBox(const ast::Name &name, const ast::Equation &equation) {
  auto taken = [&](Range where, const std::string &what) {
    state.error("name.redefined", name.range, "`" + name.text + "` is the name of " + what + " already")
        .note(where, "declared here");
  };
  if (Wire *wire = body.find(name.text))
    return taken(wire->name.range, "a wire");
  const Entity *entity = state.scope.find(name.text, body.environment.standard);
  if (entity && (!entity->standard || entity->range.file == name.range.file))
    return taken(entity->range, describe(entity->kind));
  auto [known, fresh] = body.occurrences.boxes.try_emplace(name.text, Box{name, equation.diagram.get(), {}});
  if (!fresh)
    taken(known->second.name.range, "another box");
}

void Wiring::declare(const ast::Equation &equation) {
  switch (equation.kind) {
  case ast::Equation::Kind::box:
    for (const ast::Name &name : equation.names)
      declareBox(name, equation);
    return;
  case ast::Equation::Kind::tie: // a cell's, see Cells.cpp
  case ast::Equation::Kind::drop:
    return;
  default:
    for (const ast::Name &name : equation.names)
      if (!body.find(name.text))
        addWire(body, name, Wire::Role::inner, {});
  }
}

void Wiring::define(const ast::Equation &equation) {
  if (equation.kind != ast::Equation::Kind::define && equation.kind != ast::Equation::Kind::unpack)
    return;
  size_t number = definitions.size();
  for (const ast::Name &name : equation.names) {
    Wire *wire = body.find(name.text);
    if (!wire)
      return; // its name is refused
    auto refuse = [&](Range where, const char *note) {
      state.error("wire.redefined", name.range, "wire `" + name.text + "` is defined already")
          .note(where, note);
    };
    if (wire->role == Wire::Role::input || wire->role == Wire::Role::weight)
      return refuse(wire->name.range, wire->role == Wire::Role::input ? "it is an input" : "it is a weight");
    auto known = definedBy.find(wire);
    if (known != definedBy.end()) {
      Definition &first = definitions[known->second < definitions.size() ? known->second : number];
      bool clauses = known->second < definitions.size() && equation.indexed && first.clauses.front()->indexed;
      if (!clauses)
        return refuse(*wire->defined, "the first definition is here");
      first.clauses.push_back(&equation);
      return;
    }
    definedBy[wire] = number;
    wire->defined = name.range;
  }
  definitions.push_back({{&equation}, {}, Definition::Progress::waiting});
}

void Wiring::findNeeds() {
  for (Definition &definition : definitions) {
    llvm::SetVector<Wire *> wires;
    for (const ast::Equation *clause : definition.clauses)
      wiresRead(body, *clause->value, wires);
    for (Wire *wire : wires) {
      wire->used = true;
      auto definedAt = definedBy.find(wire);
      if (definedAt != definedBy.end() && definedAt->second < definitions.size())
        definition.needs.push_back(definedAt->second);
    }
  }
}

void Wiring::reportCycle(const std::vector<size_t> &path, size_t repeated) {
  auto nameOf = [&](size_t i) { return "`" + definitions[i].clauses.front()->names[0].text + "`"; };
  auto start = llvm::find(path, repeated);
  std::string chain;
  for (auto it = start; it != path.end(); ++it)
    chain += nameOf(*it) + " needs ";
  const ast::Equation &first = *definitions[repeated].clauses.front();
  state.error("wire.cycle", first.names[0].range, "wire " + nameOf(repeated) + " needs itself")
      .note(chain + nameOf(repeated))
      .note("what goes around in a loop is a state: use `scan`, `chain` or `iterate`");
}

// Depth first, without recursion: programs may have very many equations.
void Wiring::emitWithNeeds(size_t first) {
  if (definitions[first].progress == Definition::Progress::done)
    return;
  std::vector<size_t> path{first};
  std::vector<size_t> next{0};
  definitions[first].progress = Definition::Progress::active;
  while (!path.empty()) {
    Definition &definition = definitions[path.back()];
    if (next.back() < definition.needs.size()) {
      size_t need = definition.needs[next.back()++];
      if (definitions[need].progress == Definition::Progress::active)
        reportCycle(path, need);
      if (definitions[need].progress != Definition::Progress::waiting)
        continue;
      definitions[need].progress = Definition::Progress::active;
      path.push_back(need);
      next.push_back(0);
      continue;
    }
    emit(definition);
    definition.progress = Definition::Progress::done;
    path.pop_back();
    next.pop_back();
  }
}

void Wiring::set(Wire &wire, const Values &leaves, Range range) {
  SmallVector<Type> types;
  for (Value leaf : leaves)
    types.push_back(leaf.getType());
  if (wire.type) {
    SmallVector<Type> declared = flatten(ArrayRef<Type>(wire.type));
    for (size_t i = 0; i < std::max(declared.size(), types.size()); ++i) {
      if (declared.size() == types.size() && declared[i] == types[i])
        continue;
      bool count = declared.size() != types.size();
      auto element = [](Type type) { return cast<ObjectType>(type).getElement(); };
      Diagnostic &error =
          state.error(count                                       ? "call.arity"
                      : element(declared[i]) == element(types[i]) ? "wire.axis"
                                                                  : "type.element",
                      range,
                      count ? "this gives " + counted(types.size(), "wire") + ", but `" + wire.name.text +
                                  "` is `" + text(wire.type) + "`"
                            : body.diagrams.origin(leaves[i]) + " is `" + text(types[i]) + "`, but `" +
                                  wire.name.text + "` is `" + text(declared[i]) + "`");
      error.note(wire.name.range, "`" + wire.name.text + "` is declared here");
      if (count && types.size() > 1)
        error.note("take them apart: `(a, b) = …`");
      return;
    }
  }
  if (leaves.empty()) {
    state.error("call.arity", range, "this gives no wire");
    return;
  }
  wire.value = body.diagrams.pack(leaves, range);
  wire.type = wire.value.getType();
  if (!body.diagrams.origins.count(wire.value) || wire.role != Wire::Role::inner)
    body.diagrams.origins[wire.value] = "wire `" + wire.name.text + "`";
}

// `(a, b) = g(x)`: as many wires as names; a packed one is taken apart.
void Wiring::assign(const ast::Equation &equation, const std::optional<Values> &values) {
  if (!values)
    return;
  if (equation.names.size() == 1)
    return set(*body.find(equation.names[0].text), *values, equation.value->range);
  std::vector<size_t> sizes;
  size_t total = 0;
  for (const ast::Name &name : equation.names) {
    Type declared = body.find(name.text)->type;
    sizes.push_back(declared ? flatten(ArrayRef<Type>(declared)).size() : 1);
    total += sizes.back();
  }
  if (total != values->size()) {
    state.error("call.arity", equation.value->range,
                "this gives " + counted(values->size(), "wire") + ", and " + std::to_string(total) +
                    " are named on the left");
    return;
  }
  size_t first = 0;
  for (auto [name, size] : llvm::zip(equation.names, sizes)) {
    set(*body.find(name.text), Values(values->begin() + first, values->begin() + first + size), name.range);
    first += size;
  }
}

void Wiring::emit(Definition &definition) {
  const ast::Equation &equation = *definition.clauses.front();
  Wire &wire = *body.find(equation.names[0].text);
  if (!equation.indexed &&
      (isWireExpression(body, *equation.value) || equation.kind == ast::Equation::Kind::unpack)) {
    if (!isWireExpression(body, *equation.value)) {
      if (reportNumberForWire(body, *equation.value))
        return;
      state.error("type.element", equation.value->range, "several wires are named, and this is a scalar");
      return;
    }
    SmallVector<Type> expected;
    bool known = true;
    for (const ast::Name &name : equation.names) {
      Type type = body.find(name.text)->type;
      known &= bool(type);
      if (type)
        flatten(type, expected);
    }
    return assign(equation,
                  emitWires(body, *equation.value, wire.name.text, known ? expected : SmallVector<Type>()));
  }
  wire.value = emitIndexed(body, definition.clauses, wire.type);
  if (!wire.value)
    return;
  wire.type = wire.value.getType();
  body.diagrams.origins[wire.value] = "wire `" + wire.name.text + "`";
}

void Wiring::drop(const ast::Equation &equation) {
  for (const ast::Name &name : equation.names) {
    auto box = body.occurrences.boxes.find(name.text);
    if (box != body.occurrences.boxes.end()) {
      box->second.use = box->second.use.value_or(name.range);
      continue;
    }
    Wire *wire = body.find(name.text);
    if (!wire) {
      state.error("name.unknown", name.range, "there is no wire or box `" + name.text + "` to drop");
      continue;
    }
    if (wire->dropped) {
      state.error("wire.redefined", name.range, "wire `" + name.text + "` is dropped twice")
          .note(*wire->dropped, "first here");
      continue;
    }
    wire->dropped = name.range;
    if (wire->value)
      DropOp::create(body.builder, state.location(name.range), wire->value);
  }
}

void declareWiring(Body &body) { Wiring(body).declare(); }
void emitWiring(Body &body) { Wiring(body).run(); }

} // namespace weft
