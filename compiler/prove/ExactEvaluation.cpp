#include "compiler/prove/ExactEvaluation.h"
#include "compiler/prove/ExactScalars.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::prove {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

constexpr size_t mostSteps = 1'000'000;

using Scalars = SmallVector<ExactScalar, 4>;

// Goes through a network in its order. What fails gives up the whole.
class Evaluation {
public:
  Evaluation(NetworkOp network, const AxisTable &axes, const std::map<std::string, int64_t> &sizes)
      : network(network), axes(axes), sizes(sizes), symbols(network->getParentOp()) {}

  std::optional<ExactOutcome> run(const ExactPoint &inputs, const ExactPoint &weights) {
    for (unsigned i = 0; i < network.inputCount() && !gaveUp; ++i)
      bind(network.input(i), inputs, cast<StringAttr>(network.getInputNames()[i]).str());
    for (unsigned i = 0; i < network.weightCount() && !gaveUp; ++i)
      bind(network.weight(i), weights, cast<StringAttr>(network.getWeightNames()[i]).str());
    std::vector<ExactArray> outputs = runBlock(network.block());
    return gaveUp ? std::nullopt : std::optional(ExactOutcome{std::move(outputs), hasCases});
  }

private:
  void giveUp() { gaveUp = true; }

  int64_t sizeOf(StringRef axis) {
    std::optional<int64_t> size = axes.size(axis).evaluate([&](std::string_view name) {
      auto known = sizes.find(std::string(name));
      return known == sizes.end() ? std::nullopt : std::optional(known->second);
    });
    if (!size || *size < 0)
      giveUp();
    return gaveUp ? 0 : *size;
  }
  std::vector<int64_t> shapeOf(ObjectType type) {
    std::vector<int64_t> shape;
    for (StringAttr axis : type.getAxes())
      shape.push_back(sizeOf(axis.getValue()));
    return shape;
  }

  void bind(Value wire, const ExactPoint &point, const std::string &name) {
    auto given = point.find(name);
    auto type = dyn_cast<ObjectType>(wire.getType());
    if (given == point.end() || !type)
      return giveUp();
    ExactArray array{given->second.shape, {}};
    for (double real : given->second.reals) {
      array.elements.push_back(exactReal(rationalOf(real)));
      array.elements.back().above = 1;
    }
    hasCases |= !given->second.integers.empty();
    for (auto integer : given->second.integers)
      array.elements.push_back(exactInteger(static_cast<int64_t>(integer)));
    wires[wire] = std::move(array);
  }

  // Wires.

  std::vector<ExactArray> runBlock(Block &block) {
    for (Operation &op : block.without_terminator()) {
      if (auto equation = dyn_cast<EquationOp>(op))
        wires[equation.getResult()] = evaluate(equation);
      else if (auto scan = dyn_cast<ScanOp>(op))
        evaluate(scan);
      else
        giveUp();
      if (gaveUp)
        return {};
    }
    std::vector<ExactArray> results;
    for (Value wire : block.getTerminator()->getOperands())
      results.push_back(wires[wire]);
    return results;
  }

  static size_t placeOf(ArrayRef<int64_t> shape, ArrayRef<int64_t> position) {
    size_t place = 0;
    for (auto [extent, at] : llvm::zip(shape, position))
      place = place * extent + at;
    return place;
  }

  // Goes through positions, the last axis fastest.
  void forEachPosition(ArrayRef<int64_t> shape, llvm::function_ref<void(ArrayRef<int64_t>)> visit) {
    SmallVector<int64_t> position(shape.size(), 0);
    if (llvm::is_contained(shape, 0))
      return;
    while (!gaveUp) {
      visit(position);
      size_t axis = shape.size();
      while (axis && ++position[axis - 1] == shape[axis - 1])
        position[--axis] = 0;
      if (!axis)
        return;
    }
  }

  static size_t countOf(ArrayRef<int64_t> shape) {
    size_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return count;
  }

