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
  void distributivity();
  void homomorphism(const Instance &subject);
  MonoidOp monoidOn(const ast::Name &name, ObjectType schema);
  void setMonoids(ClaimOp op, ArrayRef<MonoidOp> monoids);
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
    std::string relation = ast::spelling(claim.relation);
    std::string claimed = number(*bound) + " are claimed";
    if (relation != "==")
      claimed = "`" + relation + " " + number(*bound) + "` is claimed";
    state.error("claim.refuted", claim.bound->range,
                name + " has " + number(subject.weights) + " weights, and " + claimed);
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
    ClaimOp op = emit(subject.symbol, "== " + other->symbol, "open");
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

// The monoid, with `real` in its schema filled in; reports what is none.
MonoidOp ClaimEmission::monoidOn(const ast::Name &name, ObjectType schema) {
  const Entity *entity = state.scope.find(name.text, false);
  if (!entity || entity->kind != EntityKind::monoid) {
    state.error("name.unknown", name.range, "there is no monoid of this name")
        .note(std::string("`") + written(claim) + "` is claimed of monoids");
    return {};
  }
  const MonoidInstance *instance = monoidOf(state, *entity, schema);
  return instance ? state.workspace->module->lookupSymbol<MonoidOp>(instance->symbol) : MonoidOp();
}

static const ast::Name *monoidName(const ast::Diagram &subject) {
  const ast::Diagram &inner = withoutGroups(subject);
  return inner.kind == ast::Diagram::Kind::instance ? &inner.name : nullptr;
}

void ClaimEmission::monoid() {
  const ast::Name *name = monoidName(*claim.subject);
  ast::Name none;
  none.range = claim.subject->range;
  if (MonoidOp monoid = monoidOn(name ? *name : none, state.scalarType("real")))
    emit(monoid.getSymName().str(), written(claim), "open");
}

void ClaimEmission::setMonoids(ClaimOp op, ArrayRef<MonoidOp> monoids) {
  SmallVector<Attribute> symbols;
  for (MonoidOp monoid : monoids)
    symbols.push_back(FlatSymbolRefAttr::get(&state.context, monoid.getSymName()));
  op->setAttr(monoidsAttribute, ArrayAttr::get(&state.context, symbols));
}

void ClaimEmission::distributivity() {
  const ast::Name *name = monoidName(*claim.subject);
  ast::Name none;
  none.range = claim.subject->range;
  MonoidOp times = monoidOn(name ? *name : none, state.scalarType("real"));
  MonoidOp plus = monoidOn(claim.names[0], state.scalarType("real"));
  if (!times || !plus)
    return;
  if (times.getCarrier() != plus.getCarrier()) {
    state.error("type.element", claim.names[0].range,
                "`" + times.getSymName().str() + "` and `" + plus.getSymName().str() +
                    "` have carriers of different types");
    return;
  }
  setMonoids(emit(times.getSymName().str(), "distributes over " + claim.names[0].text, "open"), plus);
}

static std::string listed(ArrayAttr types) {
  std::string text;
  for (Type type : types.getAsValueRange<TypeAttr>()) {
    auto object = dyn_cast<ObjectType>(type);
    text += (text.empty() ? "`" : ", `") + (object ? weft::text(object) : std::string("a tuple")) + "`";
  }
  return text;
}

void ClaimEmission::homomorphism(const Instance &subject) {
  MorphismOp morphism = state.workspace->morphism(subject.symbol);
  if (!morphism)
    return;
  auto schemaOf = [&](ArrayAttr types) {
    auto first = types.empty() ? ObjectType() : dyn_cast<ObjectType>(cast<TypeAttr>(types[0]).getValue());
    bool isNumber = first && first.isScalar() && (first.isReal() || first.isInteger());
    return isNumber ? first : state.scalarType("real");
  };
  ArrayAttr sides[] = {morphism.getInputTypes(), morphism.getOutputTypes()};
  MonoidOp monoids[2];
  for (unsigned side : {0, 1}) {
    monoids[side] = monoidOn(claim.names[side], schemaOf(sides[side]));
    if (!monoids[side])
      return;
    if (monoids[side].getCarrier() == sides[side])
      continue;
    state
        .error("type.element", claim.names[side].range,
               "the carrier of `" + claim.names[side].text + "` is " + listed(monoids[side].getCarrier()) +
                   ", and `" + subject.name + (side ? "` gives " : "` takes ") + listed(sides[side]))
        .note("a homomorphism takes the components of one carrier to those of the other");
    return;
  }
  std::string property = "homomorphism " + claim.names[0].text + " -> " + claim.names[1].text;
  setMonoids(emit(subject.symbol, property, "open"), monoids);
}

void ClaimEmission::run() {
  using Property = ast::Claim::Property;
  if (isMonoidProperty(claim.property))
    return monoid();
  if (claim.property == Property::distributes)
    return distributivity();
  bool isBuilt = claim.property == Property::weights || claim.property == Property::flops ||
                 claim.property == Property::bytes || claim.property == Property::equal ||
                 claim.property == Property::invariant || claim.property == Property::equivariant ||
                 claim.property == Property::homomorphism;
  if (!isBuilt) {
    state.error("feature.later", claim.propertyRange,
                "claims about `" + written(claim) + "` are not built yet");
    return;
  }
  if (claim.property == Property::equal && claimSameCells(state, claim))
    return;
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
  case Property::homomorphism:
    return homomorphism(*subject);
  default:
    return costs(*subject);
  }
}

void checkClaim(State &state, const ast::Claim &claim) { ClaimEmission(state, claim).run(); }

} // namespace weft
