// What kind of axis a declaration makes, and its size; definitions may come in any order.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

static void reportUnknownAxis(State &state, const ast::Name &name, const Environment &environment) {
  Diagnostic &error = state.error("axis.unknown", name.range, "there is no axis `" + name.text + "`");
  if (const Entity *entity = state.scope.find(name.text, environment.standard))
    error.note(entity->range, "`" + name.text + "` is " + describe(entity->kind));
  else if (isElementType(name.text))
    error.note("`" + name.text + "` is an element type, which stands before the axes: `" + name.text +
               "[…]`");
  else
    suggestName(state, error, name.text, EntityKind::axis, environment);
}

namespace {

class AxisDeclarations {
public:
  explicit AxisDeclarations(State &state) : state(state) {}

  void run() {
    for (Entity &entity : state.scope.all())
      if (entity.kind == EntityKind::axis)
        resolve(entity);
  }

  /// The axis behind a name, its size known; null with an error reported.
  const AxisInfo *named(const ast::Name &name, bool standard) {
    auto *entity = const_cast<Entity *>(state.scope.find(name.text, standard));
    if (!entity || entity->kind != EntityKind::axis) {
      Environment none;
      none.standard = standard;
      reportUnknownAxis(state, name, none);
      return nullptr;
    }
    return resolve(*entity) ? &state.axes.at(entity->symbol) : nullptr;
  }

private:
  bool resolve(Entity &entity);
  bool define(const ast::Axis &axis, AxisInfo &info, bool standard);
  bool product(const ast::Expr &size, AxisInfo &info, bool standard);
  bool sum(const ast::Expr &size, AxisInfo &info, bool standard);
  bool part(const ast::Expr &factor, AxisInfo &info, bool standard);
  std::string addAxis(AxisInfo info);

  State &state;
  std::map<const Entity *, bool> done;
  std::vector<const Entity *> inProgress;
};

} // namespace

bool AxisDeclarations::resolve(Entity &entity) {
  auto known = done.find(&entity);
  if (known != done.end())
    return known->second;
  auto cycle = llvm::find(inProgress, &entity);
  if (cycle != inProgress.end()) {
    std::string path;
    for (auto it = cycle; it != inProgress.end(); ++it)
      path += "`" + (*it)->name + "` → ";
    state.error("definition.cycle", entity.range, "the size of axis `" + entity.name + "` depends on itself")
        .note(path + "`" + entity.name + "`");
    return false;
  }
  inProgress.push_back(&entity);
  AxisInfo info;
  info.symbol = entity.symbol;
  info.range = entity.range;
  info.standard = entity.standard;
  bool well = !state.tooDeep(entity.range) && define(*entity.axis, info, entity.standard);
  inProgress.pop_back();
  if (!well) {
    info = AxisInfo{entity.symbol, AxisKind::open, Size::open(entity.symbol), {}, {},
                    entity.range,  entity.standard};
  }
  addAxis(std::move(info));
  return done[&entity] = well;
}

std::string AxisDeclarations::addAxis(AxisInfo info) {
  std::string symbol = info.symbol;
  state.axisOrder.push_back(symbol);
  state.axes[symbol] = std::move(info);
  return symbol;
}