  ExactArray evaluate(EquationOp equation) {
    ExactArray result{shapeOf(objectOf(equation.getResult())), {}};
    result.elements.resize(countOf(result.shape));
    for (unsigned clause = 0; clause < equation.getClauses().size() && !gaveUp; ++clause) {
      SmallVector<int64_t> shape;
      for (BlockArgument index : equation.indices(clause))
        shape.push_back(sizeOf(objectOf(index).getElement()));
      for (unsigned i = 0; i < equation.getWires().size(); ++i)
        sources[equation.wireArgument(clause, i)] = equation.getWires()[i];
      forEachPosition(shape, [&](ArrayRef<int64_t> position) {
        for (auto [index, at] : llvm::zip(equation.indices(clause), position))
          scalars[index] = exactInteger(at);
        run(equation.getClauses()[clause].front());
        DefineOp define = equation.define(clause);
        SmallVector<int64_t> place;
        for (Value at : define.getPositions())
          place.push_back(scalars[at].integer);
        if (!gaveUp)
          result.elements[placeOf(result.shape, place)] = scalars[define.getValue()];
      });
    }
    return result;
  }

  // The slice of an array at one position of an axis.
  ExactArray sliceOf(const ExactArray &whole, size_t axis, int64_t index) {
    ExactArray slice{whole.shape, {}};
    slice.shape.erase(slice.shape.begin() + axis);
    forEachPosition(slice.shape, [&](ArrayRef<int64_t> position) {
      SmallVector<int64_t> place(position);
      place.insert(place.begin() + axis, index);
      slice.elements.push_back(whole.elements[placeOf(whole.shape, place)]);
    });
    return slice;
  }

  void evaluate(ScanOp scan) {
    size_t count = scan.getStates().size();
    Block &body = scan.block();
    std::vector<ExactArray> states, outputs;
    for (Value state : scan.getStates())
      states.push_back(wires[state]);
    for (Value output : scan->getResults().drop_front(count)) {
      outputs.push_back({shapeOf(objectOf(output)), {}});
      outputs.back().elements.resize(countOf(outputs.back().shape));
    }
    for (int64_t index = 0, size = sizeOf(scan.getAxis()); index < size && !gaveUp; ++index) {
      for (auto [i, state] : llvm::enumerate(states))
        wires[body.getArgument(i)] = state;
      for (auto [i, element] : llvm::enumerate(scan.getElements()))
        wires[body.getArgument(count + i)] = sliceOf(wires[element], scan.elementDepth(i), index);
      for (auto [i, context] : llvm::enumerate(scan.getContexts()))
        wires[body.getArgument(count + scan.getElements().size() + i)] = ExactArray(wires[context]);
      std::vector<ExactArray> yielded = runBlock(body);
      if (gaveUp)
        return;
      states.assign(yielded.begin(), yielded.begin() + count);
      for (auto [i, output] : llvm::enumerate(outputs)) {
        size_t from = 0;
        forEachPosition(yielded[count + i].shape, [&](ArrayRef<int64_t> position) {
          SmallVector<int64_t> place(position);
          place.insert(place.begin() + scan.outputDepth(i), index);
          output.elements[placeOf(output.shape, place)] = yielded[count + i].elements[from++];
        });
      }
    }
    for (auto [i, result] : llvm::enumerate(scan->getResults()))
      wires[result] = i < count ? states[i] : outputs[i - count];
  }

  // Scalars.

  void run(Block &block) {
    for (Operation &op : block.without_terminator()) {
      if (++steps > mostSteps || op.getNumResults() != 1)
        giveUp();
      if (gaveUp)
        return;
      if (MaybeScalar value = evaluate(op))
        scalars[op.getResult(0)] = std::move(*value);
      else
        giveUp();
    }
  }

  Scalars yieldOf(Region &region, ArrayRef<ExactScalar> arguments = {}) {
    Block &block = region.front();
    for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
      scalars[argument] = value;
    run(block);
    Scalars results;
    for (Value value : block.getTerminator()->getOperands())
      results.push_back(scalars[value]);
    return results;
  }

