#include "compiler/target/cpu/ContractionPlan.h"
#include "compiler/target/cpu/ContractionTiling.h"
#include "compiler/target/cpu/SlidingLines.h"
#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

// The indices that a position is built from; false when it is anything but indices, pairs, injections and
// constants.
bool collectIndices(Value position, SmallVectorImpl<Value> &indices) {
  if (isa<BlockArgument>(position)) {
    indices.push_back(position);
    return true;
  }
  Operation *op = position.getDefiningOp();
  if (isa<ConstantOp>(op))
    return true;
  return isa<PairOp, InjectOp>(op) &&
         llvm::all_of(op->getOperands(), [&](Value part) { return collectIndices(part, indices); });
}

bool collectPairs(Value position, SmallVectorImpl<BlockArgument> &indices) {
  if (auto index = dyn_cast<BlockArgument>(position)) {
    indices.push_back(index);
    return true;
  }
  auto pair = position.getDefiningOp<PairOp>();
  return pair && llvm::all_of(pair.getParts(), [&](Value part) { return collectPairs(part, indices); });
}

class Planner {
public:
  Planner(EquationOp equation, const AxisTable &axes, const CpuTarget &target,
          llvm::function_ref<unsigned(ObjectType)> elementBytes, llvm::function_ref<bool(Value)> isConstant)
      : equation(equation), axes(axes), target(target), elementBytes(elementBytes), isConstant(isConstant) {}

  std::optional<ContractionPlan> run() {
    if (std::optional<SmallVector<BlockArgument>> indices = definedIndices(equation))
      defined = *indices;
    else
      return std::nullopt;
    if (!findFold() || !readFactors())
      return std::nullopt;
    plan.elementBytes = elementBytes(objectOf(plan.fold.getResult()));
    lanes = target.lanes(plan.elementBytes);
    collectMaskIndices();
    if (!classify())
      return std::nullopt;
    ObjectType type = objectOf(plan.fold.getResult());
    if (objectOf(plan.a.read.getResult()) != type)
      return std::nullopt;
    plan.packedBytes = elementBytes(objectOf(plan.b.read.getResult()));
    orderSums();
    if (!plan.terms.mayReorder && ArrayRef<BlockArgument>(plan.summed) != plan.fold.indices())
      return std::nullopt;
    plan.bounds = readBounds(plan.fold, axes);
    if (!plan.isAlongTerms)
      chooseTiling(plan, axes, target, isBound);
    if (plan.lines)
      layOutLines(plan, axes, int64_t(plan.panelVectors) * lanes);
    return plan;
  }

private:
  bool findFold() {
    unsigned folds = 0;
    equation->walk([&](FoldOp fold) {
      ++folds;
      plan.fold = fold;
    });
    if (folds != 1 || plan.fold->getParentOp() != equation || plan.fold.isRanged())
      return false;
    StringRef element = objectOf(plan.fold.getResult()).getElement();
    std::optional<TermShape> terms = readTermShape(plan.fold);
    if (!terms || (element != "real" && element != "f32" && element != "f64"))
      return false;
    plan.terms = *terms;
    return true;
  }

  bool readFactors() { return readFactor(plan.terms.first, plan.a) && readFactor(plan.terms.second, plan.b); }

  bool readFactor(ReadOp read, FactorRead &factor) {
    factor.read = read;
    auto argument = dyn_cast<BlockArgument>(read.getWire());
    if (!argument)
      return false;
    factor.wire = argument.getArgNumber() - equation.indices(0).size();
    Region &otherwise = factor.read.getOtherwise();
    if (!otherwise.empty()) {
      auto constant = otherwise.front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
      auto number = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
      if (!number)
        return false;
      factor.otherwise = number.getValueAsDouble();
    }
    for (Value position : factor.read.getPositions()) {
      bool guarded = !objectOf(position).isIndex();
      factor.guarded.push_back(guarded);
      factor.affine.emplace_back();
      SmallVector<Value> indices;
      if (!guarded && collectIndices(position, indices))
        continue;
      std::optional<WrappedPosition> wrapped = readWrapped(position, axes);
      if (!wrapped)
        return false;
      factor.needsLine |= !guarded || wrapped->modulus;
      factor.guarded.back() = true;
      factor.affine.back() = wrapped->affine;
    }
    return true;
  }

  bool uses(FactorRead &factor, Value index) {
    SmallVector<Value> indices;
    for (auto [i, position] : llvm::enumerate(factor.read.getPositions())) {
      if (!factor.guarded[i])
        collectIndices(position, indices);
      for (auto &[term, coefficient] : factor.affine[i].terms)
        indices.push_back(term);
    }
    return llvm::is_contained(indices, index);
  }

  // The equation's indices that the mask depends on.
  void collectMaskIndices() {
    Region &mask = plan.fold.getMask();
    plan.isMasked = !mask.empty();
    std::function<void(Value)> collect = [&](Value value) {
      if (llvm::is_contained(equation.indices(0), value))
        maskIndices.insert(value);
      if (Operation *op = value.getDefiningOp())
        op->walk([&](Operation *part) { llvm::for_each(part->getOperands(), collect); });
    };
    mask.walk([&](Operation *op) { llvm::for_each(op->getOperands(), collect); });
  }

