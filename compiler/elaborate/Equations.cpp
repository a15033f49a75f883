// Index equations: clauses, their indices' axes, the wire's type, and the operations.
#include "compiler/elaborate/Body.h"
#include "compiler/elaborate/Coverage.h"
#include "compiler/elaborate/IndexInference.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

static void wiresReadInside(Body &body, const ast::Expr &e, llvm::SetVector<Wire *> &wires);

// The names in front of a call's arguments are indices, or axes: no wires, also where they have their names.
static bool isIndexOf(const ast::Expr &call, StringRef name) {
  return llvm::any_of(call.children[0]->brackets.items, [&](const ast::Item &item) {
    bool isBare = item.kind == ast::Item::Kind::expression && item.value->kind == ast::Expr::Kind::name;
    return (isBare ? item.value->name.text : item.name.text) == name;
  });
}

void wiresRead(Body &body, const ast::Expr &e, llvm::SetVector<Wire *> &wires) {
  if (e.kind == ast::Expr::Kind::call && !e.children[0]->brackets.items.empty()) {
    llvm::SetVector<Wire *> inside;
    wiresReadInside(body, e, inside);
    for (Wire *wire : inside)
      if (!isIndexOf(e, wire->name.text))
        wires.insert(wire);
    return;
  }
  wiresReadInside(body, e, wires);
}

static void wiresReadInside(Body &body, const ast::Expr &e, llvm::SetVector<Wire *> &wires) {
  if (e.kind == ast::Expr::Kind::name)
    if (Wire *wire = body.find(e.name.text))
      wires.insert(wire);
  for (const ast::ExprPtr &child : e.children)
    wiresRead(body, *child, wires);
  if (e.kind != ast::Expr::Kind::bracket)
    return;
  auto items = [&](const std::vector<ast::Item> &list) {
    for (const ast::Item &item : list)
      if (item.value)
        wiresRead(body, *item.value, wires);
  };
  items(e.brackets.items);
  items(e.brackets.settings);
  if (e.brackets.where)
    wiresRead(body, *e.brackets.where, wires);
}

namespace {

class IndexedEquation {
public:
  IndexedEquation(Body &body, ArrayRef<const ast::Equation *> clauses, Type declared)
      : body(body), state(body.state), clauses(clauses),
        expressions(state, body.environment, &body.occurrences), inference(expressions), declared(declared),
        name(clauses.front()->names[0]) {
    expressions.wireNames = &body.wireNames;
  }

  Value run();

private:
  bool collectWires();
  bool inferAxes();
  bool inferClause(const ast::Equation &clause);
  ObjectType resultType();
  bool emitClause(EquationOp op, unsigned number, ObjectType type);
  Value position(const ast::Pattern &pattern, StringRef axis);
  void indices(const ast::Pattern &pattern, SmallVectorImpl<IndexVariable *> &found);
  IndexVariable &place(size_t i) { return expressions.variable(&places[i], ast::Name()); }

  Body &body;
  State &state;
  ArrayRef<const ast::Equation *> clauses;
  Expressions expressions;
  IndexInference inference;
  Type declared;
  const ast::Name &name;
  llvm::SetVector<Wire *> wires;
  std::vector<char> places; // one address for each position of the wire
  bool known = true;        // all wires that are read are
};

} // namespace

// Wires that failed before make this one fail without a word.
bool IndexedEquation::collectWires() {
  for (const ast::Equation *clause : clauses)
    wiresRead(body, *clause->value, wires);
  for (Wire *wire : wires) {
    Local local;
    local.kind = Local::Kind::wire;
    local.name = wire->name.text;
    local.type = wire->value ? wire->value.getType() : wire->type;
    local.failed = !wire->value;
    known &= !local.failed;
    expressions.locals.push_back(std::move(local));
  }
  return true;
}

bool IndexedEquation::inferClause(const ast::Equation &clause) {
  if (!clause.indexed && !places.empty()) {
    if (reportNumberForWire(body, *clause.value))
      return false;
    state
        .error("call.arity", clause.value->range,
               "this is one scalar, and `" + name.text + "` is `" + text(declared) + "`")
        .note("say which elements it defines: `" + name.text + "[…] = …`");
    return false;
  }
  if (clause.patterns.size() != places.size()) {
    Diagnostic &error = state.error("call.arity", clause.range,
                                    "`" + name.text + "` has " + counted(places.size(), "axis") + ", and " +
                                        std::to_string(clause.patterns.size()) + " stand here");
    if (declared)
      error.note("it is declared as `" + text(declared) + "`");
    return false;
  }
  size_t depth = expressions.locals.size();
  std::set<std::string> names;
  bool well = true;
  for (auto [i, pattern] : llvm::enumerate(clause.patterns))
    well &= inference.pattern(pattern, place(i), names);
  inference.settle();
  inference.expression(*clause.value);
  expressions.locals.resize(depth);
  return well;
}

bool IndexedEquation::inferAxes() {
  auto object = dyn_cast_or_null<ObjectType>(declared);
  places.resize(object ? object.rank() : clauses.front()->patterns.size());
  for (size_t i = 0; object && i < places.size(); ++i)
    inference.tell(place(i), object.getAxes()[i].getValue(), Range());
  bool well = true;
  for (const ast::Equation *clause : clauses)
    well &= inferClause(*clause);
  // With wires missing, nothing tells what they would have told.
  return well && known && inference.finish();
}

