#include "compiler/normalize/SumOfProducts.h"
#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static constexpr size_t mostTerms = 8;

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// Expansion.

using Terms = SmallVector<ProductTerm>;

static std::optional<Terms> expand(Value value);

static std::optional<Terms> add(std::optional<Terms> a, std::optional<Terms> b, bool negative) {
  if (!a || !b || a->size() + b->size() > mostTerms)
    return std::nullopt;
  for (ProductTerm &term : *b) {
    term.isNegative ^= negative;
    a->push_back(std::move(term));
  }
  return a;
}

static std::optional<Terms> multiply(std::optional<Terms> a, std::optional<Terms> b) {
  if (!a || !b || a->size() * b->size() > mostTerms)
    return std::nullopt;
  Terms product;
  for (const ProductTerm &left : *a)
    for (const ProductTerm &right : *b) {
      ProductTerm &term = product.emplace_back(left);
      term.factors.append(right.factors);
      term.summed.append(right.summed);
      term.replaced.append(right.replaced);
      term.isNegative ^= right.isNegative;
      if (term.factors.size() > ContractionOrder::mostFactors)
        return std::nullopt;
    }
  return product;
}

static std::optional<Terms> expandFold(FoldOp fold) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  Operation *yield = fold.getArguments().front().getTerminator();
  if (!fold.getMask().empty() || !isReorderableSum(monoid) || yield->getNumOperands() != 1)
    return std::nullopt;
  std::optional<Terms> terms = expand(yield->getOperand(0));
  if (!terms)
    return std::nullopt;
  for (ProductTerm &term : *terms)
    term.summed.append(fold.indices().begin(), fold.indices().end());
  return terms;
}

// `if i == j then a else 0`: the elements at which one index is the other.
static std::optional<Terms> expandChoice(IfOp choice) {
  auto equal = choice.getCondition().getDefiningOp<ApplyOp>();
  Value otherwise = choice.getElseRegion().front().getTerminator()->getOperand(0);
  if (!equal || equal.getFunction() != Function::eq || !isConstant(otherwise, 0))
    return std::nullopt;
  Value a = equal.getValues()[0], b = equal.getValues()[1];
  if (!isa<BlockArgument>(a) || !isa<BlockArgument>(b) || !objectOf(a).isIndex() ||
      a.getType() != b.getType())
    return std::nullopt;
  std::optional<Terms> terms = expand(choice.getThenRegion().front().getTerminator()->getOperand(0));
  if (!terms)
    return std::nullopt;
  for (ProductTerm &term : *terms)
    term.replaced.push_back({a, b});
  return terms;
}

static std::optional<Terms> expand(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto fold = dyn_cast_or_null<FoldOp>(op))
    if (std::optional<Terms> terms = expandFold(fold))
      return terms;
  if (auto choice = dyn_cast_or_null<IfOp>(op))
    if (std::optional<Terms> terms = expandChoice(choice))
      return terms;
  if (auto apply = dyn_cast_or_null<ApplyOp>(op); apply && objectOf(value).isReal()) {
    ValueRange values = apply.getValues();
    switch (apply.getFunction()) {
    case Function::add:
    case Function::sub:
      return add(expand(values[0]), expand(values[1]), apply.getFunction() == Function::sub);
    case Function::neg:
      return add(Terms(), expand(values[0]), true);
    case Function::mul:
      return multiply(expand(values[0]), expand(values[1]));
    case Function::divide: {
      ProductTerm inverse;
      inverse.factors.push_back({values[1], true});
      return multiply(expand(values[0]), Terms{inverse});
    }
    default:
      break;
    }
  }
  ProductTerm term;
  term.factors.push_back({value, false});
  return Terms{term};
}

