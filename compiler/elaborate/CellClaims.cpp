// What cells claim: that what they make is the morphism that has their target's name already.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/CellPaths.h"
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Generics.h"
#include "compiler/elaborate/Instances.h"

using namespace mlir;

namespace weft {

static constexpr unsigned drawnPoints = 2;

// A number for a constant without a default, another one at each point; null for a type that has none.
static ast::ExprPtr drawnConstant(const ast::Parameter &parameter, unsigned point) {
  StringRef type = parameter.type.name.text;
  auto value = nameExpression(type.str(), parameter.range);
  value->kind = ast::Expr::Kind::number;
  if (type == "bool") {
    value->kind = ast::Expr::Kind::boolean;
    value->truth = point % 2;
  } else if (type == "real" || type == "f16" || type == "bf16" || type == "f32" || type == "f64") {
    value->text = point % 2 ? "2.5" : "0.375";
  } else if (type == "int" || type == "i8" || type == "i16" || type == "i32" || type == "i64") {
    value->text = point % 2 ? "5" : "2";
  } else {
    return nullptr;
  }
  return value;
}

// What brackets say of the constants without a default, the same number for both sides where names are the
// same. Boxes and monoids have no values that could be tried.
static std::optional<ast::Brackets> drawnSettings(State &state, const Entity &morphism, unsigned point,
                                                  Range range) {
  ast::Brackets brackets;
  brackets.range = range;
  if (!morphism.morphism->generics)
    return brackets;
  for (const ast::Parameter &parameter : morphism.morphism->generics->parameters) {
    if (parameter.value)
      continue;
    bool isConstant = parameter.kind == ast::Parameter::Kind::constant;
    ast::ExprPtr value = isConstant ? drawnConstant(parameter, point) : nullptr;
    if (!value) {
      state
          .error("feature.later", range,
                 "cells and generic morphisms with boxes or monoids without a default are not compared yet")
          .note(parameter.range, "declared here");
      return std::nullopt;
    }
    ast::Item &item = brackets.settings.emplace_back();
    item.kind = ast::Item::Kind::setting;
    item.range = range;
    item.name = parameter.name;
    item.value = std::move(value);
  }
  return brackets;
}

static const Instance *instanceWith(State &state, const Entity &morphism,
                                    const std::map<std::string, std::string> &axes,
                                    const ast::Brackets &settings, ArrayRef<Type> inputs,
                                    ArrayRef<Type> outputs, Range range) {
  std::vector<std::string> over;
  std::optional<Environment> environment =
      bindGenerics(state, morphism, &settings, Environment(), inputs, outputs, range, over, axes);
  const Instance *instance = environment ? instantiate(state, morphism, *environment, range) : nullptr;
  return instance && !instance->failed ? instance : nullptr;
}

static bool hasConstantsToDraw(const Entity &morphism) {
  return morphism.morphism->generics &&
         llvm::any_of(morphism.morphism->generics->parameters,
                      [](const ast::Parameter &parameter) { return !parameter.value; });
}

// The generics of the target are those of the cell, in order, where there are as many; else its wires tell
// them. Constants that neither tells are drawn, and each point is a claim of its own.
static void claimEquality(State &state, const Entity &cell, const Entity &made, const Entity &target) {
  Range range = cell.cell->target.range;
  static const std::vector<ast::Name> none;
  const std::vector<ast::Name> &own = made.morphism->generics ? made.morphism->generics->axes : none;
  const std::vector<ast::Name> &others = target.morphism->generics ? target.morphism->generics->axes : none;
  std::map<std::string, std::string> axes, otherAxes;
  for (size_t i = 0; i < own.size(); ++i) {
    axes[own[i].text] = unknownAxis(state, own[i], cell.name);
    if (own.size() == others.size())
      otherAxes[others[i].text] = axes[own[i].text];
  }
  unsigned points = hasConstantsToDraw(made) || hasConstantsToDraw(target) ? drawnPoints : 1;
  for (unsigned point = 0; point < points; ++point) {
    std::optional<ast::Brackets> settings = drawnSettings(state, made, point, range);
    std::optional<ast::Brackets> otherSettings =
        settings ? drawnSettings(state, target, point, range) : std::nullopt;
    if (!otherSettings)
      return;
    const Instance *left = instanceWith(state, made, axes, *settings, {}, {}, cell.range);
    const Instance *right =
        left ? instanceWith(state, target, otherAxes, *otherSettings, left->inputs, left->outputs, range)
             : nullptr;
    if (!right)
      return;
    std::string drawn;
    for (const ast::Item &item : otherSettings->settings)
      drawn += (drawn.empty() ? " with " : ", ") + item.name.text + " = " +
               (item.value->kind == ast::Expr::Kind::boolean ? (item.value->truth ? "true" : "false")
                                                             : item.value->text);
    OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
    ClaimOp::create(builder, state.location(range), left->symbol, "== " + right->name + drawn, "open",
                    FlatSymbolRefAttr::get(&state.context, right->symbol), builder.getStringAttr(cell.name),
                    StringAttr(), StringAttr());
  }
}

void claimCellEqualities(State &state) {
  // Unknown axes are no entities, and what is added on the way claims nothing.
  size_t count = state.scope.all().size();
  for (size_t i = 0; i < count; ++i) {
    const Entity &entity = state.scope.all()[i];
    const Entity *made = entity.kind == EntityKind::cell ? state.madeByCell.lookup(entity.cell) : nullptr;
    const Entity *target = made ? state.scope.find(entity.cell->target.text, entity.standard) : nullptr;
    if (target && target != made && target->kind == EntityKind::morphism)
      claimEquality(state, entity, *made, *target);
  }
}

} // namespace weft
