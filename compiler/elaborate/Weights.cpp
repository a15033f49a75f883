// Initial values are numbers known when compiling; counts add up what boxes inside hold.
#include "compiler/elaborate/Weights.h"
#include "compiler/elaborate/Constants.h"

#include <cmath>

using namespace mlir;

namespace weft {

static constexpr uint64_t mostOccurrences = 1'000'000;

// Whether there are such numbers.
static bool canDraw(State &state, const ast::Initial &initial, ArrayRef<double> numbers) {
  StringRef kind = initial.name.text;
  const char *what = llvm::any_of(numbers, [](double number) { return !std::isfinite(number); })
                         ? "takes finite numbers"
                     : kind == "uniform" && numbers[0] > numbers[1] ? "takes the lower bound first"
                     : kind == "normal" && numbers[1] < 0           ? "takes a deviation that is not negative"
                                                                    : nullptr;
  if (what)
    state.error("weights.initial", initial.range, "`" + initial.name.text + "` " + what);
  return !what;
}

Attribute initialOf(State &state, const ast::Weight &weight, const Environment &environment) {
  Builder builder(&state.context);
  if (!weight.initial)
    return builder.getUnitAttr();
  static const std::map<std::string, size_t> kinds = {{"zeros", 0},   {"ones", 0},   {"normal", 2},
                                                      {"uniform", 2}, {"glorot", 0}, {"constant", 1}};
  auto kind = kinds.find(weight.initial->name.text);
  if (kind == kinds.end()) {
    state
        .error("name.unknown", weight.initial->name.range,
               "there is no way `" + weight.initial->name.text + "` to draw weights")
        .note("there are `zeros`, `ones`, `normal(mean, deviation)`, `uniform(low, high)`, `glorot`, "
              "`constant(c)`");
    return {};
  }
  if (weight.initial->arguments.size() != kind->second) {
    state.error("call.arity", weight.initial->range,
                "`" + kind->first + "` takes " + std::to_string(kind->second) + " numbers, and gets " +
                    std::to_string(weight.initial->arguments.size()));
    return {};
  }
  SmallVector<double> numbers;
  for (const ast::ExprPtr &argument : weight.initial->arguments) {
    std::optional<Number> number =
        evaluateConstant(state, *argument, environment, !state.workspace->abstract);
    if (!number && !state.workspace->abstract)
      return {};
    numbers.push_back(number ? number->asReal() : 0);
  }
  if (!state.workspace->abstract && !canDraw(state, *weight.initial, numbers))
    return {};
  return InitAttr::get(&state.context, builder.getStringAttr(kind->first),
                       builder.getDenseF64ArrayAttr(numbers));
}

namespace {
class WeightCount {
public:
  WeightCount(State &state, Instance &instance) : state(state), instance(instance) {}

  bool own(MorphismOp morphism) {
    for (unsigned i = 0; i < morphism.weightCount(); ++i) {
      auto type = cast<ObjectType>(morphism.weight(i).getType());
      Size size(1);
      for (StringAttr axis : type.getAxes())
        if (!times(size, state.axis(axis.getValue()).size))
          return false;
      if (!plus(size))
        return false;
      instance.hasWeights = true;
    }
    return true;
  }

  // Every box inside, `factor` times.
  bool inside(Block &block, const Size &factor) {
    for (Operation &op : block) {
      StringRef callee;
      Size inner = factor;
      if (auto box = dyn_cast<BoxOp>(op))
        callee = box.getCallee();
      else if (auto call = dyn_cast<CallOp>(op))
        callee = call.getCallee();
      else if (auto each = dyn_cast<EachOp>(op)) {
        if (!times(inner, state.axis(each.getAxis()).size))
          return false;
      } else if (auto chain = dyn_cast<ChainOp>(op)) {
        if (!times(inner, state.axis(chain.getAxis()).size))
          return false;
      }
      auto called = state.workspace->instances.find(callee.str());
      if (!callee.empty() && called != state.workspace->instances.end() && !include(*called->second, factor))
        return false;
      if (auto box = dyn_cast<BoxOp>(op))
        for (Value tied : box.getTied())
          if (!withoutTied(cast<ObjectType>(tied.getType()), factor))
            return false;
      for (mlir::Region &region : op.getRegions())
        for (Block &nested : region)
          if (!inside(nested, inner))
            return false;
    }
    return true;
  }

private:
  // A tied weight is not stored with the box; the wire that stands for it is counted where it comes from.
  bool withoutTied(ObjectType type, const Size &factor) {
    Size size = factor;
    for (StringAttr axis : type.getAxes())
      if (!times(size, state.axis(axis.getValue()).size))
        return false;
    std::optional<Size> rest = subtract(instance.weights, size);
    instance.weights = rest.value_or(instance.weights);
    return rest.has_value();
  }
  bool include(const Instance &other, const Size &factor) {
    instance.hasWeights |= other.hasWeights;
    instance.occurrences += other.occurrences;
    Size size = other.weights;
    return instance.occurrences <= mostOccurrences && times(size, factor) && plus(size);
  }
  bool plus(const Size &size) {
    std::optional<Size> sum = add(instance.weights, size);
    instance.weights = sum.value_or(instance.weights);
    return sum.has_value();
  }
  bool times(Size &size, const Size &factor) {
    std::optional<Size> product = multiply(size, factor);
    size = product.value_or(size);
    return product.has_value();
  }

  State &state;
  Instance &instance;
};
} // namespace

void countWeights(State &state, MorphismOp morphism, Instance &instance) {
  WeightCount count(state, instance);
  if (count.own(morphism) && count.inside(morphism.block(), Size(1)))
    return;
  instance.failed = true;
  state.error("limit", instance.range,
              "`" + instance.name + "` has more than " + std::to_string(mostOccurrences) +
                  " boxes inside, or more weights than 64 bits count");
}

} // namespace weft
