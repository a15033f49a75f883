#include "compiler/elaborate/TieExpansion.h"
#include "compiler/elaborate/CellGenerics.h"
#include "compiler/elaborate/CellPaths.h"
#include "compiler/elaborate/CellStages.h"
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Factors.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/TiePatterns.h"
#include "compiler/elaborate/Types.h"
#include "compiler/elaborate/Weights.h"

using namespace mlir;

namespace weft {

namespace {

// A cell that an equation applies to a box: `low`, `low[Model, Rank]`.
struct AppliedCell {
  const Entity *entity = nullptr; // null in a product leaves its factor alone
  const ast::Brackets *brackets = nullptr;
  Range range;
};

class Expansion {
public:
  Expansion(State &state, const ast::Cell &cell, const Environment &environment, MorphismOp subject,
            const NewWeights &newWeights, TieExpansion &result)
      : state(state), cell(cell), environment(environment), subject(subject),
        weights(state.workspace->weights.of(subject)), newWeights(newWeights), result(result) {
    for (auto [i, weight] : llvm::enumerate(weights)) {
      byPath.try_emplace(weight.path, &weight);
      for (StringRef path = weight.path; !path.empty();
           path = path.contains('.') ? path.rsplit('.').first : StringRef())
        boxes.try_emplace(path, i, i).first->second.second = i;
    }
  }

  bool run() {
    bool well = true;
    for (const ast::Tie &tie : cell.ties)
      well &= expand(tie);
    return well;
  }

  // Where the cell is applied: the path of a box, the positions of the frames around it, and those of them
  // that are no constants, which new weights have, with their axes.
  std::string box;
  std::vector<ast::Pattern> around, aroundNew;
  SmallVector<StringAttr> aroundAxes;
  std::map<std::string, std::string> newPaths; // of new weights, by name

private:
  bool expand(const ast::Tie &tie);
  bool everyWeight(const ast::Tie &tie, const WrittenPath &target, const std::vector<ast::Pattern> &patterns);
  bool assignFromPath(const ast::Tie &tie, const OccurrenceWeight &weight, StringRef rest,
                      std::vector<ast::Pattern> patterns, const WrittenPath &source);
  bool isWhole(const WrittenPath &source, size_t missing) const;
  bool appliedCells(const ast::Expr &value, std::vector<AppliedCell> &cells) const;
  bool applyProduct(const ast::Tie &tie, const WrittenPath &target, const std::vector<ast::Pattern> &patterns,
                    ArrayRef<AppliedCell> factors);
  bool applyCell(const ast::Tie &tie, const std::string &target, const std::vector<ast::Pattern> &patterns,
                 const AppliedCell &applied);
  bool addWeights(const Entity &made, const Environment &bound, Expansion &inner, const std::string &place,
                  NewWeights &names);
  ast::ExprPtr resolved(const ast::Expr &e, const ast::Tie &tie, bool &well);
  ast::ExprPtr resolvedPath(const ast::Expr &e, const ast::Tie &tie, bool &well);
  void unknownPath(const WrittenPath &path);
  void assign(const std::string &path, const std::vector<ast::Pattern> &patterns, ast::ExprPtr value,
              Range range);

  const OccurrenceWeight *find(StringRef path) const { return byPath.lookup(path); }
  // A box with weights, or a weight.
  bool isBox(StringRef path) const { return boxes.contains(path); }
  // All that are at or below it, and few others.
  ArrayRef<OccurrenceWeight> at(StringRef path) const {
    auto [first, last] = boxes.lookup(path);
    return weights.slice(first, last + 1 - first);
  }
  std::string placed(StringRef path) const { return joinPath(box, path); }

