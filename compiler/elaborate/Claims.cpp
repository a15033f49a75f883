// Claims: counts of weights are decided here, everything else by the prover.
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Monoids.h"

using namespace mlir;

namespace weft {

static std::string written(const ast::Claim &claim) {
  switch (claim.property) {
  case ast::Claim::Property::weights:
    return "weights";
  case ast::Claim::Property::flops:
    return "flops";
  case ast::Claim::Property::bytes:
    return "bytes";
  case ast::Claim::Property::equal:
    return "==";
  default:
    return writtenText(claim.propertyRange);
  }
}

static std::string grouped(int64_t number) {
  std::string digits = std::to_string(number), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0 && digits[i - 1] != '-')
      text += '_';
    text += digits[i];
  }
  return text;
}

static const Instance *subjectOf(State &state, const ast::Diagram &subject) {
  const ast::Diagram &inner = withoutGroups(subject);
  if (inner.kind != ast::Diagram::Kind::instance) {
    state.error("feature.later", subject.range, "claims about diagrams without a name are not built yet")
        .note("name it: `morphism m = …`");
    return nullptr;
  }
  Environment environment;
  std::optional<BoxValue> box = resolveBox(state, inner.name, inner.brackets ? &*inner.brackets : nullptr,
                                           environment, {}, {}, subject.range);
  return box && !box->instance->failed ? box->instance : nullptr;
}

// Whether the relation holds for all sizes, for none, or that cannot be told.
static std::optional<bool> holds(ast::Operator relation, const Size &count, const Size &bound) {
  if (relation == ast::Operator::equal) {
    Size::Comparison comparison = count.compare(bound);
    return comparison == Size::Comparison::unknown ? std::nullopt
                                                   : std::optional(comparison == Size::Comparison::equal);
  }
  std::optional<Size> room = subtract(bound, count);
  if (!room)
    return std::nullopt;
  int64_t least = relation == ast::Operator::less ? 1 : 0;
  if (room->lowerBound() && *room->lowerBound() >= least)
    return true;
  if (room->upperBound() && *room->upperBound() < least)
    return false;
  return std::nullopt;
}

static bool isMonoidProperty(ast::Claim::Property property) {
  using Property = ast::Claim::Property;
  return property == Property::associative || property == Property::commutative ||
         property == Property::idempotent || property == Property::invertible;
}

namespace {

// Puts one claim into the IR: decided, where the count of weights decides it, else open, for the prover.
class ClaimEmission {
public:
  ClaimEmission(State &state, const ast::Claim &claim) : state(state), claim(claim) {}

  void run();

private:
  void weights(const Instance &subject);
  void costs(const Instance &subject);
  void equality(const Instance &subject);
  void symmetry(const Instance &subject);
  void monoid();
  ClaimOp emit(const std::string &subject, const std::string &property, const char *verdict);

  State &state;
  const ast::Claim &claim;
};

} // namespace

ClaimOp ClaimEmission::emit(const std::string &subject, const std::string &property, const char *verdict) {
  if (claim.assumed)
    state.diagnostics.warning("claim.unknown", claim.propertyRange, "this is assumed and not proved");
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  return ClaimOp::create(builder, state.location(claim.propertyRange), subject, property,
                         claim.assumed ? "assumed" : verdict, FlatSymbolRefAttr(), StringAttr(), StringAttr(),
                         StringAttr());
}

void ClaimEmission::weights(const Instance &subject) {
  Environment environment;
  std::optional<Size> bound = evaluateSize(state, *claim.bound, environment);
  if (!bound)
    return;
  std::optional<bool> verdict = holds(claim.relation, subject.weights, *bound);
  std::string name = "`" + subject.name + "`";
  auto number = [](const Size &size) { return size.constant() ? grouped(*size.constant()) : size.text(); };
  if (verdict == false) {
    state.error("claim.refuted", claim.bound->range,
                name + " has " + number(subject.weights) + " weights, and " + number(*bound) +
                    " are claimed");
    return;
  }
  if (!claim.assumed && !verdict) {
    state.error("claim.unknown", claim.bound->range,
                name + " has " + number(subject.weights) + " weights; whether that is " +
                    ast::spelling(claim.relation) + " " + number(*bound) + " depends on open sizes");
    return;
  }
  emit(subject.symbol, std::string("weights ") + ast::spelling(claim.relation) + " " + bound->text(),
       "proved");
}

