// Factors of a sum's terms that need not all indices are multiplied once, on a wire:
//
//   y[n, e] = sum[m](pow(g, n - m) * s[n, m] * v[m, e])   ⟹   p[n, m] = pow(g, n - m) * s[n, m]
//                                                             y[n, e] = sum[m](p[n, m] * v[m, e])
//
// The law: products of reals are associative and commute. The gain: what does not need the last index of the
// result is not computed again for each of its positions, and a sum of products of two wires is a
// contraction. What is made of weights alone stays where it is read, in the type in which it is stored.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/PrefixFold.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_GROUPFACTORS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Grouper {
public:
  Grouper(EquationOp equation, FoldOp fold, const AxisTable &axes)
      : equation(equation), fold(fold), axes(axes) {}

  void run() {
    SmallVector<Value> factors;
    Operation *yield = fold.getArguments().front().getTerminator();
    splitProduct(yield->getOperand(0), factors);
    ValueRange positions = equation.define(0).getPositions();
    auto last = positions.empty() ? BlockArgument() : dyn_cast<BlockArgument>(positions.back());
    if (!last || !llvm::all_of(factors, isTotal))
      return;
    SmallVector<Value> with, without;
    for (Value factor : factors)
      (dependsOn(factor, last, equation) ? with : without).push_back(factor);
    if (with.empty() || without.empty() || (!isWorthIt(with) && !isWorthIt(without)))
      return;
    OpBuilder builder(yield);
    Value grouped = multiply(builder, {group(builder, without), group(builder, with)});
    yield->setOperand(0, grouped);
  }

private:
  // More than a read, of more than weights, and the same for many positions of an index.
  bool isWorthIt(ArrayRef<Value> group) {
    if (group.size() == 1 && group[0].getDefiningOp<ReadOp>())
      return false;
    bool readsMore = false;
    for (Value factor : group)
      forEachPart(factor, [&](Operation *part) {
        if (auto read = dyn_cast<ReadOp>(part))
          readsMore |= !isOfWeights(wireOf(read));
      });
    return readsMore && llvm::any_of(indicesInForce(fold.getArguments().front().getTerminator(), equation),
                                     [&](BlockArgument index) {
                                       return isLong(index) && llvm::none_of(group, [&](Value factor) {
                                                return dependsOn(factor, index, equation);
                                              });
                                     });
  }

  bool isLong(BlockArgument index) {
    constexpr int64_t many = 8;
    return axes.size(objectOf(index).getElement().getValue()).constant().value_or(many) >= many;
  }

  Value wireOf(ReadOp read) {
    unsigned number = cast<BlockArgument>(read.getWire()).getArgNumber() - equation.indices(0).size();
    return equation.getWires()[number];
  }

  Value multiply(OpBuilder &builder, ArrayRef<Value> factors) {
    Value product = factors.front();
    for (Value factor : factors.drop_front())
      product = ApplyOp::create(builder, fold.getLoc(), fold.getResult().getType(), Function::mul,
                                ValueRange{product, factor});
    return product;
  }

  Value group(OpBuilder &builder, ArrayRef<Value> factors) {
    Value product = multiply(builder, factors);
    return isWorthIt(factors) ? splitOut(equation, product, AxisOrder::asRead) : product;
  }

  EquationOp equation;
  FoldOp fold;
  const AxisTable &axes;
};

struct GroupFactors : impl::GroupFactorsBase<GroupFactors> {
  void runOnOperation() override {
    SmallVector<std::pair<EquationOp, FoldOp>> sums;
    AxisTable axes(getOperation());
    getOperation()->walk([&](FoldOp fold) {
      auto equation = fold->getParentOfType<EquationOp>();
      auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
      StringRef element = objectOf(fold.getResult()).getElement();
      bool isReal = element == "real" || element == "f32" || element == "f64";
      if (equation && !equation->getParentOfType<TiesOp>() && equation.getClauses().size() == 1 && isReal &&
          isReorderableSum(monoid) && !findPrefix(fold, axes))
        sums.push_back({equation, fold});
    });
    for (auto [equation, fold] : sums) {
      Grouper(equation, fold, axes).run();
      prune(equation);
    }
  }
};

} // namespace

} // namespace weft
