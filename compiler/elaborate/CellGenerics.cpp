#include "compiler/elaborate/CellGenerics.h"
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Generics.h"
#include "compiler/elaborate/Instances.h"

using namespace mlir;

namespace weft {

// The weights of what the cell starts from say which of their axes are generics.
static std::map<std::string, std::string> axesTold(ArrayRef<OccurrenceWeight> unknown,
                                                   const ast::Generics &generics,
                                                   const llvm::StringMap<ObjectType> &here) {
  std::map<std::string, std::string> told;
  auto isGeneric = [&](StringRef axis) {
    return llvm::any_of(generics.axes, [&](const ast::Name &name) { return name.text == axis; });
  };
  for (const OccurrenceWeight &weight : unknown) {
    auto actual = here.find(weight.path);
    if (actual == here.end() || actual->second.rank() < weight.type.rank())
      continue;
    auto inside = actual->second.getAxes().take_back(weight.type.rank());
    for (auto [axis, known] : llvm::zip(weight.type.getAxes(), inside))
      if (isGeneric(axis.getValue()))
        told.try_emplace(axis.str(), known.str());
  }
  return told;
}

static std::string withAxes(llvm::StringRef cell, const ast::Generics &generics) {
  std::string axes;
  for (const ast::Name &axis : generics.axes)
    axes += (axes.empty() ? "" : ", ") + axis.text;
  return "`" + cell.str() + "[" + axes + "]`";
}

std::string axesAdvice(const State &state, const ast::Cell &cell, const Entity &made, Range written) {
  if (!made.morphism->generics)
    return "";
  const Entity *whole = state.madeByCell.lookup(&cell);
  if (!whole || !stageBefore(state, *whole)) {
    std::string text = writtenText(written);
    return "write it: " + withAxes(llvm::StringRef(text).split('[').first, *made.morphism->generics);
  }
  return "a row takes the axes of its first cell; apply this one in a cell of its own, with its axes: " +
         withAxes(made.cell->name.text, *made.morphism->generics);
}

// Every axis is written or told.
static bool axesKnown(State &state, const Entity &made, const ast::Brackets *brackets,
                      const std::map<std::string, std::string> &told, Range range, std::string advice) {
  const ast::Generics &generics = *made.morphism->generics;
  for (const ast::Name &axis : llvm::drop_begin(generics.axes, brackets ? brackets->items.size() : 0)) {
    if (told.count(axis.text))
      continue;
    if (advice.empty())
      advice = "write it: " + withAxes(made.cell->name.text, generics);
    state
        .error("axis.unknown", range,
               "the weights do not tell axis `" + axis.text + "` of cell `" + made.cell->name.text + "`")
        .note(advice)
        .note(axis.range, "declared here");
    return false;
  }
  return true;
}

std::optional<Environment> bindCellGenerics(State &state, const Entity &made, const ast::Brackets *brackets,
                                            const Environment &caller,
                                            const llvm::StringMap<ObjectType> &here, Range range,
                                            std::map<std::string, std::string> told,
                                            const std::string &advice) {
  Environment environment;
  environment.owner = &made;
  environment.standard = made.standard;
  if (!made.morphism->generics) {
    if (!brackets)
      return environment;
    state.error("call.arity", brackets->range, "the cell has no generics, and gets some")
        .note(made.range, "declared here");
    return std::nullopt;
  }
  if (!checkGeneric(state, made))
    return std::nullopt;
  std::vector<std::string> over;
  told.merge(axesTold(unknownCellWeights(state, made), *made.morphism->generics, here));
  if (!axesKnown(state, made, brackets, told, range, advice))
    return std::nullopt;
  std::optional<Environment> bound = bindGenerics(state, made, brackets, caller, {}, {}, range, over, told);
  if (bound && !over.empty()) {
    state.error("call.arity", brackets->range, "the cell has fewer axes than stand here")
        .note(made.range, "declared here");
    return std::nullopt;
  }
  return bound;
}

GenericRenaming::GenericRenaming(const std::string &place, const Environment &inner, Environment &names) {
  auto enter = [&](const auto &from, auto &to) {
    for (const auto &[name, value] : from) {
      std::string fresh = place + "'" + name;
      renamed[name] = fresh;
      to[fresh] = value;
    }
  };
  enter(inner.axes, names.axes);
  enter(inner.constants, names.constants);
  enter(inner.boxes, names.boxes);
  enter(inner.monoids, names.monoids);
}

void GenericRenaming::rename(ast::Name &name) const {
  if (auto other = renamed.find(name.text); other != renamed.end())
    name.text = other->second;
}

void GenericRenaming::rename(ast::Item &item) const {
  rename(item.axis);
  if (item.kind == ast::Item::Kind::summand)
    rename(item.name);
  if (item.value)
    rename(*item.value);
}

void GenericRenaming::rename(ast::Expr &e) const {
  if (e.kind == ast::Expr::Kind::name || e.kind == ast::Expr::Kind::sizeOf)
    rename(e.name);
  for (ast::ExprPtr &child : e.children)
    rename(*child);
  for (ast::Item &item : e.brackets.items)
    rename(item);
  for (ast::Item &setting : e.brackets.settings)
    rename(setting);
  if (e.brackets.where)
    rename(*e.brackets.where);
}

void GenericRenaming::rename(ast::Pattern &pattern) const {
  if (pattern.kind == ast::Pattern::Kind::summand)
    rename(pattern.name);
  if (pattern.axis)
    rename(*pattern.axis);
  for (ast::Pattern &child : pattern.children)
    rename(child);
}

void GenericRenaming::rename(Assignment &assignment) const {
  for (ast::Pattern &pattern : assignment.patterns)
    rename(pattern);
  rename(*assignment.value);
}

} // namespace weft
