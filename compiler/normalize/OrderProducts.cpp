// A sum of products with a weight that is computed by a formula is multiplied in the cheapest order:
//
//   W[o, i] = sum[r](A[o, r] * B[r, i])   y[s, o] = sum[i](W[o, i] * x[s, i])
//     ⟹  t[s, r] = sum[i](B[r, i] * x[s, i])   y[s, o] = sum[r](A[o, r] * t[s, r])
//
// where that is cheaper than W evaluated once and then multiplied. The laws: `*` distributes over the sum,
// sums commute, and a sum over elements of which all but one are 0 is that one. Low rank, Kronecker, diagonal
// and block-diagonal weights and weights with scales are cases of this; none of them is looked for by name.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "compiler/normalize/SumOfProducts.h"
#include "compiler/normalize/WeightFormulas.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_ORDERPRODUCTS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

// One term with what each of its factors costs, and its order.
struct OrderedTerm {
  ProductTerm term;
  std::optional<ContractionOrder> order;
};

class Terms {
public:
  Terms(EquationOp equation, const WeightFormulas &formulas, const AxisTable &axes)
      : equation(equation), formulas(formulas), axes(axes) {}

  /// The terms of a fold, each in its cheapest order; none when a factor is a weight that only evaluating its
  /// formula gives.
  std::optional<std::vector<OrderedTerm>> of(FoldOp fold);

private:
  std::optional<FactorCost> costOf(Value factor, const ProductTerm &term);

  EquationOp equation;
  const WeightFormulas &formulas;
  const AxisTable &axes;
};

// Writes the terms of one fold.
class Writer {
public:
  Writer(EquationOp equation, FoldOp fold) : equation(equation), fold(fold) {}

  Value write(ArrayRef<OrderedTerm> terms, bool inPlace);

private:
  struct Wire {
    Value value;
    SmallVector<Value> indices;
  };
  using Subset = ContractionOrder::Subset;

  Wire equationOf(const OrderedTerm &term, Subset subset);
  Value productOf(const OrderedTerm &term, Subset subset, OpBuilder &builder, const IRMapping &map,
                  const llvm::DenseMap<Subset, Value> &wires);
  Value operandOf(const OrderedTerm &term, Subset subset, OpBuilder &builder, const IRMapping &map,
                  const llvm::DenseMap<Subset, Value> &wires);
  SmallVector<Value> summedAt(const OrderedTerm &term, Subset subset);
  IRMapping identity();

  EquationOp equation;
  FoldOp fold;
  unsigned originalWires = 0;
};

} // namespace

static bool isSimplePosition(Value position) {
  if (isa<BlockArgument>(position))
    return true;
  Operation *op = position.getDefiningOp();
  return isa<ConstantOp>(op) ||
         (isa<PairOp, InjectOp>(op) && llvm::all_of(op->getOperands(), isSimplePosition));
}