  // Whether the mask depends on an index that only `factor` has.
  bool isMaskedAlong(FactorRead &factor, FactorRead &other) {
    return llvm::any_of(maskIndices, [&](Value index) { return uses(factor, index) && !uses(other, index); });
  }

  bool isGuarded(const FactorRead &factor) { return llvm::is_contained(factor.guarded, true); }

  // Columns are those of a weight, else those of the output's last axis, so that vectors are stored whole.
  bool classify() {
    for (BlockArgument index : plan.fold.indices())
      if (!uses(plan.a, index) || !uses(plan.b, index))
        return false;
    bool constantA = isConstant(equation.getWires()[plan.a.wire]);
    bool constantB = isConstant(equation.getWires()[plan.b.wire]);
    if (constantA ? findLines(plan.a, plan.b) : constantB && findLines(plan.b, plan.a)) {
      isBound = true;
      return classifyLines(constantA);
    }
    if (plan.a.needsLine || plan.b.needsLine)
      return false;
    bool lastInA = !defined.empty() && uses(plan.a, defined.back()) && !uses(plan.b, defined.back());
    bool swap = constantA != constantB ? constantA : lastInA;
    if (isGuarded(plan.a) && isGuarded(plan.b))
      return false;
    ObjectType type = objectOf(plan.fold.getResult());
    if (objectOf(plan.a.read.getResult()) != objectOf(plan.b.read.getResult()))
      swap = objectOf(plan.a.read.getResult()) != type;
    if (isGuarded(swap ? plan.a : plan.b) || isMaskedAlong(swap ? plan.a : plan.b, swap ? plan.b : plan.a))
      swap = !swap;
    if (swap)
      std::swap(plan.a, plan.b);
    plan.isSwapped = swap;
    if (isGuarded(plan.b) || isMaskedAlong(plan.b, plan.a))
      return false;
    for (BlockArgument index : defined) {
      bool inA = uses(plan.a, index), inB = uses(plan.b, index);
      if (!inA && !inB)
        return false;
      (inA && inB ? plan.batch : inA ? plan.rows : plan.columns).push_back(index);
    }
    bool byElements = plan.columns.empty() || isThin();
    if (!byElements) {
      takeLastColumn(plan);
      isBound = isConstant(equation.getWires()[plan.b.wire]);
      byElements = !paysToPack(constantA || constantB);
    }
    return chooseCheapest(byElements) || !byElements;
  }

  // A vector of columns must not run over the end of the innermost index: then the outer ones are batches,
  // for which `a` is the same.
  void takeLastColumn(ContractionPlan &plan) {
    std::optional<int64_t> inner = sizeOf(plan.columns.back());
    while (plan.columns.size() > 1 && !(inner && *inner % lanes == 0)) {
      plan.batch.push_back(plan.columns.front());
      plan.columns.erase(plan.columns.begin());
    }
  }

  // Whether there is a way without packing, or with lanes along the terms, that takes less time.
  bool chooseCheapest(bool byElements) {
    if (defined.empty())
      return false;
    ContractionPlan chosen;
    // Axes of one element aside.
    Value last = lastPosition(SmallVector<Value>(defined.begin(), defined.end()), axes);
    if (!last)
      last = defined.back();
    double least = 0.95 * (byElements ? elementCycles(plan, last, axes, target)
                                      : panelCycles(plan, last, axes, target, isBound));
    bool found = false;
    for (bool swaps : {false, true})
      for (bool isAlongTerms : {false, true}) {
        std::optional<ContractionPlan> other = planAnew(swaps, isAlongTerms);
        if (!other)
          continue;
        bool otherIsBound = isConstant(equation.getWires()[other->b.wire]);
        double cycles = isAlongTerms ? chooseTermLanes(*other, last, axes, target, otherIsBound)
                                     : panelCycles(*other, last, axes, target, otherIsBound);
        if (cycles >= least)
          continue;
        least = cycles;
        chosen = *other;
        found = true;
      }
    if (!found)
      return false;
    plan = chosen;
    isBound = isConstant(equation.getWires()[plan.b.wire]);
    return true;
  }

  // The plan with factors in the other order, or with lanes along the terms, or with a factor that is read in
  // place.
  std::optional<ContractionPlan> planAnew(bool swaps, bool isAlongTerms) {
    ObjectType type = objectOf(plan.fold.getResult());
    if (plan.terms.asksForRanges() || plan.isMasked || isGuarded(plan.a) || isGuarded(plan.b) ||
        objectOf(plan.a.read.getResult()) != type || objectOf(plan.b.read.getResult()) != type)
      return std::nullopt;
    ContractionPlan other = plan;
    if (swaps) {
      std::swap(other.a, other.b);
      std::swap(other.rows, other.columns);
      other.isSwapped = !other.isSwapped;
    }
    if (other.columns.empty())
      return std::nullopt;
    Value summed = plan.fold.indices().back();
    other.isAlongTerms = isAlongTerms;
    if (!isAlongTerms) {
      takeLastColumn(other);
      other.isInPlace = other.columns.size() == 1 && liesAlong(other.b, other.columns.back());
      return other.isInPlace ? std::optional(other) : std::nullopt;
    }
    if (!plan.terms.mayReorder || !liesAlong(other.a, summed))
      return std::nullopt;
    other.batch.append(other.columns.begin(), std::prev(other.columns.end()));
    other.columns.erase(other.columns.begin(), std::prev(other.columns.end()));
    other.isInPlace = liesAlong(other.b, summed);
    return other;
  }