// A sum over an index that a condition makes equal to another one has a single element.
static bool selectElements(ProductTerm &term) {
  auto resolved = [&](Value index) {
    for (size_t step = 0; step <= term.replaced.size(); ++step)
      for (auto &[from, to] : term.replaced)
        if (from == index && to != index) {
          index = to;
          break;
        }
    return index;
  };
  SmallVector<std::pair<Value, Value>> conditions = std::exchange(term.replaced, {});
  for (auto [first, second] : conditions) {
    Value a = resolved(first), b = resolved(second);
    if (a == b)
      continue;
    if (!llvm::is_contained(term.summed, a))
      std::swap(a, b);
    auto *summed = llvm::find(term.summed, a);
    if (summed == term.summed.end())
      return false;
    term.summed.erase(summed);
    term.replaced.push_back({a, b});
  }
  for (auto &[from, to] : term.replaced)
    to = resolved(to);
  return true;
}

std::optional<SmallVector<ProductTerm>> expandSum(FoldOp fold) {
  std::optional<Terms> terms = expandFold(fold);
  if (!terms || !llvm::all_of(*terms, selectElements))
    return std::nullopt;
  return terms;
}

// Orders.

ContractionOrder::ContractionOrder(ArrayRef<FactorCost> factors, ArrayRef<Value> keptIndices,
                                   const AxisTable &axes) {
  llvm::SetVector<Value> order(keptIndices.begin(), keptIndices.end());
  for (const FactorCost &factor : factors)
    order.insert(factor.indices.begin(), factor.indices.end());
  all_.assign(order.begin(), order.end());
  auto bit = [&](Value index) { return uint64_t(1) << (llvm::find(all_, index) - all_.begin()); };
  for (Value index : all_) {
    std::optional<int64_t> size = axes.size(objectOf(index).getElement().getValue()).constant();
    sizes.push_back(static_cast<double>(size.value_or(openSize)));
  }
  for (Value index : keptIndices)
    kept |= bit(index);
  nodes.resize(size_t(1) << factors.size());
  for (const FactorCost &factor : factors) {
    uint64_t set = 0;
    for (Value index : factor.indices)
      set |= bit(index);
    leaves.push_back(set);
  }
  for (Subset subset = 1; subset < nodes.size(); ++subset) {
    uint64_t inside = 0, outside = kept;
    for (size_t i = 0; i < leaves.size(); ++i)
      (subset >> i & 1 ? inside : outside) |= leaves[i];
    nodes[subset].indices = inside & outside;
    if (!isLeaf(subset)) {
      split(subset);
      continue;
    }
    size_t i = llvm::countr_zero(subset);
    nodes[subset].indices = leaves[i];
    nodes[subset].isWeight = factors[i].isWeight;
    nodes[subset].bytes = factors[i].isWeight ? factors[i].bytes : 0;
  }
}

double ContractionOrder::sizeOf(uint64_t set) const {
  double size = 1;
  for (size_t i = 0; i < sizes.size(); ++i)
    if (set >> i & 1)
      size *= sizes[i];
  return size;
}

// Weights are not multiplied with each other: that is what the whole formula, evaluated once, is for.
void ContractionOrder::split(Subset subset) {
  Node &node = nodes[subset];
  node.cost = std::numeric_limits<double>::infinity();
  bool any = false;
  for (Subset left = (subset - 1) & subset; left; left = (left - 1) & subset) {
    const Node &a = nodes[left], &b = nodes[subset & ~left];
    double cost = a.cost + b.cost + operationsPerByte * (a.bytes + b.bytes);
    uint64_t both = a.indices | b.indices;
    cost += sizeOf(both) * (both == node.indices ? 1 : 2);
    bool ofWeights = a.isWeight && b.isWeight;
    if (ofWeights)
      cost = std::numeric_limits<double>::infinity();
    if (any && cost >= node.cost)
      continue;
    any = true;
    node.cost = cost;
    node.left = left;
    node.isWeight = ofWeights;
  }
}

double ContractionOrder::bytes() const {
  double total = 0;
  for (size_t i = 0; i < leaves.size(); ++i)
    total += nodes[size_t(1) << i].bytes;
  return total;
}

SmallVector<Value> ContractionOrder::indices(Subset subset) const {
  SmallVector<Value> result;
  for (size_t i = 0; i < all_.size(); ++i)
    if (nodes[subset].indices >> i & 1)
      result.push_back(all_[i]);
  return result;
}

} // namespace weft