static double bytesOf(ObjectType type) {
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

std::optional<FactorCost> Terms::costOf(Value factor, const ProductTerm &term) {
  FactorCost cost;
  cost.indices = indicesIn(factor, term);
  bool readsWeights = false, readsOthers = false;
  if (factor.getDefiningOp())
    forEachPart(factor, [&](Operation *op) {
      if (auto read = dyn_cast<ReadOp>(op)) {
        auto argument = cast<BlockArgument>(read.getWire());
        Value wire = equation.getWires()[argument.getArgNumber() - equation.indices(0).size()];
        (formulas.isWeight(wire) ? readsWeights : readsOthers) = true;
      }
    });
  cost.isWeight = readsWeights && !readsOthers;
  if (!cost.isWeight)
    return cost;
  Value original = factor;
  if (auto convert = factor.getDefiningOp<ConvertOp>())
    factor = convert.getValue();
  auto read = factor.getDefiningOp<ReadOp>();
  if (!read || !read.getOtherwise().empty() || !llvm::all_of(read.getPositions(), isSimplePosition))
    return std::nullopt;
  // Reals of 16 bits are converted once, when weights are bound.
  if (objectOf(factor).isReal() && factor != original)
    return std::nullopt;
  cost.bytes = bytesOf(objectOf(factor));
  return cost;
}

std::optional<std::vector<OrderedTerm>> Terms::of(FoldOp fold) {
  std::optional<SmallVector<ProductTerm>> terms = expandSum(fold);
  if (!terms)
    return std::nullopt;
  std::vector<OrderedTerm> ordered;
  SmallVector<Value> kept(equation.indices(0).begin(), equation.indices(0).end());
  for (ProductTerm &term : *terms) {
    SmallVector<FactorCost> costs;
    for (const ProductFactor &factor : term.factors) {
      std::optional<FactorCost> cost = costOf(factor.value, term);
      if (!cost)
        return std::nullopt;
      costs.push_back(*cost);
    }
    // A sum over an index that no factor has is a number of times, which is left as it is.
    for (BlockArgument index : term.summed)
      if (llvm::none_of(costs,
                        [&](const FactorCost &cost) { return llvm::is_contained(cost.indices, index); }))
        return std::nullopt;
    ContractionOrder order(costs, kept, axes);
    ordered.push_back({std::move(term), std::move(order)});
  }
  return ordered;
}

static double costOf(ArrayRef<OrderedTerm> terms) {
  double cost = 0;
  for (const OrderedTerm &term : terms)
    cost += term.order->cost();
  return cost;
}

// Everything of the clause stands for itself.
IRMapping Writer::identity() {
  IRMapping map;
  for (BlockArgument argument : equation.getClauses()[0].front().getArguments())
    map.map(argument, argument);
  return map;
}

SmallVector<Value> Writer::summedAt(const OrderedTerm &term, Subset subset) {
  auto [left, right] = term.order->parts(subset);
  llvm::SetVector<Value> all;
  for (Subset part : {left, right})
    for (Value index : term.order->indices(part))
      all.insert(index);
  for (Value index : term.order->indices(subset))
    all.remove(index);
  return all.takeVector();
}

Value Writer::operandOf(const OrderedTerm &term, Subset subset, OpBuilder &builder, const IRMapping &map,
                        const llvm::DenseMap<Subset, Value> &wires) {
  Location location = fold.getLoc();
  if (!term.order->isLeaf(subset)) {
    SmallVector<Value> positions =
        llvm::map_to_vector(term.order->indices(subset), [&](Value index) { return map.lookup(index); });
    return ReadOp::create(builder, location, fold.getResult().getType(), wires.lookup(subset), positions)
        .getResult();
  }
  const ProductFactor &factor = term.term.factors[llvm::countr_zero(subset)];
  IRMapping own = map;
  // An index of another factor stands nowhere here.
  for (auto &[from, to] : term.term.replaced)
    if (Value here = map.lookupOrNull(to))
      own.map(from, here);
  Value value = copySlice(builder, factor.value, own);
  if (!factor.isInverse)
    return value;
  Value one = ConstantOp::create(builder, location, value.getType(), builder.getF64FloatAttr(1));
  return ApplyOp::create(builder, location, value.getType(), Function::divide, ValueRange{one, value});
}

// The product of a node's parts, summed over the indices that are needed no more.
Value Writer::productOf(const OrderedTerm &term, Subset subset, OpBuilder &builder, const IRMapping &map,
                        const llvm::DenseMap<Subset, Value> &wires) {
  Location location = fold.getLoc();
  Type type = fold.getResult().getType();
  auto multiplied = [&](const IRMapping &at) -> Value {
    if (term.order->isLeaf(subset))
      return operandOf(term, subset, builder, at, wires);
    auto [left, right] = term.order->parts(subset);
    Value a = operandOf(term, left, builder, at, wires), b = operandOf(term, right, builder, at, wires);
    return ApplyOp::create(builder, location, type, Function::mul, ValueRange{a, b});
  };
  SmallVector<Value> summed = term.order->isLeaf(subset)
                                  ? SmallVector<Value>(term.term.summed.begin(), term.term.summed.end())
                                  : summedAt(term, subset);
  if (summed.empty())
    return multiplied(map);
  auto sum = FoldOp::create(builder, location, type, fold.getMonoidAttr(), ArrayAttr());
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&sum.getArguments());
  IRMapping inner = map;
  for (Value index : summed)
    inner.map(index, block->addArgument(index.getType(), location));
  YieldOp::create(builder, location, multiplied(inner));
  return sum.getResult();
}

// A node as a wire of its own, over its indices.
Writer::Wire Writer::equationOf(const OrderedTerm &term, Subset subset) {
  llvm::DenseMap<Subset, Value> wires;
  SmallVector<Value> operands(equation.getWires().take_front(originalWires));
  SmallVector<std::pair<Subset, size_t>> parts;
  if (!term.order->isLeaf(subset)) {
    auto [left, right] = term.order->parts(subset);
    for (Subset part : {left, right})
      if (!term.order->isLeaf(part)) {
        parts.push_back({part, operands.size()});
        operands.push_back(equationOf(term, part).value);
      }
  }
  OpBuilder builder(equation);
  Location location = fold.getLoc();
  SmallVector<Value> indices = term.order->indices(subset);
  SmallVector<StringAttr> axes =
      llvm::map_to_vector(indices, [](Value index) { return objectOf(index).getElement(); });
  auto result = EquationOp::create(builder, location, objectOf(fold.getResult()).over(axes),
                                   equation.getNameAttr(), nullptr, nullptr, operands, 1);
  Block *block = builder.createBlock(&result.getClauses()[0]);
  IRMapping map;
  SmallVector<Value> positions;
  for (Value index : indices) {
    positions.push_back(block->addArgument(index.getType(), location));
    map.map(index, positions.back());
  }
  for (auto [i, operand] : llvm::enumerate(operands)) {
    Value argument = block->addArgument(operand.getType(), location);
    if (i < originalWires)
      map.map(equation.wireArgument(0, i), argument);
    for (auto &[part, number] : parts)
      if (number == i)
        wires[part] = argument;
  }
  DefineOp::create(builder, location, productOf(term, subset, builder, map, wires), positions);
  prune(result);
  return {result.getResult(), indices};
}

