// What is claimed between monoids: that one distributes over another, that a morphism is a homomorphism.
#pragma once

#include "compiler/prove/MonoidLaws.h"

namespace weft::prove {

/// What a proof needs beside what it is about.
struct ProofContext {
  const AxisTable &axes;
  mlir::ModuleOp module;
  const Budget &budget;
  const VerdictCache &cache;
};

/// `times` distributes over `plus` on both sides, for elements that both carriers have.
LawStatus decideDistributivity(MonoidOp times, MonoidOp plus, const ProofContext &context);

/// f(a * b) = f(a) * f(b) for all a and b, f of the unit is the unit, and f keeps to the carrier. A unit that
/// is infinite, or adjoined, stands for nothing yet: f is asked of what is finite, and takes it to the other
/// unit.
LawStatus decideHomomorphism(MorphismOp f, MonoidOp from, MonoidOp to, const ProofContext &context);

} // namespace weft::prove
