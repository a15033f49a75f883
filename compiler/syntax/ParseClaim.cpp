// claim, property.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using Property = ast::Claim::Property;

namespace {

struct PropertyWord {
  std::string_view word;
  Property property;
};
constexpr PropertyWord propertyWords[] = {
    {"weights", Property::weights},
    {"flops", Property::flops},
    {"bytes", Property::bytes},
    {"invariant", Property::invariant},
    {"equivariant", Property::equivariant},
    {"associative", Property::associative},
    {"commutative", Property::commutative},
    {"idempotent", Property::idempotent},
    {"invertible", Property::invertible},
    {"cocycle", Property::cocycle},
    {"distributes", Property::distributes},
    {"homomorphism", Property::homomorphism},
    {"converges", Property::converges},
    {"==", Property::equal},
};

} // namespace

/// ( "claim" | "assume" ) subject property
bool GrammarParser::claim(ast::Claim &claim) {
  claim.assumed = at(TokenKind::kwAssume);
  advance();
  claim.subject = subject();
  return claim.subject && property(claim);
}

bool GrammarParser::property(ast::Claim &claim) {
  claim.propertyRange = range(peek());
  std::string_view word = text(peek());
  const PropertyWord *found = nullptr;
  for (const PropertyWord &candidate : propertyWords)
    if (candidate.word == word)
      found = &candidate;
  if (!found) {
    if (Diagnostic *wrong = error("a property"))
      wrong->note("`weights`, `flops`, `bytes`, `invariant`, `equivariant`, `associative`, `commutative`, "
                  "`idempotent`, "
                  "`invertible`, `cocycle`, `distributes`, `homomorphism`, `converges` or `==`");
    return false;
  }
  claim.property = found->property;
  advance();
  switch (claim.property) {
  case Property::weights:
  case Property::flops:
  case Property::bytes:
    return bound(claim);
  case Property::invariant:
  case Property::equivariant:
    return symmetry(claim);
  case Property::distributes:
    return expect(TokenKind::kwOver, "after `distributes`") &&
           expectName(claim.names.emplace_back(), "the name of a monoid after `over`");
  case Property::homomorphism:
    return homomorphism(claim);
  case Property::converges:
    return expectWord("within", "after `converges`") && (claim.bound = budget()) &&
           expectWord("steps", "after the number of steps");
  case Property::equal:
    return (claim.other = subject()) != nullptr;
  default:
    return true;
  }
}

/// ( "==" | "<=" | "<" ) size
bool GrammarParser::bound(ast::Claim &claim) {
  if (at(TokenKind::equal))
    claim.relation = ast::Operator::equal;
  else if (at(TokenKind::lessEqual))
    claim.relation = ast::Operator::lessEqual;
  else if (at(TokenKind::less))
    claim.relation = ast::Operator::less;
  else
    return fail("`==`, `<=` or `<`");
  advance();
  return (claim.bound = size()) != nullptr;
}

/// "under" ( "permute" | "shift" ) NAME { "," NAME }
bool GrammarParser::symmetry(ast::Claim &claim) {
  if (!expectWord("under", "and a symmetry"))
    return false;
  if (!atWord("permute") && !atWord("shift"))
    return fail("`permute` or `shift` after `under`");
  claim.action = takeName();
  return names(claim.names, "the name of an axis");
}

/// NAME "->" NAME
bool GrammarParser::homomorphism(ast::Claim &claim) {
  return expectName(claim.names.emplace_back(), "the name of a monoid after `homomorphism`") &&
         expect(TokenKind::arrow, "after the first monoid") &&
         expectName(claim.names.emplace_back(), "the name of a monoid after `->`");
}

} // namespace weft