ObjectType IndexedEquation::resultType() {
  if (declared)
    return cast<ObjectType>(declared);
  Inferred all;
  for (auto [i, clause] : llvm::enumerate(clauses)) {
    size_t depth = expressions.locals.size();
    SmallVector<IndexVariable *> found;
    for (const ast::Pattern &pattern : clause->patterns)
      indices(pattern, found);
    for (IndexVariable *variable : found)
      expressions.pushIndex(*variable);
    Inferred own = expressions.infer(*clause->value);
    all = i ? combine(all, own) : own;
    expressions.locals.resize(depth);
  }
  ObjectType element = all.defaultType(state.context);
  if (!element)
    return {};
  SmallVector<StringAttr> axes;
  for (size_t i = 0; i < places.size(); ++i)
    axes.push_back(StringAttr::get(&state.context, place(i).root().axis));
  return element.over(axes);
}

void IndexedEquation::indices(const ast::Pattern &pattern, SmallVectorImpl<IndexVariable *> &found) {
  for (const ast::Pattern &child : pattern.children)
    indices(child, found);
  if (pattern.kind != ast::Pattern::Kind::name)
    return;
  if (!elementOf(state, body.environment, pattern))
    found.push_back(&expressions.variable(&pattern.name, pattern.name));
}

Value IndexedEquation::position(const ast::Pattern &pattern, StringRef axis) {
  OpBuilder &builder = expressions.builder;
  Location location = state.location(pattern.range);
  switch (pattern.kind) {
  case ast::Pattern::Kind::name: {
    if (const Entity *element = elementOf(state, body.environment, pattern))
      return expressions.constant(state.scalarType(axis), 0, element->number, pattern.range);
    return expressions.variable(&pattern.name, pattern.name).value;
  }
  case ast::Pattern::Kind::summand: {
    const ast::Pattern &inner = pattern.children.front();
    Value part = position(inner, inference.place(&inner).root().axis);
    return InjectOp::create(builder, location, state.scalarType(axis), part);
  }
  case ast::Pattern::Kind::number:
    return expressions.constant(state.scalarType(axis), 0, pattern.number, pattern.range);
  case ast::Pattern::Kind::tuple:
    break;
  }
  SmallVector<Value> parts;
  for (auto [child, part] : llvm::zip(pattern.children, state.axis(axis).parts))
    parts.push_back(position(child, part));
  return PairOp::create(builder, location, state.scalarType(axis), parts);
}

bool IndexedEquation::emitClause(EquationOp op, unsigned number, ObjectType type) {
  const ast::Equation &clause = *clauses[number];
  SmallVector<IndexVariable *> found;
  for (const ast::Pattern &pattern : clause.patterns)
    indices(pattern, found);
  SmallVector<Type> types;
  SmallVector<Location> locations;
  for (IndexVariable *variable : found) {
    types.push_back(state.scalarType(variable->root().axis));
    locations.push_back(state.location(variable->range));
  }
  for (Value wire : op.getWires()) {
    types.push_back(wire.getType());
    locations.push_back(wire.getLoc());
  }
  mlir::Region &region = op.getClauses()[number];
  Block *block = expressions.builder.createBlock(&region, region.end(), types, locations);
  size_t depth = expressions.locals.size();
  for (size_t i = 0; i < wires.size(); ++i)
    expressions.locals[i].value = block->getArgument(found.size() + i);
  for (auto [i, variable] : llvm::enumerate(found)) {
    variable->value = block->getArgument(i);
    expressions.pushIndex(*variable);
  }
  Value value = expressions.emit(*clause.value, type ? type.scalar() : ObjectType());
  expressions.locals.resize(depth);
  if (!value || !type)
    return false;
  SmallVector<Value> positions;
  for (auto [pattern, axis] : llvm::zip(clause.patterns, type.getAxes()))
    positions.push_back(position(pattern, axis.getValue()));
  DefineOp::create(expressions.builder, state.location(clause.range), value, positions);
  return true;
}

Value IndexedEquation::run() {
  if (declared && !isa<ObjectType>(declared)) {
    state
        .error("type.element", name.range,
               "`" + name.text + "` is `" + text(declared) + "`, a packed product")
        .note("make its parts wires, and pack them: `" + name.text + " = (a, b)`");
    return {};
  }
  if (!collectWires() || !inferAxes())
    return {};
  ObjectType type = resultType();
  if (type && !checkCoverage(state, body.environment, clauses, type))
    return {};
  SmallVector<Value> values;
  SmallVector<StringRef> names;
  for (Wire *wire : wires) {
    values.push_back(wire->value);
    names.push_back(wire->name.text);
  }
  OpBuilder &builder = body.builder;
  SmallVector<Attribute> indexNames;
  for (const ast::Equation *clause : clauses) {
    SmallVector<IndexVariable *> found;
    for (const ast::Pattern &pattern : clause->patterns)
      indices(pattern, found);
    SmallVector<StringRef> own;
    for (IndexVariable *variable : found)
      own.push_back(variable->name);
    indexNames.push_back(builder.getStrArrayAttr(own));
  }
  ObjectType made = type ? type : state.scalarType("real");
  EquationOp op = EquationOp::create(builder, state.location(clauses.front()->range), made, name.text,
                                     builder.getArrayAttr(indexNames), builder.getStrArrayAttr(names), values,
                                     static_cast<unsigned>(clauses.size()));
  size_t errors = state.diagnostics.errorCount();
  bool well = true;
  for (unsigned i = 0; i < clauses.size(); ++i)
    well &= emitClause(op, i, type);
  if (well)
    return op.getResult();
  if (!type && errors == state.diagnostics.errorCount())
    state.error("type.element", name.range, "the clauses of `" + name.text + "` are of different types")
        .note("say one by declaring the wire, or convert: `real(…)`");
  op.erase();
  return {};
}

Value emitIndexed(Body &body, ArrayRef<const ast::Equation *> clauses, Type declared) {
  return IndexedEquation(body, clauses, declared).run();
}

} // namespace weft
