#include "compiler/normalize/ProductTerms.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/SlidingRead.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

double bytesOf(ObjectType type) {
  return llvm::StringSwitch<double>(type.getElement().getValue())
      .Cases({"i8", "u8", "bool"}, 1)
      .Cases({"i16", "f16", "bf16"}, 2)
      .Cases({"i64", "f64"}, 8)
      .Default(4);
}

// Whether an argument is an index of a clause or of a fold, and no wire.
static bool isIndexOf(BlockArgument argument) {
  auto equation = dyn_cast<EquationOp>(argument.getOwner()->getParentOp());
  return !equation ||
         argument.getArgNumber() + equation.getWires().size() < argument.getOwner()->getNumArguments();
}

// The indices that a scalar depends on, by what stands for them.
static SmallVector<Value> indicesIn(Value factor, const ProductTerm &term) {
  llvm::SetVector<Value> found;
  auto visit = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || !isIndexOf(argument))
      return;
    // Indices of folds inside the factor are its own.
    if (Operation *inside = argument.getOwner()->getParentOp();
        isa<FoldOp>(inside) && !llvm::is_contained(term.summed, argument) &&
        llvm::none_of(term.replaced, [&](auto &pair) { return pair.first == argument; }))
      return;
    for (auto &[from, to] : term.replaced)
      if (from == value)
        value = to;
    found.insert(value);
  };
  visit(factor);
  if (factor.getDefiningOp())
    forEachPart(factor, [&](Operation *op) { llvm::for_each(op->getOperands(), visit); });
  return found.takeVector();
}

Value ProductTerms::wireOf(ReadOp read) {
  auto argument = cast<BlockArgument>(read.getWire());
  return equation.getWires()[argument.getArgNumber() - equation.indices(0).size()];
}

double ProductTerms::sizeOf(ArrayRef<Value> indices) const {
  double size = 1;
  for (Value index : indices) {
    std::optional<int64_t> known = axes.size(objectOf(index).getElement().getValue()).constant();
    size *= static_cast<double>(known.value_or(ContractionOrder::openSize));
  }
  return size;
}

FactorCost ProductTerms::costOf(Value factor, const ProductTerm &term) {
  FactorCost cost;
  cost.indices = indicesIn(factor, term);
  bool readsWeights = false, readsOthers = false;
  if (factor.getDefiningOp())
    forEachPart(factor, [&](Operation *op) {
      if (auto read = dyn_cast<ReadOp>(op))
        (formulas.isWeight(wireOf(read)) ? readsWeights : readsOthers) = true;
    });
  cost.isWeight = readsWeights && !readsOthers;
  return cost;
}

// The read that a factor is, of bytes as they are stored too. Reals of 16 bits are converted once, when
// weights are bound.
static ReadOp readBehind(Value factor) {
  auto convert = factor.getDefiningOp<ConvertOp>();
  if (convert && !objectOf(convert.getValue()).isReal())
    factor = convert.getValue();
  return factor.getDefiningOp<ReadOp>();
}

// An element of a weight as it is stored.
bool ProductTerms::readsInPlace(Value factor, FactorCost &cost) {
  ReadOp read = readBehind(factor);
  if (!read || !read.getOtherwise().empty() || !llvm::all_of(read.getPositions(), isSimplePosition))
    return false;
  cost.bytes = bytesOf(objectOf(read.getResult())) * sizeOf(cost.indices);
  return true;
}

// A weight that one line holds for all columns and terms: `k[o - i]` in a sum over `i` that nothing else with
// `o` is in.
bool ProductTerms::slides(Value factor, OrderedTerm &term, ArrayRef<FactorCost> costs, FactorCost &cost) {
  ReadOp read = readBehind(factor);
  if (!read || !term.term.replaced.empty())
    return false;
  auto isInOther = [&](Value index) {
    return llvm::any_of(costs, [&](const FactorCost &other) {
      return !other.isWeight && llvm::is_contained(other.indices, index);
    });
  };
  std::optional<SlidingRead> sliding =
      readSliding(read, [&](Value index) { return !isInOther(index); }, axes);
  if (!sliding || !llvm::all_of(sliding->steps, [&](auto &step) {
        return isInOther(step.first) && llvm::is_contained(term.term.summed, step.first);
      }))
    return false;
  SmallVector<Value> plain;
  for (Value index : cost.indices)
    if (index != sliding->along && !sliding->stepOf(index))
      plain.push_back(index);
  StringAttr axis = objectOf(read.getWire()).getAxes()[sliding->axis];
  double line = static_cast<double>(axes.size(axis.getValue()).constant().value_or(0));
  cost.bytes = bytesOf(objectOf(read.getResult())) * line * sizeOf(plain);
  term.skipsZeros |= sliding->isGuarded;
  for (auto &[index, step] : sliding->steps)
    if (sliding->isGuarded && sliding->steps.size() == 1)
      term.share = std::min(1.0, line / (sizeOf({index}) * static_cast<double>(std::abs(step))));
  return true;
}

// What is made of weights is computed when they are bound, for all positions of the scans around.
bool ProductTerms::evaluates(Value factor, FactorCost &cost) {
  bool isStored = true;
  forEachPart(factor, [&](Operation *op) {
    if (auto read = dyn_cast<ReadOp>(op))
      isStored &= formulas.isStored(wireOf(read));
  });
  cost.bytes = bytesOf(objectOf(factor)) * sizeOf(cost.indices);
  return isStored && objectOf(factor).isReal();
}

std::optional<OrderedTerm> ProductTerms::ordered(ProductTerm product) {
  SmallVector<FactorCost> costs;
  for (const ProductFactor &factor : product.factors)
    costs.push_back(costOf(factor.value, product));
  // A sum over an index that no factor has is a number of times, which is left as it is.
  for (BlockArgument index : product.summed)
    if (llvm::none_of(costs, [&](const FactorCost &cost) { return llvm::is_contained(cost.indices, index); }))
      return std::nullopt;
  OrderedTerm term{std::move(product), {}, {}};
  bool hasLine = false;
  for (auto [factor, cost] : llvm::zip(term.term.factors, costs)) {
    bool isEvaluated = false;
    if (cost.isWeight && !readsInPlace(factor.value, cost)) {
      // A tile has one factor that slides.
      if (hasLine || !slides(factor.value, term, costs, cost)) {
        if (!evaluates(factor.value, cost))
          return std::nullopt;
        isEvaluated = true;
      }
      hasLine |= !isEvaluated;
    }
    term.evaluated.push_back(isEvaluated);
  }
  SmallVector<Value> kept(equation.indices(0).begin(), equation.indices(0).end());
  term.order = ContractionOrder(costs, kept, axes);
  return term;
}

std::optional<std::vector<OrderedTerm>> ProductTerms::of(FoldOp fold) {
  std::optional<SmallVector<ProductTerm>> terms = expandSum(fold);
  if (!terms)
    return std::nullopt;
  std::vector<OrderedTerm> result;
  for (ProductTerm &term : *terms) {
    std::optional<OrderedTerm> one = ordered(std::move(term));
    if (!one)
      return std::nullopt;
    result.push_back(std::move(*one));
  }
  return result;
}

ProductCost costOf(ArrayRef<OrderedTerm> terms) {
  ProductCost cost;
  for (const OrderedTerm &term : terms) {
    cost.bytes += term.order.bytes();
    cost.flops += term.share *
                  std::max(0.0, term.order.cost() - ContractionOrder::operationsPerByte * term.order.bytes());
    cost.evaluates |= llvm::is_contained(term.evaluated, true);
  }
  return cost;
}

} // namespace weft
