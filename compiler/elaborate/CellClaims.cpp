// What cells claim: that what they make is the morphism that has their target's name already; and claims that
// two cells are the same map.
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Generics.h"
#include "compiler/elaborate/Instances.h"

using namespace mlir;

namespace weft {

// An axis of unknown size, for a generic of a cell: what is proved of it holds for all.
static std::string unknownAxis(State &state, const ast::Name &generic, const std::string &cell) {
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

static bool isTold(State &state, const Entity &morphism, Range range) {
  if (!morphism.morphism->generics)
    return true;
  for (const ast::Parameter &parameter : morphism.morphism->generics->parameters)
    if (!parameter.value) {
      state
          .error("feature.later", range,
                 "a cell to a generic morphism with boxes or constants without a default is not compared yet")
          .note(parameter.range, "declared here");
      return false;
    }
  return true;
}

static const Instance *instanceWith(State &state, const Entity &morphism,
                                    const std::map<std::string, std::string> &axes, ArrayRef<Type> inputs,
                                    ArrayRef<Type> outputs, Range range) {
  std::vector<std::string> over;
  std::optional<Environment> environment =
      bindGenerics(state, morphism, nullptr, Environment(), inputs, outputs, range, over, axes);
  const Instance *instance = environment ? instantiate(state, morphism, *environment, range) : nullptr;
  return instance && !instance->failed ? instance : nullptr;
}

// The generics of the target are those of the cell, in order, where there are as many; else its wires tell
// them.
static void claimEquality(State &state, const Entity &cell, const Entity &made, const Entity &target) {
  Range range = cell.cell->target.range;
  if (!isTold(state, made, range) || !isTold(state, target, range))
    return;
  static const std::vector<ast::Name> none;
  const std::vector<ast::Name> &own = made.morphism->generics ? made.morphism->generics->axes : none;
  const std::vector<ast::Name> &others = target.morphism->generics ? target.morphism->generics->axes : none;
  std::map<std::string, std::string> axes, otherAxes;
  for (size_t i = 0; i < own.size(); ++i) {
    axes[own[i].text] = unknownAxis(state, own[i], cell.name);
    if (own.size() == others.size())
      otherAxes[others[i].text] = axes[own[i].text];
  }
  const Instance *left = instanceWith(state, made, axes, {}, {}, cell.range);
  const Instance *right =
      left ? instanceWith(state, target, otherAxes, left->inputs, left->outputs, range) : nullptr;
  if (!right)
    return;
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  ClaimOp::create(builder, state.location(range), left->symbol, "== " + right->name, "open",
                  FlatSymbolRefAttr::get(&state.context, right->symbol), builder.getStringAttr(cell.name),
                  StringAttr(), StringAttr());
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

// The morphism that a cell makes; null, reported, for a cell that is made of others or generic.
static const Instance *madeBy(State &state, const ast::Diagram &subject, const Entity &cell) {
  const Entity *made = cell.cell->composition.empty() ? state.madeByCell.lookup(cell.cell) : nullptr;
  if (!made || made->morphism->generics) {
    state
        .error("feature.later", subject.range,
               "claims about " + std::string(made ? "generic cells" : "cells made of cells") +
                   " are not built yet")
        .note("claim that what they make is equal");
    return nullptr;
  }
  Environment environment;
  environment.owner = made;
  const Instance *instance = instantiate(state, *made, environment, subject.range);
  return instance && !instance->failed ? instance : nullptr;
}

bool claimSameCells(State &state, const ast::Claim &claim) {
  auto cellOf = [&](const ast::Diagram &subject) {
    const ast::Diagram &inner = withoutGroups(subject);
    const Entity *entity =
        inner.kind == ast::Diagram::Kind::instance ? state.scope.find(inner.name.text, false) : nullptr;
    return entity && entity->kind == EntityKind::cell ? entity : nullptr;
  };
  const Entity *left = cellOf(*claim.subject), *right = cellOf(*claim.other);
  if (!left || !right)
    return false;
  const Instance *a = madeBy(state, *claim.subject, *left);
  const Instance *b = a ? madeBy(state, *claim.other, *right) : nullptr;
  if (!b)
    return true;
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  auto op =
      ClaimOp::create(builder, state.location(claim.propertyRange), a->symbol, "== " + b->name + ", as cells",
                      claim.assumed ? "assumed" : "open", FlatSymbolRefAttr::get(&state.context, b->symbol),
                      StringAttr(), StringAttr(), StringAttr());
  op->setAttr(cellsAttribute, builder.getUnitAttr());
  return true;
}

} // namespace weft