  // What goes by elements as well or better: one column; a few columns whose terms lie side by side, in
  // vectors along the sum; a few terms whose columns lie side by side, in vectors along these.
  bool isThin() {
    std::optional<int64_t> width = count(plan.columns), terms = count(plan.fold.indices());
    Value summed = plan.fold.indices().back(), column = plan.columns.back();
    bool sumsLie = liesAlong(plan.a, summed) && liesAlong(plan.b, summed) && plan.terms.mayReorder;
    bool columnsLie = liesAlong(plan.b, column) && defined.back() == column;
    return width == 1 || (width && *width <= few && sumsLie && terms.value_or(lanes) >= lanes) ||
           (terms && *terms <= few && columnsLie);
  }
  static constexpr int64_t few = 4;

  bool liesAlong(FactorRead &factor, Value index) {
    return lastPosition(factor.read.getPositions(), axes) == index;
  }

  // Whether a weight lies in lines: it is read at positions that slide along an index of its own.
  bool findLines(FactorRead &factor, FactorRead &other) {
    if (isGuarded(other) || plan.terms.asksForRanges() || isMaskedAlong(factor, other))
      return false;
    auto isColumn = [&](Value index) {
      return llvm::is_contained(defined, index) && uses(factor, index) && !uses(other, index);
    };
    std::optional<SlidingRead> read = readSliding(factor.read, isColumn, axes);
    bool sums = read && llvm::all_of(read->steps, [&](auto &step) {
                  return llvm::is_contained(plan.fold.indices(), step.first);
                });
    if (sums)
      plan.lines.emplace().read = *read;
    return sums;
  }

  bool classifyLines(bool swap) {
    if (swap)
      std::swap(plan.a, plan.b);
    plan.isSwapped = swap;
    if (objectOf(plan.a.read.getResult()) != objectOf(plan.fold.getResult()))
      return false;
    for (BlockArgument index : defined) {
      bool inA = uses(plan.a, index), inB = uses(plan.b, index);
      if (!inA && !inB)
        return false;
      (index == plan.lines->read.along ? plan.columns : inB ? plan.batch : plan.rows).push_back(index);
    }
    return true;
  }

  // A factor that is no weight is packed in each call: that must be less work than the product.
  bool paysToPack(bool isWeight) {
    std::optional<int64_t> rows = count(plan.rows);
    return isWeight || !rows || *rows > 3;
  }

  std::optional<int64_t> sizeOf(Value index) {
    return axes.size(objectOf(index).getElement().getValue()).constant();
  }

  void orderSums() {
    auto isGuardedSum = [&](BlockArgument index) {
      for (auto [i, position] : llvm::enumerate(plan.a.affine))
        for (auto &[term, coefficient] : position.terms)
          if (term == index)
            return true;
      return false;
    };
    for (bool guarded : {true, false})
      for (BlockArgument index : plan.fold.indices())
        if (isGuardedSum(index) == guarded) {
          plan.summed.push_back(index);
          plan.guardedSums += guarded;
        }
  }

  std::optional<int64_t> count(ArrayRef<BlockArgument> indices) { return knownCount(indices, axes); }

  EquationOp equation;
  const AxisTable &axes;
  const CpuTarget &target;
  llvm::function_ref<unsigned(ObjectType)> elementBytes;
  llvm::function_ref<bool(Value)> isConstant;
  unsigned lanes = 1;
  bool isBound = false; // the packed factor is a weight
  SmallVector<BlockArgument> defined;
  llvm::SmallSetVector<Value, 4> maskIndices;
  ContractionPlan plan;
};

} // namespace

std::optional<SmallVector<BlockArgument>> definedIndices(EquationOp equation) {
  if (equation.getClauses().size() != 1)
    return std::nullopt;
  SmallVector<BlockArgument> indices;
  for (Value position : equation.define(0).getPositions())
    if (!collectPairs(position, indices))
      return std::nullopt;
  llvm::SmallDenseSet<Value> distinct(indices.begin(), indices.end());
  if (distinct.size() != indices.size() || indices.size() != equation.indices(0).size())
    return std::nullopt;
  return indices;
}

std::optional<ContractionPlan> planContraction(EquationOp equation, const AxisTable &axes,
                                               const CpuTarget &target,
                                               llvm::function_ref<unsigned(ObjectType)> elementBytes,
                                               llvm::function_ref<bool(Value)> isConstant) {
  return Planner(equation, axes, target, elementBytes, isConstant).run();
}

} // namespace weft
