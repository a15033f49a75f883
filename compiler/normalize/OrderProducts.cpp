// A sum of products with a weight that is computed by a formula is multiplied in the cheapest order:
//
//   W[o, i] = sum[r](A[o, r] * B[r, i])   y[s, o] = sum[i](W[o, i] * x[s, i])
//     ⟹  t[s, r] = sum[i](B[r, i] * x[s, i])   y[s, o] = sum[r](A[o, r] * t[s, r])
//
// where that is cheaper than W evaluated once and then multiplied. The laws: `*` distributes over the sum,
// sums commute, and a sum over elements of which all but one are 0 is that one. Low rank, Kronecker, diagonal
// and block-diagonal weights, Toeplitz and circulant ones, and weights with scales are cases of this; none of
// them is looked for by name. What was weighed up stays on the network, for people.
//
// A sum over several indices of three factors or more is multiplied in the cheapest order, whatever they are:
//
//   sum[p, q](A[o, p] * B[p, q] * C[q, i])   ⟹   t[p, i] = sum[q](B[p, q] * C[q, i])   sum[p](A[o, p] * t[p,
//   i])
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/ProductWriter.h"
#include "compiler/normalize/SlidingSums.h"
#include "compiler/normalize/SplitEquation.h"
#include "compiler/normalize/TieChoices.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_ORDERPRODUCTS
#include "compiler/normalize/Passes.h.inc"

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
      order(reader, [&](size_t number) { return ordered(reader, number); });
    formulas.eraseUnused();
    // Of what is left, and of the formulas that are evaluated.
    SmallVector<EquationOp> all;
    network->walk([&](EquationOp equation) {
      if (equation.getClauses().size() == 1)
        all.push_back(equation);
    });
    for (EquationOp equation : all)
      order(equation, [&](size_t number) { return orderedAsWritten(equation, number); });
    recordTieChoices(network, choices);
  }

private:
  void order(EquationOp &equation, llvm::function_ref<EquationOp(size_t)> ordered);
  EquationOp ordered(EquationOp reader, size_t number);
  EquationOp orderedAsWritten(EquationOp equation, size_t number);
  EquationOp write(EquationOp candidate, FoldOp fold, ArrayRef<OrderedTerm> terms);
  bool inlineInto(EquationOp candidate, FoldOp fold, SmallVectorImpl<StringAttr> &tied);

  WeightFormulas formulas;
  const AxisTable &axes;
  NetworkOp network;
  std::vector<TieChoice> choices;
};

} // namespace

static SmallVector<FoldOp> outermostSums(EquationOp equation) {
  SmallVector<FoldOp> folds;
  for (Operation &op : equation.getClauses()[0].front())
    if (auto fold = dyn_cast<FoldOp>(op))
      folds.push_back(fold);
  return folds;
}

static EquationOp replaced(EquationOp candidate, FoldOp fold, Value value) {
  fold.getResult().replaceAllUsesWith(value);
  fold.erase();
  prune(candidate);
  return candidate;
}

// Formulas in place of all reads of computed weights in a fold, formulas in formulas included.
bool Orderer::inlineInto(EquationOp candidate, FoldOp fold, SmallVectorImpl<StringAttr> &tied) {
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
    for (auto [read, formula] : reads) {
      if (depth == 0)
        tied.push_back(formula.getNameAttr());
      if (!inlineFormula(candidate, read, formula))
        return false;
    }
  }
  return false;
}

// The equation with the formulas in one of its sums, where that is no dearer; else none.
EquationOp Orderer::ordered(EquationOp reader, size_t number) {
  OpBuilder builder(reader);
  auto candidate = cast<EquationOp>(builder.clone(*reader));
  FoldOp dense = outermostSums(reader)[number], fold = outermostSums(candidate)[number];
  SmallVector<StringAttr> tied;
  bool fits = inlineInto(candidate, fold, tied);
  std::optional<std::vector<OrderedTerm>> whole, terms;
  std::optional<SlidingSum> sliding;
  if (fits && !tied.empty()) {
    whole = ProductTerms(reader, formulas, axes).of(dense);
    sliding = SlidingSum::find(candidate, fold, formulas, axes);
    terms = sliding ? std::nullopt : ProductTerms(candidate, formulas, axes).of(fold);
  }
  bool isChosen = false;
  if (whole && (terms || sliding)) {
    TieChoice choice{tied, reader.getNameAttr(), sliding ? sliding->cost() : costOf(*terms), costOf(*whole)};
    // What is computed once anyway must save something.
    isChosen = choice.structure.evaluates ? choice.structure.total() < choice.expanded.total()
                                          : choice.structure.total() <= choice.expanded.total();
    choice.inStructure = isChosen;
    choices.push_back(choice);
  }
  if (!isChosen) {
    candidate.erase();
    return {};
  }
  if (sliding)
    return replaced(candidate, fold, sliding->write());
  return write(candidate, fold, *terms);
}

EquationOp Orderer::write(EquationOp candidate, FoldOp fold, ArrayRef<OrderedTerm> terms) {
  ProductWriter writer(candidate, fold);
  Value value = writer.write(terms, terms.size() == 1 && definesPlainly(candidate));
  for (Value wire : writer.evaluated())
    formulas.add(wire);
  return replaced(candidate, fold, value);
}

// Multiplications and additions when each element of the sum is multiplied out.
static double operationsAsWritten(EquationOp equation, FoldOp fold, const ProductTerm &term,
                                  const AxisTable &axes) {
  double operations = static_cast<double>(term.factors.size());
  for (ArrayRef<BlockArgument> indices : {equation.indices(0), fold.indices()})
    for (BlockArgument index : indices) {
      std::optional<int64_t> size =
          axes.size(cast<ObjectType>(index.getType()).getElement().getValue()).constant();
      operations *= static_cast<double>(size.value_or(ContractionOrder::openSize));
    }
  return operations;
}

// One product of real factors, where another order than all at once takes fewer operations; else none. What
// is made of weights alone counts as well as the rest.
EquationOp Orderer::orderedAsWritten(EquationOp equation, size_t number) {
  FoldOp asWritten = outermostSums(equation)[number];
  bool isLong = asWritten.indices().size() > 1 && cast<ObjectType>(asWritten.getResult().getType()).isReal();
  if (!isLong)
    return {};
  OpBuilder builder(equation);
  auto candidate = cast<EquationOp>(builder.clone(*equation));
  FoldOp fold = outermostSums(candidate)[number];
  WeightFormulas none;
  std::optional<std::vector<OrderedTerm>> terms = ProductTerms(candidate, none, axes).of(fold);
  bool isChosen = terms && terms->size() == 1 && terms->front().term.factors.size() > 2 &&
                  costOf(*terms).flops < operationsAsWritten(equation, asWritten, terms->front().term, axes);
  if (!isChosen) {
    candidate.erase();
    return {};
  }
  return write(candidate, fold, *terms);
}

void Orderer::order(EquationOp &equation, llvm::function_ref<EquationOp(size_t)> ordered) {
  for (size_t number = 0; number < outermostSums(equation).size();) {
    EquationOp candidate = ordered(number);
    if (!candidate) {
      ++number;
      continue;
    }
    equation.getResult().replaceAllUsesWith(candidate.getResult());
    equation.erase();
    equation = candidate;
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
