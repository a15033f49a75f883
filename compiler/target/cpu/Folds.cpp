#include "compiler/target/cpu/Folds.h"
#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/Magnitudes.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/Totality.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

FoldWriter::FoldWriter(ExpressionEmitter &expressions, FoldOp fold)
    : expressions(expressions), emitter(expressions.emitter), fold(fold),
      monoid(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr())),
      isSmall(isSmallSum(fold)) {}

Scalar FoldWriter::write() {
  if (expressions.lanes == 1)
    exit = findExit(fold);
  prepends = exit && exit->fromEnd;
  isWide = expressions.lanes == 1 && !isSmall && width() == 1 && component(0).isInteger() && isSum(monoid);
  return finish(loops(0, initial()));
}

FoldWriter::Components FoldWriter::step(Scalar first, Components carried) {
  bindIndex(0, first);
  return loops(1, std::move(carried));
}

// A fold begins with the unit on the left. Outside of the domain its law need not hold, 0 * NaN is NaN, so a
// fold that came from the end takes it in last. On reals whose operation commutes either side gives the same.
bool FoldWriter::unitShows() {
  return !monoid.licenses("commutative") &&
         llvm::any_of(llvm::seq<unsigned>(0, width()), [&](unsigned i) { return component(i).isReal(); });
}

Scalar FoldWriter::finish(Components carried) {
  if (!monoid.hasUnit()) {
    Value seen = carried.pop_back_val();
    Value empty = arith::XOrIOp::create(emitter.builder, emitter.location, seen, emitter.truth(true));
    unsigned site = emitter.site(
        "fold.empty", "`" + fold.getMonoid() + "` folds over nothing and has no unit", fold.getLoc());
    emitter.failWhen(empty, site, {});
  } else if (prepends && unitShows()) {
    carried = combine(initial(), carried);
  }
  Scalar result = expressions.emitRegion(monoid.getLower(), scalars(carried)).front();
  return expressions.held(result, objectOf(fold.getResult()), fold.getLoc());
}

ObjectType FoldWriter::component(unsigned i) {
  return cast<ObjectType>(cast<TypeAttr>(monoid.getCarrier()[i]).getValue());
}

Value FoldWriter::carry(Scalar value, unsigned i) {
  ObjectType type = component(i);
  if (isWide)
    return expressions.asWide(value, true);
  if (!type.isReal() && !type.isBool()) {
    value = expressions.held(value, type.isIndex() ? type : ObjectType::get(fold.getContext(), "i64"),
                             fold.getLoc());
    if (!value.varying)
      value.value = expressions.asWide(value, false);
  }
  return expressions.materialize(value, type);
}

SmallVector<Scalar> FoldWriter::scalars(ValueRange carried) {
  SmallVector<Scalar> result;
  for (unsigned i = 0; i < width(); ++i) {
    ObjectType type = component(i);
    // A sum of 2^52 elements of 64 bits each.
    constexpr unsigned wideSumBits = 118;
    IntegerRange range = isWide             ? IntegerRange::ofBits(wideSumBits, /*isSigned=*/true)
                         : isSmall          ? IntegerRange::ofBits(smallSumBits + 1, /*isSigned=*/true)
                         : type.isInteger() ? IntegerRange::i64()
                                            : FunctionEmitter::rangeOf(type);
    result.push_back({carried[i], expressions.lanes > 1, false, 0, range});
  }
  return result;
}

FoldWriter::Components FoldWriter::initial() {
  SmallVector<Value> carried;
  if (monoid.hasUnit()) {
    SmallVector<Scalar> unit = expressions.emitRegion(monoid.getUnit(), {});
    for (unsigned i = 0; i < width(); ++i)
      carried.push_back(carry(unit[i], i));
    return carried;
  }
  for (unsigned i = 0; i < width(); ++i) {
    Type type = emitter.computeType(component(i));
    Value nothing = isa<FloatType>(type)    ? emitter.real(0, type)
                    : component(i).isBool() ? emitter.truth(false)
                                            : emitter.constant(0);
    carried.push_back(expressions.materialize(expressions.uniform(nothing), component(i)));
  }
  carried.push_back(emitter.truth(false));
  return carried;
}

FoldWriter::Components FoldWriter::loops(unsigned axis, Components carried) {
  if (axis == fold.indices().size())
    return element(carried);
  BlockArgument index = fold.indices()[axis];
  Value low = emitter.constant(0), high = emitter.sizeOf(objectOf(index).getElement());
  if (fold.isRanged() && axis == fold.rangedIndex())
    std::tie(low, high) = range();
  else if (fold.indices().size() == 1)
    tighten(low, high);
  if (axis + 1 == fold.indices().size())
    if (unsigned lanes = laneCount(low, high); lanes > 1)
      return fold.algorithm() == FoldAlgorithm::tree ? inLanes(low, high, lanes, carried)
                                                     : inChunks(low, high, lanes, carried);
  return loop(low, high, 1, carried, [&](Value i, ValueRange inner) {
    if (prepends)
      i = emitter.subtract(emitter.subtract(emitter.add(low, high), i), emitter.constant(1));
    bindIndex(axis, expressions.uniformIndex(i));
    askForRowsAhead(i);
    return loops(axis + 1, SmallVector<Value>(inner));
  });
}

void FoldWriter::bindIndex(unsigned axis, Scalar index) {
  expressions.bind(fold.indices()[axis], index);
  if (!fold.getMask().empty())
    expressions.bind(fold.getMask().front().getArgument(axis), index);
}