bool AxisDeclarations::define(const ast::Axis &axis, AxisInfo &info, bool standard) {
  info.kind = AxisKind::open;
  info.size = Size::open(info.symbol);
  if (axis.kind == ast::Axis::Kind::open)
    return true;
  if (axis.kind == ast::Axis::Kind::named) {
    info.kind = AxisKind::named;
    info.size = Size(axis.elements.size());
    for (const ast::Name &element : axis.elements)
      info.elements.push_back(element.text);
    return true;
  }
  const ast::Expr &size = *axis.size;
  const ast::Expr &inner = withoutGroups(size);
  if (inner.kind == ast::Expr::Kind::name) {
    state
        .error("axis.alias", inner.range,
               "`" + axis.name.text + "` would be another name of axis `" + inner.name.text + "`")
        .note("an axis is a colour of its own: use `" + inner.name.text + "` itself, or say a size: `axis " +
              axis.name.text + " = #" + inner.name.text + "`");
    return false;
  }
  bool hasNames = mentions(size, ast::Expr::Kind::name);
  if (!mentions(size, ast::Expr::Kind::sizeOf) && hasNames) {
    bool isSum = inner.kind == ast::Expr::Kind::binary && inner.op == ast::Operator::add;
    return isSum ? sum(inner, info, standard) : product(inner, info, standard);
  }
  if (inner.kind == ast::Expr::Kind::binary && inner.op == ast::Operator::multiply && !hasNames &&
      !mentions(size, ast::Expr::Kind::sizeOf))
    return product(inner, info, standard);
  auto sizeOf = [&](const ast::Name &name) -> std::optional<Size> {
    const AxisInfo *found = named(name, standard);
    return found ? std::optional(found->size) : std::nullopt;
  };
  std::optional<Size> value = evaluate(state, size, sizeOf);
  if (!value)
    return false;
  if (value->upperBound() && *value->upperBound() < 0) {
    state.error("size.mismatch", size.range,
                "the size of `" + axis.name.text + "` is " + value->text() + ", and a size is not negative");
    return false;
  }
  info.kind = mentions(size, ast::Expr::Kind::sizeOf) ? AxisKind::computed : AxisKind::fixed;
  info.size = *value;
  return true;
}

static void factorsOf(const ast::Expr &size, std::vector<const ast::Expr *> &factors) {
  const ast::Expr &inner = withoutGroups(size);
  if (inner.kind == ast::Expr::Kind::binary && inner.op == ast::Operator::multiply) {
    factorsOf(*inner.children[0], factors);
    factorsOf(*inner.children[1], factors);
  } else {
    factors.push_back(&inner);
  }
}

// One factor: an axis, or a number, which is an axis without a name of its own.
bool AxisDeclarations::part(const ast::Expr &factor, AxisInfo &info, bool standard) {
  if (factor.kind == ast::Expr::Kind::name) {
    const AxisInfo *axis = named(factor.name, standard);
    if (!axis)
      return false;
    info.parts.push_back(axis->symbol);
    return true;
  }
  if (factor.kind != ast::Expr::Kind::number) {
    state.error("axis.mixed", factor.range, "a product of axes has axes and numbers as factors")
        .note("in a size that is computed every name carries `#`, as in `#Seq + 1`");
    return false;
  }
  std::optional<Size> size = evaluate(state, factor, {});
  if (!size)
    return false;
  AxisInfo anonymous;
  anonymous.symbol = info.symbol + "." + std::to_string(info.parts.size());
  anonymous.kind = AxisKind::fixed;
  anonymous.size = *size;
  anonymous.range = factor.range;
  anonymous.standard = standard;
  info.parts.push_back(addAxis(std::move(anonymous)));
  return true;
}

bool AxisDeclarations::product(const ast::Expr &size, AxisInfo &info, bool standard) {
  std::vector<const ast::Expr *> factors;
  factorsOf(size, factors);
  info.kind = AxisKind::product;
  info.size = Size(1);
  for (const ast::Expr *factor : factors) {
    if (!part(*factor, info, standard))
      return false;
    std::optional<Size> total = multiply(info.size, state.axes.at(info.parts.back()).size);
    if (!total) {
      state.error("limit", size.range, "the size of axis `" + info.symbol + "` does not fit 64 bits");
      return false;
    }
    info.size = *total;
  }
  return true;
}