void ClaimEmission::costs(const Instance &subject) {
  Environment environment;
  if (std::optional<Size> bound = evaluateSize(state, *claim.bound, environment)) {
    const char *what = claim.property == ast::Claim::Property::flops ? "flops " : "bytes ";
    ClaimOp op =
        emit(subject.symbol, what + std::string(ast::spelling(claim.relation)) + " " + bound->text(), "open");
    op.setBound(bound->text());
  }
}

void ClaimEmission::equality(const Instance &subject) {
  if (const Instance *other = subjectOf(state, *claim.other)) {
    ClaimOp op = emit(subject.symbol, "== " + other->name, "open");
    op.setOther(other->symbol);
  }
}

void ClaimEmission::symmetry(const Instance &subject) {
  if (claim.action.text != "permute") {
    state
        .error("feature.later", claim.action.range,
               "symmetry under `" + claim.action.text + "` is not built yet")
        .note("`permute` is");
    return;
  }
  const char *word = claim.property == ast::Claim::Property::invariant ? "invariant" : "equivariant";
  Environment environment;
  for (const ast::Name &name : claim.names) {
    std::string axis = resolveAxis(state, name, environment);
    if (axis.empty())
      return;
    ClaimOp op = emit(subject.symbol, std::string(word) + " under permute " + name.text, "open");
    op.setAxis(axis);
  }
}

void ClaimEmission::monoid() {
  const ast::Diagram &subject = withoutGroups(*claim.subject);
  const Entity *entity =
      subject.kind == ast::Diagram::Kind::instance ? state.scope.find(subject.name.text, false) : nullptr;
  if (!entity || entity->kind != EntityKind::monoid) {
    state.error("name.unknown", claim.subject->range, "there is no monoid of this name")
        .note(std::string("`") + written(claim) + "` is claimed of monoids");
    return;
  }
  checkMonoid(state, *entity);
  std::string symbol = symbolOf(state, *entity);
  if (state.workspace->module->lookupSymbol<MonoidOp>(symbol))
    emit(symbol, written(claim), "open");
}

void ClaimEmission::run() {
  using Property = ast::Claim::Property;
  if (isMonoidProperty(claim.property))
    return monoid();
  bool isBuilt = claim.property == Property::weights || claim.property == Property::flops ||
                 claim.property == Property::bytes || claim.property == Property::equal ||
                 claim.property == Property::invariant || claim.property == Property::equivariant;
  if (!isBuilt) {
    state.error("feature.later", claim.propertyRange,
                "claims about `" + written(claim) + "` are not built yet");
    return;
  }
  const Instance *subject = subjectOf(state, *claim.subject);
  if (!subject)
    return;
  switch (claim.property) {
  case Property::weights:
    return weights(*subject);
  case Property::equal:
    return equality(*subject);
  case Property::invariant:
  case Property::equivariant:
    return symmetry(*subject);
  default:
    return costs(*subject);
  }
}

void checkClaim(State &state, const ast::Claim &claim) { ClaimEmission(state, claim).run(); }

void claimCellEqualities(State &state) {
  for (const Entity &entity : state.scope.all()) {
    const Entity *made = entity.kind == EntityKind::cell ? state.madeByCell.lookup(entity.cell) : nullptr;
    const Entity *target = made ? state.scope.find(entity.cell->target.text, entity.standard) : nullptr;
    if (!target || target == made || target->kind != EntityKind::morphism)
      continue;
    if (made->morphism->generics || target->morphism->generics) {
      state
          .error("feature.later", entity.cell->target.range,
                 "a cell to a generic morphism that is defined already is not compared yet")
          .note("fill in its axes: `morphism g = " + target->name + "[…]`");
      continue;
    }
    Environment environment;
    environment.owner = made;
    const Instance *left = instantiate(state, *made, environment, entity.range);
    environment.owner = target;
    const Instance *right = instantiate(state, *target, environment, entity.cell->target.range);
    if (!left || !right || left->failed || right->failed)
      continue;
    OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
    ClaimOp::create(builder, state.location(entity.cell->target.range), left->symbol, "== " + right->name,
                    "open", FlatSymbolRefAttr::get(&state.context, right->symbol),
                    builder.getStringAttr(entity.name), StringAttr(), StringAttr());
  }
}

} // namespace weft