std::pair<Value, Value> FoldWriter::range() {
  Scalar low = expressions.get(fold.getRange()[0]), high = expressions.get(fold.getRange()[1]);
  if (!low.varying && !high.varying)
    return {expressions.asWide(low, false), expressions.asWide(high, false)};
  // Each lane would have a range of its own.
  expressions.fail();
  return {emitter.constant(0), emitter.constant(0)};
}

// Bounds in a mask shorten the loop; where it says nothing else it is not tested there.
void FoldWriter::tighten(Value &low, Value &high) {
  std::optional<IndexBounds> bounds = readSomeBounds(fold, emitter.axes);
  if (!bounds)
    return;
  auto isKnown = [&](const AffinePosition &position) {
    return llvm::all_of(position.terms, [&](auto &term) {
      Scalar index = expressions.get(term.first);
      return index.value && !index.varying;
    });
  };
  if (!llvm::all_of(bounds->begins, isKnown) || !llvm::all_of(bounds->ends, isKnown))
    return;
  auto valueOf = [&](const AffinePosition &position) {
    return emitter.combine(position, [&](Value index) { return expressions.get(index).value; });
  };
  for (const AffinePosition &begin : bounds->begins)
    low = emitter.maximum(low, valueOf(begin));
  for (const AffinePosition &end : bounds->ends)
    high = emitter.minimum(high, valueOf(end));
  isTightened = bounds->isAll;
}

FoldWriter::Components FoldWriter::element(ArrayRef<Value> carried) {
  if (fold.getMask().empty() || isTightened)
    return combined(carried);
  Block &mask = fold.getMask().front();
  for (Operation &op : mask.without_terminator())
    expressions.emitOperation(op);
  Scalar condition = expressions.get(mask.getTerminator()->getOperand(0));
  if (!condition.varying) {
    SmallVector<Type> types = llvm::map_to_vector(carried, [](Value v) { return v.getType(); });
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, types, condition.value, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(emitter.builder, emitter.location, combined(carried));
    emitter.builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(emitter.builder, emitter.location, carried);
    return choice.getResults();
  }
  if (!isCheap(fold.getArguments()) || !monoid.hasUnit())
    expressions.fail();
  SmallVector<Value> next = combined(carried);
  for (unsigned i = 0; i < width(); ++i)
    next[i] =
        arith::SelectOp::create(emitter.builder, emitter.location, condition.value, next[i], carried[i]);
  return next;
}

SmallVector<Scalar> FoldWriter::liftedScalars() {
  SmallVector<Scalar> indices =
      llvm::map_to_vector(fold.indices(), [&](BlockArgument index) { return expressions.get(index); });
  SmallVector<Scalar> arguments = expressions.emitRegion(fold.getArguments(), indices);
  SmallVector<Scalar> lifted = expressions.emitRegion(monoid.getLift(), arguments);
  checkDomain(lifted);
  return lifted;
}

FoldWriter::Components FoldWriter::combined(ArrayRef<Value> carried) {
  SmallVector<Scalar> lifted = liftedScalars();
  SmallVector<Scalar> both = scalars(carried);
  both.insert(prepends ? both.begin() : both.end(), lifted.begin(), lifted.end());
  SmallVector<Scalar> sum = expressions.emitRegion(monoid.getCombine(), both);
  SmallVector<Value> next;
  for (unsigned i = 0; i < width(); ++i) {
    next.push_back(carry(sum[i], i));
    if (!monoid.hasUnit())
      next.back() = arith::SelectOp::create(emitter.builder, emitter.location, carried.back(), next.back(),
                                            carry(lifted[i], i));
  }
  if (!monoid.hasUnit())
    next.push_back(emitter.truth(true));
  return next;
}

// What the result needs, and what that needs of what was carried before.
SmallVector<bool> FoldWriter::liveComponents() {
  Block &combine = monoid.getCombine().front();
  SmallVector<bool> live(width(), false);
  llvm::SetVector<Value> needed;
  auto need = [&](Value value) {
    needed.insert(value);
    for (unsigned i = needed.size() - 1; i < needed.size(); ++i)
      if (Operation *op = needed[i].getDefiningOp()) {
        needed.insert(op->operand_begin(), op->operand_end());
        getUsedValuesDefinedAbove(op->getRegions(), needed);
      }
  };
  need(monoid.getLower().front().getTerminator()->getOperand(0));
  for (bool grew = true; grew;) {
    grew = false;
    for (unsigned i = 0; i < width(); ++i) {
      // Integers are checked for overflow, needed or not.
      bool isNeeded = component(i).isInteger() || needed.contains(monoid.getLower().front().getArgument(i)) ||
                      needed.contains(combine.getArgument(prepends ? i + width() : i));
      if (live[i] || !isNeeded)
        continue;
      live[i] = grew = true;
      need(combine.getTerminator()->getOperand(i));
    }
  }
  return live;
}

void FoldWriter::checkDomain(ArrayRef<Scalar> lifted) {
  if (emitter.unchecked || liftLiesInDomain(monoid))
    return;
  Scalar inside = expressions.emitRegion(monoid.getDomain(), lifted).front();
  if (inside.varying)
    return expressions.fail();
  Value outside = arith::XOrIOp::create(emitter.builder, emitter.location, inside.value, emitter.truth(true));
  unsigned site = emitter.site("monoid.domain",
                               "an element lifted into `" + fold.getMonoid() + "` lies outside its domain",
                               fold.getLoc());
  emitter.failWhen(outside, site, {});
}

Scalar ExpressionEmitter::emitFold(FoldOp fold) { return FoldWriter(*this, fold).write(); }

} // namespace weft