bool AxisDeclarations::sum(const ast::Expr &size, AxisInfo &info, bool standard) {
  std::vector<const ast::Expr *> summands;
  const ast::Expr *rest = &size;
  while (rest->kind == ast::Expr::Kind::binary && rest->op == ast::Operator::add) {
    summands.insert(summands.begin(), rest->children[1].get());
    rest = rest->children[0].get();
  }
  summands.insert(summands.begin(), rest);
  info.kind = AxisKind::sum;
  info.size = Size(0);
  for (const ast::Expr *summand : summands) {
    if (summand->kind != ast::Expr::Kind::name) {
      state.error("axis.mixed", summand->range, "a sum of axes has names of axes as summands")
          .note("give this part a name with `axis`, or carry `#` on every name for a computed size");
      return false;
    }
    const AxisInfo *axis = named(summand->name, standard);
    if (!axis)
      return false;
    if (llvm::is_contained(info.parts, axis->symbol)) {
      state.error("axis.alias", summand->range,
                  "axis `" + summand->name.text + "` is a summand twice; summands are different axes");
      return false;
    }
    info.parts.push_back(axis->symbol);
    std::optional<Size> total = add(info.size, axis->size);
    if (!total) {
      state.error("limit", size.range, "the size of axis `" + info.symbol + "` does not fit 64 bits");
      return false;
    }
    info.size = *total;
  }
  return true;
}

void declareAxes(State &state) { AxisDeclarations(state).run(); }

std::string findAxis(State &state, StringRef name, const Environment &environment) {
  auto generic = environment.axes.find(std::string_view(name.data(), name.size()));
  if (generic != environment.axes.end())
    return generic->second;
  const Entity *entity = state.scope.find(name, environment.standard);
  return entity && entity->kind == EntityKind::axis ? entity->symbol : "";
}

std::string resolveAxis(State &state, const ast::Name &name, const Environment &environment) {
  std::string symbol = findAxis(state, name.text, environment);
  if (symbol.empty()) {
    // Once a name: it is one mistake, however often it is used.
    if (!state.unknownAxes.insert(name.text).second)
      return symbol;
    reportUnknownAxis(state, name, environment);
    return symbol;
  }
  if (auto axis = state.axes.find(symbol); axis != state.axes.end())
    axis->second.used = true;
  return symbol;
}

std::optional<Size> evaluateSize(State &state, const ast::Expr &size, const Environment &environment) {
  return evaluate(state, size, [&](const ast::Name &name) -> std::optional<Size> {
    std::string symbol = resolveAxis(state, name, environment);
    return symbol.empty() ? std::nullopt : std::optional(state.axis(symbol).size);
  });
}

// Parts of a used axis are used too.
static void markUsed(State &state, const std::string &symbol) {
  AxisInfo &axis = state.axes.at(symbol);
  axis.used = true;
  for (const std::string &part : axis.parts)
    markUsed(state, part);
}

std::string unknownAxis(State &state, const ast::Name &generic, const std::string &cell) {
  std::string symbol = generic.text + "_of_" + cell;
  while (state.axes.count(symbol) || state.scope.find(symbol, false))
    symbol += "_";
  AxisInfo axis;
  axis.symbol = symbol;
  axis.kind = AxisKind::abstract;
  axis.size = Size::open(symbol);
  axis.range = generic.range;
  axis.used = true;
  state.axes[symbol] = axis;
  state.axisOrder.push_back(symbol);
  return symbol;
}

void emitAxes(State &state, ModuleOp module) {
  for (const std::string &symbol : state.axisOrder)
    if (state.axes.at(symbol).used || !state.axes.at(symbol).standard)
      markUsed(state, symbol);
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto strings = [&](const std::vector<std::string> &names) {
    SmallVector<StringRef> references(names.begin(), names.end());
    return builder.getStrArrayAttr(references);
  };
  for (const std::string &symbol : state.axisOrder) {
    const AxisInfo &axis = state.axes.at(symbol);
    if (!axis.used)
      continue;
    bool hasParts = axis.kind == AxisKind::product || axis.kind == AxisKind::sum;
    AxisOp::create(builder, state.location(axis.range), axis.symbol, axis.kind, axis.size.text(),
                   hasParts ? strings(axis.parts) : ArrayAttr(),
                   axis.kind == AxisKind::named ? strings(axis.elements) : ArrayAttr());
  }
}

} // namespace weft