  MaybeScalar evaluate(Operation &op) {
    auto get = [&](Value value) { return scalars[value]; };
    return TypeSwitch<Operation *, MaybeScalar>(&op)
        .Case([&](ConstantOp constant) -> MaybeScalar {
          if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
            return exactInteger(integer.getInt());
          return exactConstant(cast<FloatAttr>(constant.getValue()).getValueAsDouble());
        })
        .Case([&](SizeOp size) -> MaybeScalar {
          int64_t value = sizeOf(size.getAxis());
          return objectOf(size.getResult()).isReal() ? exactReal(Rational(value, 1)) : exactInteger(value);
        })
        .Case([&](ApplyOp apply) {
          Scalars values = llvm::map_to_vector<4>(apply.getValues(), get);
          hasCases |= decidesByDrawn(apply.getFunction(), values);
          return applyExactly(apply.getFunction(), objectOf(apply.getValues().back()).isReal(), values);
        })
        .Case([&](ConvertOp convert) {
          return convertExactly(get(convert.getValue()), objectOf(convert.getValue()),
                                objectOf(convert.getResult()));
        })
        .Case([&](IndexOp index) -> MaybeScalar {
          ExactScalar number = get(index.getNumber());
          bool inside =
              number.integer >= 0 && number.integer < sizeOf(objectOf(index.getResult()).getElement());
          return inside ? MaybeScalar(number) : std::nullopt;
        })
        .Case([&](PairOp pair) -> MaybeScalar {
          int64_t number = 0;
          for (Value part : pair.getParts())
            number = number * sizeOf(objectOf(part).getElement()) + get(part).integer;
          return exactInteger(number);
        })
        .Case([&](InjectOp inject) -> MaybeScalar {
          int64_t start = 0;
          for (const std::string &part : axes.get(objectOf(inject.getResult()).getElement()).parts) {
            if (part == objectOf(inject.getPart()).getElement().getValue())
              break;
            start += sizeOf(part);
          }
          return exactInteger(start + get(inject.getPart()).integer);
        })
        .Case([&](IfOp branch) -> MaybeScalar {
          Region &taken =
              get(branch.getCondition()).integer ? branch.getThenRegion() : branch.getElseRegion();
          return yieldOf(taken).front();
        })
        .Case([&](ReadOp read) { return evaluateRead(read); })
        .Case([&](FoldOp fold) { return evaluateFold(fold); })
        .Default([](Operation *) { return std::nullopt; });
  }

  MaybeScalar evaluateRead(ReadOp read) {
    const ExactArray &array = wires[sources.lookup(read.getWire())];
    SmallVector<int64_t> place;
    bool inside = true;
    for (auto [at, extent] : llvm::zip(read.getPositions(), array.shape)) {
      place.push_back(scalars[at].integer);
      inside &= place.back() >= 0 && place.back() < extent;
    }
    if (inside)
      return array.elements[placeOf(array.shape, place)];
    return read.getOtherwise().empty() ? std::nullopt : MaybeScalar(yieldOf(read.getOtherwise()).front());
  }

  MaybeScalar evaluateFold(FoldOp fold) {
    auto monoid = symbols.lookup<MonoidOp>(fold.getMonoid());
    if (!monoid || fold.isRanged())
      return std::nullopt;
    std::optional<Scalars> total;
    if (monoid.hasUnit())
      total = yieldOf(monoid.getUnit());
    SmallVector<int64_t> shape;
    for (BlockArgument index : fold.indices())
      shape.push_back(sizeOf(objectOf(index).getElement()));
    forEachPosition(shape, [&](ArrayRef<int64_t> position) {
      Scalars at = llvm::map_to_vector<4>(position, exactInteger);
      if (!fold.getMask().empty() && !yieldOf(fold.getMask(), at).front().integer)
        return;
      Scalars element = yieldOf(monoid.getLift(), yieldOf(fold.getArguments(), at));
      if (total) {
        Scalars both(*total);
        both.append(element);
        element = yieldOf(monoid.getCombine(), both);
      }
      total = element;
    });
    return total && !gaveUp ? MaybeScalar(yieldOf(monoid.getLower(), *total).front()) : std::nullopt;
  }

  NetworkOp network;
  const AxisTable &axes;
  const std::map<std::string, int64_t> &sizes;
  SymbolTable symbols;
  struct WireOrder {
    bool operator()(Value a, Value b) const { return a.getAsOpaquePointer() < b.getAsOpaquePointer(); }
  };
  std::map<Value, ExactArray, WireOrder> wires;
  llvm::DenseMap<Value, Value> sources; // of the arguments that stand for wires
  llvm::DenseMap<Value, ExactScalar> scalars;
  size_t steps = 0;
  bool gaveUp = false, hasCases = false;
};

} // namespace

std::optional<ExactOutcome> evaluateExactly(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const ExactPoint &inputs, const ExactPoint &weights) {
  return Evaluation(network, axes, sizes).run(inputs, weights);
}

std::optional<unsigned> degreeOfAgreement(const ExactArray &a, const ExactArray &b) {
  if (a.shape != b.shape)
    return std::nullopt;
  unsigned degree = 0;
  for (auto [x, y] : llvm::zip(a.elements, b.elements)) {
    if (x.infinite != y.infinite || x.integer != y.integer || (!x.infinite && x.real != y.real))
      return std::nullopt;
    degree = std::max({degree, x.above + y.below, y.above + x.below});
  }
  return degree;
}

} // namespace weft::prove
