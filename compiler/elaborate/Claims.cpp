// `claim gpt2 weights == 163_037_184`: counted over all occurrences.
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Instances.h"

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

void checkClaim(State &state, const ast::Claim &claim) {
  if (claim.property != ast::Claim::Property::weights) {
    state.error("feature.later", claim.propertyRange,
                "claims about `" + written(claim) + "` are not built yet; `weights` is");
    return;
  }
  const Instance *subject = subjectOf(state, *claim.subject);
  Environment environment;
  std::optional<Size> bound = evaluateSize(state, *claim.bound, environment);
  if (!subject || !bound)
    return;
  std::optional<bool> verdict = holds(claim.relation, subject->weights, *bound);
  std::string name = "`" + subject->name + "`";
  auto number = [](const Size &size) { return size.constant() ? grouped(*size.constant()) : size.text(); };
  if (!claim.assumed && verdict == false) {
    state.error("claim.refuted", claim.bound->range,
                name + " has " + number(subject->weights) + " weights, and " + number(*bound) +
                    " are claimed");
    return;
  }
  if (!claim.assumed && !verdict) {
    state.error("claim.unknown", claim.bound->range,
                name + " has " + number(subject->weights) + " weights; whether that is " +
                    ast::spelling(claim.relation) + " " + number(*bound) + " depends on open sizes");
    return;
  }
  if (claim.assumed)
    state.diagnostics.warning("claim.unknown", claim.propertyRange, "this is assumed and not proved");
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  ClaimOp::create(builder, state.location(claim.propertyRange), subject->symbol,
                  std::string("weights ") + ast::spelling(claim.relation) + " " + bound->text(),
                  claim.assumed ? "assumed" : "proved");
}

} // namespace weft
