#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/ContractionTiling.h"
#include "compiler/target/cpu/FoldExit.h"
#include "compiler/target/cpu/SweepEmitter.h"
#include "dialects/weft/FoldAlgorithms.h"
#include "dialects/weft/KeyedFolds.h"
#include "dialects/weft/Magnitudes.h"
#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

// One fold, and what is known of it.
struct Question {
  FoldOp fold;
  MonoidOp monoid;
  EquationOp equation; // null for the fold of a contract
  const AxisTable &axes;
  const ContractionPlans &plans;
  std::string whyNoPrefix;
  std::optional<PrefixFold> prefix;

  Question(FoldOp fold, const AxisTable &axes, const ContractionPlans &plans)
      : fold(fold), monoid(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr())),
        equation(fold->getParentOfType<EquationOp>()), axes(axes), plans(plans),
        prefix(findPrefix(fold, axes, &whyNoPrefix)) {}

  std::string name() { return "`" + fold.getMonoid().str() + "`"; }
  std::string axisOf(BlockArgument index) { return "`" + objectOf(index).getElement().str() + "`"; }
  ObjectType component(unsigned i) {
    return cast<ObjectType>(cast<TypeAttr>(monoid.getCarrier()[i]).getValue());
  }
};

// Whether an algorithm is taken, and the reason. A refusal without a reason is not worth a word.
struct Answer {
  bool isYes;
  std::string reason;
  bool suits = true; // else: only when it is forced
};

Answer no(const Twine &reason = "") { return {false, reason.str()}; }
Answer yes(const Twine &reason) { return {true, reason.str()}; }
Answer onlyForced(const Twine &reason) { return {true, reason.str(), false}; }

// Whether vectors of elements are combined without a check for each: reals, truth values and indices, and
// integers whose sum is small.
bool combinesInLanes(Question &q) {
  if (isSmallSum(q.fold))
    return true;
  for (unsigned i = 0; i < q.monoid.getComponents().size(); ++i)
    if (q.component(i).isInteger())
      return false;
  return liftLiesInDomain(q.monoid);
}

// Whether neighbours of an index lie side by side where this is the last position: the index, or a sum with
// it.
bool stepsWith(Value last, Value index, const AxisTable &axes) {
  AffinePosition position;
  if (!last || !index || last == index)
    return last && last == index;
  return !isa<BlockArgument>(last) && readAffine(last, 1, axes, position) &&
         llvm::is_contained(position.terms, std::pair(index, int64_t(1)));
}

// Whether an axis has as many positions as a vector has lanes, as far as is known.
bool fillsVectors(Value index, const AxisTable &axes) {
  constexpr int64_t lanes = 8;
  return index && axes.size(objectOf(index).getElement().getValue()).constant().value_or(lanes) >= lanes;
}

// Whether the elements lie side by side in memory, and those of the equation do not. What the last index does
// not change is the same number for all of them.
bool liesAlong(Question &q) {
  auto define = q.equation && q.equation.getClauses().size() == 1 ? q.equation.define(0) : DefineOp();
  auto lastOf = [&](ValueRange positions) { return lastPosition(positions, q.axes); };
  Value outer = define ? lastOf(define.getPositions()) : Value();
  Value index = q.fold.indices().back();
  unsigned along = 0, across = 0;
  q.fold.getArguments().walk([&](ReadOp read) {
    Value last = lastOf(read.getPositions());
    bool varies = llvm::any_of(read.getPositions(), [&](Value position) {
      return position == index || !isa<BlockArgument>(position);
    });
    along += stepsWith(last, index, q.axes);
    across +=
        varies && last && (last == outer || (fillsVectors(outer, q.axes) && stepsWith(last, outer, q.axes)));
  });
  return along > 0 && across == 0;
}

