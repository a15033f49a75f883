#include "compiler/elaborate/CellGenerics.h"
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

std::optional<Environment> bindCellGenerics(State &state, const Entity &made, const ast::Brackets *brackets,
                                            const Environment &caller,
                                            const llvm::StringMap<ObjectType> &here, Range range,
                                            std::map<std::string, std::string> told) {
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
