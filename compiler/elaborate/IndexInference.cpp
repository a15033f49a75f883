// One walk over an equation; axes flow between indices that must agree.
#include "compiler/elaborate/IndexInference.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Functions.h"

using namespace mlir;

namespace weft {

// How a part of an axis indexes the whole.
static void noteParts(State &state, Diagnostic &error, StringRef part, StringRef whole) {
  auto axis = state.axes.find(whole.str());
  if (axis == state.axes.end() || !llvm::is_contained(axis->second.parts, part))
    return;
  error.note(axis->second.range,
             axis->second.kind == AxisKind::sum
                 ? "`" + whole.str() + "` is a sum: this part of it is `" + part.str() + " i`"
                 : "`" + whole.str() + "` is a product: it is indexed by a pair, `(i, j)`");
}

void IndexInference::conflict(IndexVariable &variable, StringRef axis, Range at) {
  IndexVariable &root = variable.root();
  well = false;
  // No program writes a name with a point: it stands for a position that a tie leaves out.
  bool isUnwritten = variable.name.find('.') != std::string::npos;
  std::string what = isUnwritten             ? "a position that is not written on the left"
                     : variable.name.empty() ? "this position"
                                             : "index `" + variable.name + "`";
  Diagnostic &error =
      state.error("index.axis", at,
                  what + " is of axis `" + root.axis + "`, but stands here for axis `" + axis.str() + "`");
  if (root.toldAt.file)
    error.note(root.toldAt, "here it is of axis `" + root.axis + "`");
  noteParts(state, error, root.axis, axis);
  noteParts(state, error, axis, root.axis);
}

void IndexInference::tell(IndexVariable &variable, StringRef axis, Range at) {
  IndexVariable &root = variable.root();
  if (root.axis.empty()) {
    root.axis = axis.str();
    root.toldAt = at;
  } else if (root.axis != axis) {
    conflict(variable, axis, at);
  }
}

void IndexInference::same(IndexVariable &a, IndexVariable &b, Range at) {
  IndexVariable &left = a.root(), &right = b.root();
  if (&left == &right)
    return;
  if (!left.axis.empty() && !right.axis.empty() && left.axis != right.axis)
    return conflict(a, right.axis, at);
  if (left.axis.empty() && !right.axis.empty()) {
    left.axis = right.axis;
    left.toldAt = right.toldAt;
  }
  right.parent = &left;
}

const Entity *elementOf(const State &state, const Environment &environment, const ast::Pattern &pattern) {
  const Entity *entity = state.scope.find(pattern.name.text, environment.standard);
  bool isElement = pattern.kind == ast::Pattern::Kind::name && entity && entity->kind == EntityKind::element;
  bool own = isElement && (!entity->standard || entity->range.file == pattern.name.range.file);
  return own ? entity : nullptr;
}

bool IndexInference::namePattern(const ast::Pattern &pattern, IndexVariable &place,
                                 std::set<std::string> &names) {
  if (const Entity *element = elementOf(state, expressions.environment, pattern)) {
    tell(place, element->symbol, pattern.range);
    return true;
  }
  if (!names.insert(pattern.name.text).second) {
    state
        .error("index.repeated", pattern.name.range,
               "index `" + pattern.name.text + "` stands twice on the left")
        .note("indices on the left are distinct; a diagonal is read on the right: `y[i] = x[i, i]`");
    return false;
  }
  if (!expressions.mayBind(pattern.name))
    return false;
  IndexVariable &variable = expressions.variable(&pattern.name, pattern.name);
  same(variable, place, pattern.name.range);
  bound.push_back(&variable);
  expressions.pushIndex(variable);
  return true;
}

bool IndexInference::pattern(const ast::Pattern &pattern, IndexVariable &place,
                             std::set<std::string> &names) {
  place.range = pattern.range;
  if (pattern.axis) {
    std::string axis = resolveAxis(state, *pattern.axis, expressions.environment);
    if (axis.empty())
      return false;
    tell(place, axis, pattern.axis->range);
  }
  switch (pattern.kind) {
  case ast::Pattern::Kind::name:
    return namePattern(pattern, place, names);
  case ast::Pattern::Kind::summand: {
    std::string axis = resolveAxis(state, pattern.name, expressions.environment);
    if (axis.empty())
      return false;
    IndexVariable &part = this->place(&pattern.children.front());
    tell(part, axis, pattern.name.range);
    summands.push_back({&place, &pattern});
    return this->pattern(pattern.children.front(), part, names);
  }
  case ast::Pattern::Kind::number:
    return true;
  case ast::Pattern::Kind::tuple:
    break;
  }
  tuples.push_back({&place, &pattern});
  bool well = true;
  for (const ast::Pattern &child : pattern.children)
    well &= this->pattern(child, this->place(&child), names);
  return well;
}

bool IndexInference::settleTuple(const Placed &tuple) {
  const std::string &axis = tuple.place->root().axis;
  if (axis.empty())
    return false;
  const AxisInfo &info = state.axis(axis);
  if (info.kind != AxisKind::product || info.parts.size() != tuple.pattern->children.size()) {
    well = false;
    state
        .error("index.axis", tuple.pattern->range,
               "axis `" + axis + "` is no product of " + std::to_string(tuple.pattern->children.size()) +
                   " axes")
        .note(info.range, "`" + axis + "` is declared here");
    return true;
  }
  for (auto [child, part] : llvm::zip(tuple.pattern->children, info.parts))
    tell(place(&child), part, child.range);
  return true;
}

void IndexInference::settle() {
  size_t before = tuples.size() + 1;
  while (before != tuples.size()) {
    before = tuples.size();
    llvm::erase_if(tuples, [&](const Placed &tuple) { return settleTuple(tuple); });
  }
}

void IndexInference::unknownSum(const Placed &summand) {
  well = false;
  const std::string &part = summand.pattern->name.text;
  std::string written = writtenText(summand.pattern->range);
  Diagnostic &error = state.error("index.axis", summand.pattern->range,
                                  "nothing tells the sum axis that `" + written + "` indexes");
  std::string axis = findAxis(state, part, expressions.environment);
  for (const auto &[whole, info] : state.axes)
    if (info.kind == AxisKind::sum && llvm::is_contained(info.parts, axis)) {
      error.note("write it: `" + written + ": " + whole + "`");
      break;
    }
}

bool IndexInference::finish() {
  settle();
  for (const Placed &tuple : tuples) {
    well = false;
    state.error("index.axis", tuple.pattern->range, "nothing tells the product axis that this pair indexes")
        .note("write its axis: `(h, e): Model`");
  }
  std::set<IndexVariable *> told; // once for a position: the equations of a wire share it
  for (const Placed &summand : summands)
    if (summand.place->root().axis.empty() && told.insert(&summand.place->root()).second)
      unknownSum(summand);
  auto isOpen = [](IndexVariable *variable) { return variable->root().axis.empty(); };
  if (unknown && llvm::any_of(bound, isOpen)) {
    expressions.unknownName(*unknown);
    return false;
  }
  for (IndexVariable *variable : bound)
    if (isOpen(variable)) {
      well = false;
      state.error("index.axis", variable->range, "nothing tells the axis of index `" + variable->name + "`")
          .note("write it on the left or at the fold: `" + variable->name + ": A`, where `A` is its axis");
    }
  return well;
}

IndexVariable *IndexInference::indexAlone(const ast::Expr &e) {
  if (e.kind == ast::Expr::Kind::group)
    return indexAlone(*e.children[0]);
  if (e.kind != ast::Expr::Kind::name)
    return nullptr;
  Local *local = expressions.find(e.name.text);
  return local && local->kind == Local::Kind::index ? local->index : nullptr;
}

std::string IndexInference::axisOf(const ast::Expr &e) {
  auto element = [](Type type) {
    auto object = dyn_cast_or_null<ObjectType>(type);
    return object && object.isIndex() ? object.getElement().str() : std::string();
  };
  switch (e.kind) {
  case ast::Expr::Kind::group:
    return axisOf(*e.children[0]);
  case ast::Expr::Kind::defaultRead:
    return axisOf(*e.children[0]);
  case ast::Expr::Kind::conditional: {
    std::string axis = axisOf(*e.children[1]);
    return axis.empty() ? axisOf(*e.children[2]) : axis;
  }
  case ast::Expr::Kind::bracket:
  case ast::Expr::Kind::name: {
    const ast::Expr &head = e.kind == ast::Expr::Kind::bracket ? *e.children[0] : e;
    if (head.kind != ast::Expr::Kind::name)
      return "";
    if (Local *local = expressions.find(head.name.text))
      return local->kind == Local::Kind::wire || local->kind == Local::Kind::scalar ? element(local->type)
                                                                                    : "";
    if (e.kind == ast::Expr::Kind::bracket)
      return "";
    auto generic = expressions.environment.constants.find(head.name.text);
    if (generic != expressions.environment.constants.end())
      return element(generic->second.type);
    const Entity *entity = state.scope.find(head.name.text, expressions.environment.standard);
    return entity && entity->kind == EntityKind::element ? entity->symbol : "";
  }
  case ast::Expr::Kind::call: {
    CallHead head = callHead(expressions, e);
    return head.kind == CallHead::Kind::axis ? head.axis : "";
  }
  default:
    return "";
  }
}

void IndexInference::position(const ast::Expr &e, StringRef axis) {
  if (IndexVariable *variable = indexAlone(e))
    return tell(*variable, axis, e.range);
  if (e.kind != ast::Expr::Kind::pair)
    return expression(e);
  auto info = state.axes.find(axis.str());
  bool fits = info != state.axes.end() && info->second.kind == AxisKind::product &&
              info->second.parts.size() == e.children.size();
  for (auto [i, child] : llvm::enumerate(e.children))
    fits ? position(*child, info->second.parts[i]) : expression(*child);
}

// What it would have told its indices is not known.
void IndexInference::noteUnknown(const ast::Name &name) {
  const Environment &environment = expressions.environment;
  if (!unknown && !environment.binds(name.text) && !state.scope.find(name.text, environment.standard))
    unknown = &name;
}

void IndexInference::read(const ast::Expr &e) {
  const ast::Expr &head = *e.children[0];
  Local *local = head.kind == ast::Expr::Kind::name ? expressions.find(head.name.text) : nullptr;
  if (!local && head.kind == ast::Expr::Kind::name)
    noteUnknown(head.name);
  auto type =
      local && local->kind == Local::Kind::wire ? dyn_cast_or_null<ObjectType>(local->type) : ObjectType();
  bool fits = type && type.rank() == e.brackets.items.size();
  for (auto [i, item] : llvm::enumerate(e.brackets.items)) {
    if (!item.value)
      continue;
    if (item.kind == ast::Item::Kind::summand) {
      std::string summand = findAxis(state, item.name.text, expressions.environment);
      if (!summand.empty())
        position(*item.value, summand);
    } else if (fits) {
      position(*item.value, type.getAxes()[i].getValue());
    } else {
      expression(*item.value);
    }
  }
}

void IndexInference::fold(const ast::Expr &e) {
  const ast::Brackets &brackets = e.children[0]->brackets;
  size_t depth = expressions.locals.size();
  std::vector<std::pair<const ast::Item *, ast::Name>> indices;
  if (!expressions.foldIndices(brackets, indices))
    well = false;
  for (auto &[item, name] : indices) {
    if (!expressions.mayBind(name)) {
      well = false;
      continue;
    }
    IndexVariable &variable = expressions.variable(item, name);
    if (item->kind == ast::Item::Kind::index) {
      std::string axis = resolveAxis(state, item->axis, expressions.environment);
      axis.empty() ? void(well = false) : tell(variable, axis, item->axis.range);
    }
    bound.push_back(&variable);
    expressions.pushIndex(variable);
  }
  if (brackets.where)
    expression(*brackets.where);
  for (size_t i = 1; i < e.children.size(); ++i)
    expression(*e.children[i]);
  expressions.locals.resize(depth);
}

void IndexInference::comparison(const ast::Expr &e) {
  const ast::Expr &left = *e.children[0], &right = *e.children[1];
  IndexVariable *a = indexAlone(left), *b = indexAlone(right);
  if (a && b)
    return same(*a, *b, e.range);
  auto told = [&](IndexVariable *variable, const ast::Expr &other) {
    if (!variable)
      return;
    std::string axis = axisOf(other);
    if (!axis.empty())
      tell(*variable, axis, other.range);
  };
  told(a, right);
  told(b, left);
  expression(left);
  expression(right);
}

void IndexInference::expression(const ast::Expr &e) {
  if (e.kind == ast::Expr::Kind::bracket)
    return read(e);
  if (e.kind == ast::Expr::Kind::binary && isComparison(e.op))
    return comparison(e);
  if (e.kind != ast::Expr::Kind::call) {
    for (const ast::ExprPtr &child : e.children)
      expression(*child);
    return;
  }
  CallHead head = callHead(expressions, e);
  if (head.kind == CallHead::Kind::fold)
    return fold(e);
  for (size_t i = 1; i < e.children.size(); ++i)
    expression(*e.children[i]);
}

} // namespace weft
