// The regions of `weft.monoid`: domain, unit, operation, lift, lower.
#include "compiler/elaborate/MonoidEmission.h"
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/SizeExpressions.h"

using namespace mlir;

namespace weft {

namespace {

class MonoidEmission {
public:
  MonoidEmission(State &state, const Entity &entity, const MonoidTyping &typing)
      : state(state), entity(entity), laws(*entity.monoid), typing(typing) {
    environment.standard = entity.standard;
  }

  ObjectType run();

private:
  struct Region {
    Expressions expressions;
    Block *block;
  };
  // A fresh region, whose arguments stand for scalars or for records of the carrier.
  std::unique_ptr<Region> open(mlir::Region &region, ArrayRef<ObjectType> types, Range range);
  void scalar(Region &region, const std::string &name, unsigned argument);
  void record(Region &region, const std::string &name, unsigned first);
  bool bindings(Region &region, const std::vector<ast::Binding> &bindings);
  bool yield(Region &region, const ast::Expr &value, ArrayRef<ObjectType> types);

  bool domain();
  bool unit();
  bool combine();
  bool lift();
  ObjectType lower();
  DictionaryAttr lawStatus();

  State &state;
  const Entity &entity;
  MonoidLaws laws;
  const MonoidTyping &typing;
  Environment environment;
  MonoidOp op;
};

} // namespace

std::unique_ptr<MonoidEmission::Region> MonoidEmission::open(mlir::Region &region, ArrayRef<ObjectType> types,
                                                             Range range) {
  auto result = std::make_unique<Region>(Region{Expressions(state, environment, nullptr), nullptr});
  SmallVector<Type> arguments(types.begin(), types.end());
  SmallVector<Location> locations(types.size(), state.location(range));
  result->block = result->expressions.builder.createBlock(&region, region.end(), arguments, locations);
  return result;
}

void MonoidEmission::scalar(Region &region, const std::string &name, unsigned argument) {
  Local local;
  local.kind = Local::Kind::scalar;
  local.name = name;
  local.value = region.block->getArgument(argument);
  local.type = local.value.getType();
  region.expressions.locals.push_back(std::move(local));
}

void MonoidEmission::record(Region &region, const std::string &name, unsigned first) {
  Local local;
  local.kind = Local::Kind::record;
  local.name = name;
  for (size_t i = 0; i < typing.components.size(); ++i) {
    local.fields.emplace_back(typing.components[i], region.block->getArgument(first + i));
    local.fieldTypes.push_back(typing.carrier[i]);
  }
  region.expressions.locals.push_back(std::move(local));
}

bool MonoidEmission::bindings(Region &region, const std::vector<ast::Binding> &bindings) {
  for (const ast::Binding &binding : bindings) {
    if (region.expressions.find(binding.name.text)) {
      state.error("name.redefined", binding.name.range, "`" + binding.name.text + "` is a name here already");
      return false;
    }
    Value value = region.expressions.emit(*binding.value);
    if (!value)
      return false;
    Local local;
    local.name = binding.name.text;
    local.value = value;
    local.type = value.getType();
    region.expressions.locals.push_back(std::move(local));
  }
  return true;
}

bool MonoidEmission::yield(Region &region, const ast::Expr &value, ArrayRef<ObjectType> types) {
  const ast::Expr &inner = withoutGroups(value);
  bool isPair = inner.kind == ast::Expr::Kind::pair && types.size() > 1;
  size_t count = isPair ? inner.children.size() : 1;
  // What is wrong inside of it comes first.
  if (count != types.size() && inner.kind == ast::Expr::Kind::call && !region.expressions.emit(inner))
    return false;
  if (count != types.size()) {
    Diagnostic &error =
        state.error("call.arity", value.range,
                    "the carrier of `" + entity.name + "` has " + counted(types.size(), "component") +
                        ", and this gives " + std::to_string(count));
    if (inner.kind == ast::Expr::Kind::conditional)
      error.note("choose each component by itself: `(if c then a.x else b.x, if c then a.y else b.y)`");
    else
      error.note("write one expression for each: `(…, …)`");
    return false;
  }
  SmallVector<Value> values;
  for (size_t i = 0; i < count; ++i) {
    values.push_back(region.expressions.emit(isPair ? *inner.children[i] : inner, types[i]));
    if (!values.back())
      return false;
  }
  YieldOp::create(region.expressions.builder, state.location(value.range), values);
  return true;
}

bool MonoidEmission::domain() {
  if (!laws.carrier || !laws.carrier->value)
    return true;
  std::unique_ptr<Region> region = open(op.getDomain(), typing.carrier, laws.carrier->range);
  for (size_t i = 0; i < typing.components.size(); ++i)
    scalar(*region, typing.components[i], i);
  return yield(*region, *laws.carrier->value, state.scalarType("bool"));
}

static bool mentionsInfinity(const ast::Expr &e) {
  return e.kind == ast::Expr::Kind::infinity ||
         llvm::any_of(e.children, [](const ast::ExprPtr &child) { return mentionsInfinity(*child); });
}

bool MonoidEmission::unit() {
  if (!laws.unit)
    return true;
  // Integers have no infinity: a unit of that kind is adjoined.
  const ast::Expr &value = withoutGroups(*laws.unit->value);
  bool isPair = value.kind == ast::Expr::Kind::pair;
  for (size_t i = 0; i < typing.carrier.size(); ++i)
    if (!typing.carrier[i].isReal() && laws.components[i].schema && (!isPair || i < value.children.size()) &&
        mentionsInfinity(isPair ? *value.children[i] : value))
      return true;
  std::unique_ptr<Region> region = open(op.getUnit(), {}, laws.unit->range);
  return yield(*region, *laws.unit->value, typing.carrier);
}

bool MonoidEmission::combine() {
  std::vector<ObjectType> types(typing.carrier);
  types.insert(types.end(), typing.carrier.begin(), typing.carrier.end());
  std::unique_ptr<Region> region = open(op.getCombine(), types, laws.combine->range);
  record(*region, laws.combine->names[0].text, 0);
  record(*region, laws.combine->names[1].text, typing.components.size());
  return bindings(*region, laws.combine->bindings) && yield(*region, *laws.combine->value, typing.carrier);
}

bool MonoidEmission::lift() {
  std::unique_ptr<Region> region =
      open(op.getLift(), typing.arguments, laws.lift ? laws.lift->range : entity.range);
  if (!laws.lift) {
    YieldOp::create(region->expressions.builder, state.location(entity.range), region->block->getArguments());
    return true;
  }
  for (size_t i = 0; i < typing.argumentNames.size(); ++i)
    scalar(*region, typing.argumentNames[i], i);
  return bindings(*region, laws.lift->bindings) && yield(*region, *laws.lift->value, typing.carrier);
}

ObjectType MonoidEmission::lower() {
  std::unique_ptr<Region> region =
      open(op.getLower(), typing.carrier, laws.lower ? laws.lower->range : entity.range);
  if (!laws.lower) {
    YieldOp::create(region->expressions.builder, state.location(entity.range), region->block->getArgument(0));
    return typing.carrier.front();
  }
  record(*region, laws.lower->names.front().text, 0);
  if (!bindings(*region, laws.lower->bindings))
    return {};
  Value value = region->expressions.emit(*laws.lower->value);
  if (!value)
    return {};
  YieldOp::create(region->expressions.builder, state.location(laws.lower->range), value);
  return cast<ObjectType>(value.getType());
}

// What is assumed; the rest is for proofs to find.
DictionaryAttr MonoidEmission::lawStatus() {
  Builder builder(&state.context);
  SmallVector<NamedAttribute> status;
  for (const std::string &law : std::set<std::string>(laws.assumed.begin(), laws.assumed.end()))
    status.push_back(builder.getNamedAttr(law, builder.getStringAttr("assumed")));
  return builder.getDictionaryAttr(status);
}

ObjectType MonoidEmission::run() {
  if (!checkLaws(state, entity))
    return {};
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  auto strings = [&](const std::vector<std::string> &names) {
    SmallVector<StringRef> references(names.begin(), names.end());
    return builder.getStrArrayAttr(references);
  };
  SmallVector<Type> carrier(typing.carrier.begin(), typing.carrier.end());
  op = MonoidOp::create(builder, state.location(entity.range), typing.symbol, strings(typing.components),
                        builder.getTypeArrayAttr(carrier), strings(typing.argumentNames), lawStatus());
  // All regions, so that all errors are found.
  bool well = true;
  for (auto part :
       {&MonoidEmission::domain, &MonoidEmission::unit, &MonoidEmission::combine, &MonoidEmission::lift})
    well &= (this->*part)();
  ObjectType result = lower();
  if (well && result)
    return result;
  op.erase();
  return {};
}

ObjectType emitMonoid(State &state, const Entity &entity, const MonoidTyping &typing) {
  return MonoidEmission(state, entity, typing).run();
}

} // namespace weft