// The value of the fold. In place, the outermost product of the one term stands where the fold stood.
Value Writer::write(ArrayRef<OrderedTerm> terms, bool inPlace) {
  originalWires = equation.getWires().size();
  Location location = fold.getLoc();
  Type type = fold.getResult().getType();
  Value total;
  for (const OrderedTerm &term : terms) {
    Subset all = term.order->all();
    llvm::DenseMap<Subset, Value> wires;
    IRMapping map = identity();
    Value value;
    if (inPlace) {
      auto parts = term.order->parts(all);
      for (Subset part : {parts.first, parts.second})
        if (!term.order->isLeaf(all) && !term.order->isLeaf(part))
          wires[part] = addWire(equation, equationOf(term, part).value).front();
      OpBuilder builder(fold);
      value = productOf(term, all, builder, map, wires);
    } else {
      Wire wire = equationOf(term, all);
      BlockArgument argument = addWire(equation, wire.value).front();
      OpBuilder builder(fold);
      value = ReadOp::create(builder, location, type, argument, wire.indices).getResult();
    }
    OpBuilder builder(fold);
    if (total)
      value = ApplyOp::create(builder, location, type, term.term.isNegative ? Function::sub : Function::add,
                              ValueRange{total, value});
    else if (term.term.isNegative)
      value = ApplyOp::create(builder, location, type, Function::neg, value);
    total = value;
  }
  return total;
}

static bool definesPlainly(EquationOp equation) {
  return llvm::equal(equation.define(0).getPositions(), equation.indices(0));
}

namespace {

class Orderer {
public:
  Orderer(NetworkOp network, const AxisTable &axes) : formulas(network), axes(axes), network(network) {}

  void run() {
    SmallVector<EquationOp> readers;
    network->walk([&](EquationOp equation) {
      if (equation.getClauses().size() == 1 && !formulas.isWeight(equation.getResult()))
        readers.push_back(equation);
    });
    for (EquationOp reader : readers)
      order(reader);
    formulas.eraseUnused();
  }

private:
  void order(EquationOp reader);
  EquationOp ordered(EquationOp reader, size_t number);
  bool inlineInto(EquationOp candidate, FoldOp fold, bool &any);

  WeightFormulas formulas;
  const AxisTable &axes;
  NetworkOp network;
};

} // namespace

static SmallVector<FoldOp> outermostSums(EquationOp equation) {
  SmallVector<FoldOp> folds;
  for (Operation &op : equation.getClauses()[0].front())
    if (auto fold = dyn_cast<FoldOp>(op))
      folds.push_back(fold);
  return folds;
}

// Formulas in place of all reads of computed weights in a fold, formulas in formulas included.
bool Orderer::inlineInto(EquationOp candidate, FoldOp fold, bool &any) {
  static constexpr unsigned deepest = 8;
  for (unsigned depth = 0; depth < deepest; ++depth) {
    SmallVector<std::pair<ReadOp, EquationOp>> reads;
    fold->walk([&](ReadOp read) {
      auto argument = cast<BlockArgument>(read.getWire());
      Value wire = candidate.getWires()[argument.getArgNumber() - candidate.indices(0).size()];
      if (EquationOp formula = formulas.formulaOf(wire))
        reads.push_back({read, formula});
    });
    if (reads.empty())
      return true;
    any = true;
    for (auto [read, formula] : reads)
      if (!inlineFormula(candidate, read, formula))
        return false;
  }
  return false;
}

// The equation with the formulas in one of its sums, where that is no dearer; else none.
EquationOp Orderer::ordered(EquationOp reader, size_t number) {
  OpBuilder builder(reader);
  auto candidate = cast<EquationOp>(builder.clone(*reader));
  FoldOp dense = outermostSums(reader)[number], fold = outermostSums(candidate)[number];
  bool any = false;
  if (inlineInto(candidate, fold, any) && any) {
    std::optional<std::vector<OrderedTerm>> whole = Terms(reader, formulas, axes).of(dense);
    std::optional<std::vector<OrderedTerm>> terms = Terms(candidate, formulas, axes).of(fold);
    if (whole && terms && costOf(*terms) <= costOf(*whole)) {
      Value value = Writer(candidate, fold).write(*terms, terms->size() == 1 && definesPlainly(candidate));
      fold.getResult().replaceAllUsesWith(value);
      fold.erase();
      prune(candidate);
      return candidate;
    }
  }
  candidate.erase();
  return {};
}

void Orderer::order(EquationOp reader) {
  for (size_t number = 0; number < outermostSums(reader).size();) {
    EquationOp candidate = ordered(reader, number);
    if (!candidate) {
      ++number;
      continue;
    }
    reader.getResult().replaceAllUsesWith(candidate.getResult());
    reader.erase();
    reader = candidate;
  }
}

namespace {
struct OrderProducts : impl::OrderProductsBase<OrderProducts> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    for (NetworkOp network : getOperation().getOps<NetworkOp>())
      Orderer(network, axes).run();
  }
};
} // namespace

} // namespace weft