  State &state;
  const ast::Cell &cell;
  const Environment &environment; // what the generics of the cell stand for
  MorphismOp subject;
  ArrayRef<OccurrenceWeight> weights; // of the subject
  const NewWeights &newWeights;
  TieExpansion &result;
  llvm::StringMap<const OccurrenceWeight *> byPath;
  llvm::StringMap<std::pair<size_t, size_t>>
      boxes; // every path at or above a weight: the first and the last below
};

} // namespace

// An index for a position that a tie of a whole box leaves out; no program can write its name.
static ast::Pattern freshIndex(size_t number, Range range) {
  ast::Pattern pattern;
  pattern.range = range;
  pattern.name = {"i." + std::to_string(number), range};
  return pattern;
}

void Expansion::assign(const std::string &path, const std::vector<ast::Pattern> &patterns, ast::ExprPtr value,
                       Range range) {
  Assignment assignment{placed(path), around, std::move(value), range, cell.name.text};
  assignment.patterns.insert(assignment.patterns.end(), patterns.begin(), patterns.end());
  result.assignments.push_back(std::move(assignment));
}

void Expansion::unknownPath(const WrittenPath &path) {
  // Its weights are not known then, which is an error of its own, and no other.
  if (hasWrongBox(*state.workspace, subject))
    return;
  std::string names;
  for (size_t i = 0; i < std::min<size_t>(weights.size(), 12); ++i)
    names += (i ? ", `" : "`") + weights[i].path + "`";
  if (weights.size() > 12)
    names += ", … (" + std::to_string(weights.size()) + " in all)";
  state.error("cell.target", path.range, "there is no weight or box `" + path.text + "`")
      .note(names.empty() ? "what the cell starts from has no weights" : "there are " + names);
}

bool Expansion::expand(const ast::Tie &tie) {
  if (tie.kind != ast::Tie::Kind::assign) {
    state.error("cell.target", tie.range, "names in quotes belong to a cell `=> file`");
    return false;
  }
  std::optional<WrittenPath> target = pathOf(*tie.target);
  if (!target || !isBox(target->text)) {
    unknownPath(target ? *target : WrittenPath{"", {}, tie.range});
    return false;
  }
  std::vector<ast::Pattern> patterns;
  for (const ast::Item *item : target->items) {
    std::optional<ast::Pattern> pattern = patternOf(state, *item);
    if (!pattern)
      return false;
    patterns.push_back(std::move(*pattern));
  }
  std::vector<AppliedCell> cells;
  if (appliedCells(*tie.value, cells))
    return cells.size() == 1 ? applyCell(tie, target->text, patterns, cells.front())
                             : applyProduct(tie, *target, patterns, cells);
  return everyWeight(tie, *target, patterns);
}

// Whether a new weight stands without its last positions, `missing` of them.
bool Expansion::isWhole(const WrittenPath &source, size_t missing) const {
  auto added = newWeights.find(source.text);
  return missing && added != newWeights.end() && added->second == source.items.size() + missing;
}

// All weights at or below the path. Positions that it leaves out are the same on both sides.
bool Expansion::everyWeight(const ast::Tie &tie, const WrittenPath &target,
                            const std::vector<ast::Pattern> &patterns) {
  std::optional<WrittenPath> source = pathOf(*tie.value);
  bool isPath = source && isBox(source->text) && !newWeights.count(source->text);
  bool well = true;
  StringRef rest;
  bool isWeight = find(target.text); // `body.W`, and no other that is kept at a constant, `body.W.3`
  for (const OccurrenceWeight &weight : at(target.text)) {
    if (!isUnder(weight.path, target.text, rest) || (isWeight && !rest.empty()))
      continue;
    if (patterns.size() > weight.type.rank()) {
      state.error("cell.axis", target.range,
                  "weight `" + weight.path + "` is `" + text(weight.type) + "`, with " +
                      counted(weight.type.rank(), "axis") + ", and " + counted(patterns.size(), "position") +
                      " stand here");
      return false;
    }
    size_t missing = weight.type.rank() - patterns.size();
    if (isPath && (missing || !rest.empty())) {
      if (!assignFromPath(tie, weight, rest,
                          TiePatterns(state, environment).settled(patterns, weight.type.getAxes()), *source))
        return false;
      continue;
    }
    std::vector<ast::Pattern> all = TiePatterns(state, environment).settled(patterns, weight.type.getAxes());
    for (size_t i = 0; i < missing; ++i)
      all.push_back(freshIndex(i + 1, target.range));
    ast::ExprPtr value = resolved(*tie.value, tie, well);
    if (source && isWhole(*source, missing))
      appendPositions(*value, ArrayRef(all).take_back(missing));
    assign(weight.path, all, std::move(value), tie.range);
  }
  return well;
}

bool Expansion::assignFromPath(const ast::Tie &tie, const OccurrenceWeight &weight, StringRef rest,
                               std::vector<ast::Pattern> patterns, const WrittenPath &source) {
  const OccurrenceWeight *other = find(joinPath(source.text, rest));
  size_t missing = weight.type.rank() - patterns.size();
  ArrayRef<StringAttr> left = weight.type.getAxes().take_back(missing);
  if (!other) {
    state
        .error("cell.target", source.range,
               "`" + source.text + "` has no weight `" + rest.str() + "`, and `" + tie.target->name.text +
                   "` has `" + weight.path + "`")
        .note("a box is tied to a box with the same weights");
    return false;
  }
  bool fits = other->type.rank() == source.items.size() + missing &&
              other->type.getAxes().take_back(missing) == left &&
              other->type.getElement() == weight.type.getElement();
  if (!fits) {
    state.error("cell.axis", tie.range,
                "`" + weight.path + "` is `" + text(weight.type) + "`, and `" + other->path + "` is `" +
                    text(other->type) + "`: the axes that are not written differ");
    return false;
  }
  bool well = true;
  std::vector<ast::Item> items;
  for (const ast::Pattern &pattern : around)
    items.push_back(itemOf(pattern));
  for (const ast::Item *item : source.items)
    items.push_back(cloned(*item, [&](const ast::Expr &e) { return resolvedPath(e, tie, well); }));
  for (size_t i = 0; i < missing; ++i) {
    patterns.push_back(freshIndex(i + 1, tie.range));
    items.push_back(itemOf(patterns.back()));
  }
  assign(weight.path, patterns, readExpression(placed(other->path), std::move(items), source.range),
         tie.range);
  return well;
}

// What stands for a name of `where`, or for a path of a weight; null for anything else.
ast::ExprPtr Expansion::resolvedPath(const ast::Expr &e, const ast::Tie &tie, bool &well) {
  auto again = [&](const ast::Expr &inner) { return resolvedPath(inner, tie, well); };
  if (e.kind == ast::Expr::Kind::name)
    for (const ast::Binding &binding : tie.bindings)
      if (binding.name.text == e.name.text) {
        auto group = std::make_unique<ast::Expr>();
        group->kind = ast::Expr::Kind::group;
        group->range = e.range;
        group->children.push_back(cloned(*binding.value, again));
        group->height = group->children[0]->height + 1;
        return group;
      }
  std::optional<WrittenPath> path = pathOf(e);
  if (!path)
    return nullptr;
  bool isNew = newWeights.count(path->text);
  if (!isNew && !find(path->text)) {
    bool dotted = path->text.find('.') != std::string::npos;
    if (isBox(path->text)) {
      state.error("cell.target", e.range, "`" + path->text + "` is a box, and a scalar is expected here")
          .note("name one of its weights: `" + path->text + ".…`");
      well = false;
    } else if (dotted) {
      unknownPath(*path);
      well = false;
    }
    return well ? nullptr : nameExpression(path->text, e.range);
  }
  std::vector<ast::Item> items;
  for (const ast::Pattern &pattern : isNew ? aroundNew : around)
    items.push_back(itemOf(pattern));
  for (const ast::Item *item : path->items)
    items.push_back(cloned(*item, again));
  auto placedNew = newPaths.find(path->text);
  return readExpression(isNew && placedNew != newPaths.end() ? placedNew->second : placed(path->text),
                        std::move(items), e.range);
}

ast::ExprPtr Expansion::resolved(const ast::Expr &e, const ast::Tie &tie, bool &well) {
  return cloned(e, [&](const ast::Expr &inner) { return resolvedPath(inner, tie, well); });
}

// Whether a value is a cell, or cells side by side, which `cells` takes.
bool Expansion::appliedCells(const ast::Expr &value, std::vector<AppliedCell> &cells) const {
  if (value.kind == ast::Expr::Kind::group)
    return appliedCells(*value.children[0], cells);
  if (value.kind == ast::Expr::Kind::binary && value.op == ast::Operator::multiply)
    return appliedCells(*value.children[0], cells) && appliedCells(*value.children[1], cells);
  const ast::Expr &head = value.kind == ast::Expr::Kind::bracket ? *value.children[0] : value;
  if (head.kind != ast::Expr::Kind::name || isBox(head.name.text) || newWeights.count(head.name.text))
    return false;
  const Entity *entity = state.scope.find(head.name.text, false);
  bool isCell = head.name.text == noCell || (entity && entity->kind == EntityKind::cell);
  cells.push_back({entity, &head == &value ? nullptr : &value.brackets, value.range});
  return isCell;
}

// `pair = a * b`: each to its factor.
bool Expansion::applyProduct(const ast::Tie &tie, const WrittenPath &target,
                             const std::vector<ast::Pattern> &patterns, ArrayRef<AppliedCell> factors) {
  std::vector<std::string> boxes = factorsAt(state, subject, target.text);
  if (boxes.size() != factors.size()) {
    state
        .error("cell.target", tie.range,
               "a product of " + counted(factors.size(), "cell") + " is applied to `" + target.text +
                   "`, which is no product of as many boxes")
        .note("each cell is applied to one factor of the box's diagram: `f * g`");
    return false;
  }
  return llvm::all_of(llvm::zip(factors, boxes), [&](auto pair) {
    auto &[factor, inside] = pair;
    return !factor.entity || applyCell(tie, joinPath(target.text, inside), patterns, factor);
  });
}

// The new weights of a cell of a box stand beside those of the box, with the axes around it in front. Those
// of a second one at other constants are told apart by them.
bool Expansion::addWeights(const Entity &made, const Environment &bound, Expansion &inner,
                           const std::string &place, NewWeights &names) {
  for (const ast::Weight &weight : made.morphism->weights)
    for (const ast::Name &name : weight.names) {
      auto type = dyn_cast_or_null<ObjectType>(resolveType(state, weight.type, bound));
      Attribute init = initialOf(state, weight, bound);
      if (!type || !init)
        return false;
      SmallVector<StringAttr> axes(inner.aroundAxes);
      llvm::append_range(axes, type.getAxes());
      std::string path = inner.placed(name.text);
      if (llvm::any_of(result.added, [&](const NewWeight &other) { return other.path == path; }))
        path += place;
      names[name.text] = type.rank();
      inner.newPaths[name.text] = path;
      result.added.push_back({path, type.over(axes), init, name.range});
    }
  return true;
}

// `attn = a`: the equations of `a` with the box's path in front.
bool Expansion::applyCell(const ast::Tie &tie, const std::string &target,
                          const std::vector<ast::Pattern> &patterns, const AppliedCell &applied) {
  const Entity &inner = *applied.entity;
  const Entity *made = inner.cell->composition.empty() ? state.madeByCell.lookup(inner.cell) : nullptr;
  if (!made) {
    state
        .error("cell.target", applied.range,
               "`" + inner.name + "` is no cell that starts from one morphism, and is applied to a box here")
        .note(inner.range, "declared here");
    return false;
  }
  size_t extra = patterns.size();
  StringRef rest;
  llvm::StringMap<ObjectType> here;
  SmallVector<StringAttr> lead;
  for (const OccurrenceWeight &weight : at(target))
    if (isUnder(weight.path, target, rest) && weight.type.rank() >= extra) {
      here[rest] = weight.type.over(weight.type.getAxes().drop_front(extra));
      lead.assign(weight.type.getAxes().take_front(extra));
    }
  std::optional<Environment> bound =
      bindCellGenerics(state, *made, applied.brackets, environment, here, applied.range, {},
                       axesAdvice(state, cell, *made, applied.range));
  const Instance *start = bound ? cellSubject(state, *made, *bound, applied.range) : nullptr;
  if (!start)
    return false;
  MorphismOp startOp = state.workspace->morphism(start->symbol);
  for (const OccurrenceWeight &weight : state.workspace->weights.of(startOp)) {
    auto actual = here.find(weight.path);
    if (actual != here.end() && actual->second == weight.type)
      continue;
    state
        .error("cell.target", tie.range,
               "box `" + target + "` is no `" + start->name + "` at these indices: it has no weight `" +
                   weight.path + "` of type `" + text(weight.type) + "`")
        .note(inner.range, "cell `" + inner.name + "` starts from `" + start->name + "`");
    return false;
  }
  NewWeights innerNew;
  size_t first = result.assignments.size();
  Expansion expansion(state, *inner.cell, *bound, startOp, innerNew, result);
  expansion.box = placed(target);
  expansion.around = around;
  expansion.aroundNew = aroundNew;
  expansion.aroundAxes = aroundAxes;
  std::string place;
  for (auto [i, pattern] : llvm::enumerate(TiePatterns(state, environment).settled(patterns, lead))) {
    expansion.around.push_back(pattern);
    if (std::optional<unsigned> number = TiePatterns(state, environment).constant(pattern)) {
      place += "." + std::to_string(*number);
    } else if (i < lead.size()) {
      expansion.aroundNew.push_back(pattern);
      expansion.aroundAxes.push_back(lead[i]);
    }
  }
  if (!addWeights(*made, *bound, expansion, place, innerNew) || !expansion.run())
    return false;
  GenericRenaming renaming(expansion.box + place, *bound, result.names);
  for (Assignment &assignment : llvm::drop_begin(result.assignments, first))
    renaming.rename(assignment);
  return true;
}

std::optional<TieExpansion> expandTies(State &state, const ast::Cell &cell, const Environment &environment,
                                       MorphismOp subject, const NewWeights &newWeights) {
  TieExpansion result;
  result.names = environment;
  if (!Expansion(state, cell, environment, subject, newWeights, result).run())
    return std::nullopt;
  return result;
}

} // namespace weft
