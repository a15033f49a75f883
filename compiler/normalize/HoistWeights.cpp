// What is made of weights alone, takes more than a few additions and products, and is the same for many
// positions, is computed once, on a wire, which is filled when weights are bound:
//
//   y[p, c] = (x[p, c] - mean[c]) * rsqrt(var[c] + eps) * scale[c]   ⟹   t[c] = rsqrt(var[c] + eps) *
//   scale[c]
//                                                                    y[p, c] = (x[p, c] - mean[c]) * t[c]
//
// The laws: an expression may be named; products of reals are associative and commute. What is cheap stays
// where it is read, in the type in which the weight is stored.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/FunctionWork.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_HOISTWEIGHTS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool isCostly(Function function) { return workOf(function) > workOfAddition; }

namespace {

class WeightHoister {
public:
  WeightHoister(EquationOp equation, const AxisTable &axes) : equation(equation), axes(axes) {}

  void run() {
    if (!mayHold())
      return;
    Block &clause = equation.getClauses()[0].front();
    while (gatherOne())
      eraseUnused(clause);
    while (Value value = findOne()) {
      splitOut(equation, value, AxisOrder::asRead);
      eraseUnused(clause);
    }
    prune(equation);
  }

private:
  bool mayHold() {
    bool costs = false;
    equation->walk([&](ApplyOp apply) { costs |= isCostly(apply.getFunction()); });
    return costs && llvm::any_of(equation.getWires(), isOfWeights);
  }

  bool gatherOne() {
    return equation
        ->walk([&](ApplyOp apply) {
          bool isWhole = isProductOfReals(apply) && !isFactor(apply);
          return isWhole && gatherWeights(apply) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  // One that is worth it; what it is made of goes with it.
  Value findOne() {
    Value found;
    equation->walk([&](ApplyOp apply) {
      bool isPart = llvm::any_of(apply->getUsers(), [&](Operation *user) {
        auto outer = dyn_cast<ApplyOp>(user);
        return outer && isWorthIt(outer);
      });
      if (!isPart && isWorthIt(apply))
        found = apply.getResult();
      return found ? WalkResult::interrupt() : WalkResult::advance();
    });
    return found;
  }

  static bool isReal(Value value) {
    StringRef element = objectOf(value).getElement();
    return element == "real" || element == "f32" || element == "f64";
  }

  static bool isProductOfReals(ApplyOp apply) {
    return apply.getFunction() == Function::mul && isReal(apply.getResult());
  }

  static bool isFactor(ApplyOp apply) {
    return llvm::any_of(apply->getUsers(), [](Operation *user) {
      auto outer = dyn_cast<ApplyOp>(user);
      return outer && isProductOfReals(outer);
    });
  }

  // Multiplies the factors of weights with each other, where one of them is worth a wire; whether that was to
  // be done.
  bool gatherWeights(ApplyOp product) {
    auto factorsOf = [](Value value) {
      SmallVector<Value> factors;
      splitProduct(value, factors);
      return factors;
    };
    auto isOfOneKind = [&](Value value) {
      SmallVector<Value> factors = factorsOf(value);
      return llvm::all_of(
          factors, [&](Value factor) { return isMadeOfWeights(factor) == isMadeOfWeights(factors.front()); });
    };
    SmallVector<Value> ofWeights, others;
    for (Value factor : factorsOf(product.getResult()))
      (isMadeOfWeights(factor) ? ofWeights : others).push_back(factor);
    auto isWorth = [&](Value factor) {
      auto apply = factor.getDefiningOp<ApplyOp>();
      return apply && isWorthIt(apply);
    };
    if (ofWeights.size() < 2 || others.empty() || llvm::all_of(product.getValues(), isOfOneKind) ||
        llvm::none_of(ofWeights, isWorth))
      return false;
    OpBuilder builder(product);
    auto multiply = [&](ArrayRef<Value> values) {
      Value all = values.front();
      for (Value value : values.drop_front())
        all = ApplyOp::create(builder, product.getLoc(), product.getResult().getType(), Function::mul,
                              ValueRange{all, value});
      return all;
    };
    product->setOperands({multiply(others), multiply(ofWeights)});
    return true;
  }

  bool isMadeOfWeights(Value value) {
    bool reads = false, readsOther = false;
    forEachPart(value, [&](Operation *part) {
      if (auto read = dyn_cast<ReadOp>(part)) {
        unsigned number = cast<BlockArgument>(read.getWire()).getArgNumber() - equation.indices(0).size();
        bool isWeight = isOfWeights(equation.getWires()[number]);
        reads |= isWeight;
        readsOther |= !isWeight;
      }
    });
    return reads && !readsOther;
  }

  bool isWorthIt(ApplyOp apply) {
    Value value = apply.getResult();
    if (!isReal(value) || !isMadeOfWeights(value) || !isTotal(value))
      return false;
    bool costs = false;
    forEachPart(value, [&](Operation *part) {
      auto inner = dyn_cast<ApplyOp>(part);
      costs |= inner && isCostly(inner.getFunction());
    });
    return costs && isSameForMany(value);
  }

  bool isSameForMany(Value value) {
    constexpr int64_t many = 4;
    SmallVector<BlockArgument> own = indicesOf(value, equation);
    SmallVector<BlockArgument> inForce = indicesInForce(value.getDefiningOp(), equation);
    return llvm::any_of(inForce, [&](BlockArgument index) {
      return !llvm::is_contained(own, index) &&
             axes.size(objectOf(index).getElement().getValue()).constant().value_or(many) >= many;
    });
  }

  EquationOp equation;
  const AxisTable &axes;
};

struct HoistWeights : impl::HoistWeightsBase<HoistWeights> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    for (EquationOp equation : equationsOf(getOperation()))
      if (equation.getClauses().size() == 1)
        WeightHoister(equation, axes).run();
  }
};

} // namespace

} // namespace weft