// Why a fold whose mask compares something with an index from outside looks at all elements; empty when none
// does.
std::string whyUnsorted(Question &q) {
  std::string why;
  q.fold.getMask().walk([&](ApplyOp test) {
    for (Value side : test.getValues()) {
      if (auto convert = side.getDefiningOp<ConvertOp>())
        side = convert.getValue();
      auto index = dyn_cast<BlockArgument>(side);
      if (test.getFunction() != Function::eq || !index || !objectOf(index).isIndex() ||
          q.fold.getMask().isAncestor(index.getParentRegion()))
        continue;
      std::optional<int64_t> size = q.axes.size(objectOf(index).getElement().getValue()).constant();
      why = size && *size <= fewKeys
                ? q.axisOf(index) + " has so few indices that all elements are looked at for each"
                : "what is compared with an index of " + q.axisOf(index) +
                      " may be an error, or is of more than one element";
    }
  });
  return why;
}

Answer segmented(Question &q) {
  if (!q.fold.isRanged())
    return no(whyUnsorted(q));
  std::string reason = "the elements of " + q.axisOf(q.fold.indices()[q.fold.rangedIndex()]) +
                       " with one key stand in a row, sorted in their order; no law is needed";
  auto loop = dyn_cast_or_null<IterateOp>(q.equation ? q.equation->getParentOp() : nullptr);
  if (!loop)
    return yes(reason);
  std::string why;
  std::optional<FrontierStep> step = findFrontier(loop, &why);
  if (!step)
    return yes(reason + "; all of them in every round, since " + why);
  reason += "; when few change, what they reach alone: associative, commutative, idempotent";
  if (maySweep(*step))
    reason += "; before that swept in place, for what an edge gives grows with its source";
  return yes(reason);
}

Answer product(Question &q) {
  auto plan = q.plans.find(q.equation);
  if (!q.equation || plan == q.plans.end() || plan->second.fold != q.fold)
    return no();
  const TermShape &terms = plan->second.terms;
  if (terms.isMultiplyAdd)
    return yes("a sum of products, in tiles: associative, commutative");
  return yes(terms.mayReorder ? "terms of two factors, in tiles: associative, commutative"
                              : "terms of two factors, in tiles; each result takes its terms as written");
}

// What a scan and a scan in chunks have in common.
Answer runs(Question &q) {
  if (!q.prefix)
    return no(q.whyNoPrefix);
  if (std::string why = whyNotRunning(q.fold, *q.prefix); !why.empty())
    return no(why);
  return yes(q.prefix->isForward
                 ? "a prefix along " + q.axisOf(q.prefix->along) + " grows at its end"
                 : "a suffix along " + q.axisOf(q.prefix->along) + " grows at its begin; associative");
}

Answer chunkedScan(Question &q) {
  Answer answer = runs(q);
  if (!answer.isYes)
    return no();
  if (!q.monoid.licenses("associative"))
    return no(q.name() + " is not known to be associative");
  if (!q.monoid.hasUnit())
    return no(q.name() + " has no unit");
  auto indices = q.equation.indices(q.fold->getParentRegion()->getRegionNumber());
  if (q.fold.indices().size() > 1)
    return no("several elements come in at a position");
  if (!combinesInLanes(q))
    return no("every combination is checked for overflow or for the domain");
  std::string reason = answer.reason + "; neighbours in chunks, since " + q.name() + " is associative";
  // Where other axes lie side by side, vectors go across them.
  return indices.back() == q.prefix->position ? yes(reason) : no();
}

Answer scan(Question &q) {
  Answer answer = runs(q);
  return answer.isYes ? yes(answer.reason + "; one element a position") : answer;
}

Answer tree(Question &q) {
  for (StringRef law : {"associative", "commutative"})
    if (!q.monoid.licenses(law))
      return no(q.name() + " is not known to be " + law);
  if (!q.monoid.hasUnit())
    return no(q.name() + " has no unit");
  bool isReal = llvm::all_of(llvm::seq<unsigned>(0, q.monoid.getComponents().size()),
                             [&](unsigned i) { return q.component(i).isReal(); });
  if (!isReal && isSum(q.monoid) && !isSmallSum(q.fold))
    return no("the sum may leave 64 bits on the way: it is carried in 128");
  if (!(isReal || isSmallSum(q.fold)) || !combinesInLanes(q))
    return no(isReal ? "every element is checked for the domain" : "its components are not all reals");
  if (!liesAlong(q))
    return onlyForced("partial results side by side: associative, commutative");
  return yes("partial results side by side, since the elements lie so: associative, commutative");
}

Answer chunks(Question &q) {
  if (!q.monoid.licenses("associative"))
    return no(q.name() + " is not known to be associative");
  if (!q.monoid.hasUnit())
    return no(q.name() + " has no unit");
  if (!combinesInLanes(q))
    return no("every combination is checked for overflow or for the domain");
  if (!liesAlong(q))
    return onlyForced("neighbours first, chunks in order: associative");
  std::optional<FoldExit> exit = findExit(q.fold);
  return yes("neighbours first, chunks in order, since the elements lie side by side: associative" +
             Twine(!exit           ? ""
                   : exit->fromEnd ? "; from the last on, until nothing can change the result"
                                   : "; until nothing can change the result"));
}

Answer sequence(Question &q) {
  std::optional<FoldExit> exit = findExit(q.fold);
  if (!exit)
    return yes("as written, one element after the other");
  if (!exit->fromEnd)
    return yes("as written, until nothing can change the result");
  return yes(exit->zeros ? "from the last element on, until nothing can change the result"
                         : "from the last element on, until there is one");
}

// In the order in which they are asked.
struct Candidate {
  FoldAlgorithm algorithm;
  Answer (*ask)(Question &);
};
const Candidate candidates[] = {
    {FoldAlgorithm::segmented, segmented}, {FoldAlgorithm::chunked_scan, chunkedScan},
    {FoldAlgorithm::scan, scan},           {FoldAlgorithm::product, product},
    {FoldAlgorithm::tree, tree},           {FoldAlgorithm::chunks, chunks},
    {FoldAlgorithm::sequence, sequence},
};

// `chunks` of a prefix are those of its scan.
bool isForced(FoldAlgorithm algorithm, std::optional<FoldAlgorithm> forced) {
  return forced == algorithm || (forced == FoldAlgorithm::chunks && algorithm == FoldAlgorithm::chunked_scan);
}

ScheduleAttr decide(Question &q, std::optional<FoldAlgorithm> forced) {
  MLIRContext *context = q.fold.getContext();
  for (const Candidate &candidate : candidates)
    if (isForced(candidate.algorithm, forced))
      if (Answer answer = candidate.ask(q); answer.isYes)
        return ScheduleAttr::get(context, candidate.algorithm, "forced: " + answer.reason);
  SmallVector<std::string> refused;
  for (const Candidate &candidate : candidates) {
    Answer answer = candidate.ask(q);
    if (answer.isYes && answer.suits)
      return ScheduleAttr::get(context, candidate.algorithm, answer.reason, refused);
    if (answer.isYes)
      refused.push_back(nameOf(candidate.algorithm) + ": the elements do not lie side by side");
    else if (!answer.reason.empty())
      refused.push_back(nameOf(candidate.algorithm) + ": " + answer.reason);
  }
  llvm_unreachable("a sequence is always possible");
}

} // namespace

void scheduleFolds(NetworkOp network, const AxisTable &axes, ContractionPlans &plans,
                   std::optional<FoldAlgorithm> forced) {
  network->walk([&](FoldOp fold) {
    Question question(fold, axes, plans);
    fold.setScheduleAttr(decide(question, forced));
  });
  plans.remove_if([](auto &plan) { return plan.second.fold.algorithm() != FoldAlgorithm::product; });
}

FoldOp scanOf(EquationOp equation, unsigned clause) {
  for (FoldOp fold : equation.getClauses()[clause].getOps<FoldOp>())
    if (fold.algorithm() == FoldAlgorithm::scan || fold.algorithm() == FoldAlgorithm::chunked_scan)
      return fold;
  return {};
}

bool foldsInLanes(FoldOp fold) {
  return fold.algorithm() == FoldAlgorithm::tree || fold.algorithm() == FoldAlgorithm::chunks;
}

void fallBack(FoldOp fold, const Twine &why, FoldAlgorithm instead, const Twine &reason) {
  ScheduleAttr before = fold.getScheduleAttr();
  SmallVector<std::string> refused;
  if (before) {
    for (StringAttr text : before.getRefused())
      refused.push_back(text.str());
    refused.push_back((nameOf(before.getAlgorithm()) + ": " + why).str());
  }
  fold.setScheduleAttr(ScheduleAttr::get(fold.getContext(), instead, reason, refused));
}

} // namespace weft
