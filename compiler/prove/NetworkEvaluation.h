// A network at a point, in the numbers of some domain: exact ones, or bounds. What these have in common is
// how a program runs.
#pragma once

#include "compiler/prove/ArrayOf.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <map>
#include <optional>
#include <vector>

namespace weft::prove {

using DrawnArrays = std::map<std::string, reference::Array>;

/// Goes through a network in its order. A domain has
/// - `Scalar`, and how many steps may still be taken, `stepsLeft`;
/// - its scalars: `drawnReal` and `drawnInteger` of the point, `constant` of the program, `integer`, `whole`;
/// - `apply`, `convert`, and what a wire of a type holds, `held`; none gives up the whole;
/// - `undefined`, which stands for what an error would stand for, or none, which gives up;
/// - `known`: an integer or a truth value, where it is decided. Where none is, both branches count.
template <typename Domain> class NetworkEvaluation {
public:
  using Scalar = typename Domain::Scalar;
  using Maybe = std::optional<Scalar>;
  using Scalars = llvm::SmallVector<Scalar, 4>;
  using Array = ArrayOf<Scalar>;

  NetworkEvaluation(Domain &domain, NetworkOp network, const AxisTable &axes,
                    const std::map<std::string, int64_t> &sizes)
      : domain(domain), network(network), axes(axes), sizes(sizes), symbols(network->getParentOp()) {}

  /// The outputs; none where it gave up.
  std::optional<std::vector<Array>> run(const DrawnArrays &inputs, const DrawnArrays &weights) {
    for (unsigned i = 0; i < network.inputCount() && !gaveUp; ++i)
      bind(network.input(i), inputs, mlir::cast<mlir::StringAttr>(network.getInputNames()[i]).str());
    for (unsigned i = 0; i < network.weightCount() && !gaveUp; ++i)
      bind(network.weight(i), weights, mlir::cast<mlir::StringAttr>(network.getWeightNames()[i]).str());
    std::vector<Array> outputs = runBlock(network.block());
    return gaveUp ? std::nullopt : std::optional(std::move(outputs));
  }

private:
  using Position = llvm::ArrayRef<int64_t>;

  void giveUp() { gaveUp = true; }

  static ObjectType objectOf(mlir::Value value) { return mlir::cast<ObjectType>(value.getType()); }

  int64_t sizeIn(const Size &expression) {
    std::optional<int64_t> size = expression.evaluate([&](std::string_view name) {
      auto known = sizes.find(std::string(name));
      return known == sizes.end() ? std::nullopt : std::optional(known->second);
    });
    if (!size || *size < 0)
      giveUp();
    return gaveUp ? 0 : *size;
  }
  int64_t sizeOf(llvm::StringRef axis) { return sizeIn(axes.size(axis)); }
  std::vector<int64_t> shapeOf(ObjectType type) {
    std::vector<int64_t> shape;
    for (mlir::StringAttr axis : type.getAxes())
      shape.push_back(sizeOf(axis.getValue()));
    return shape;
  }

  llvm::SmallVector<int64_t> extentsOf(llvm::ArrayRef<mlir::BlockArgument> indices) {
    return llvm::map_to_vector(
        indices, [&](mlir::BlockArgument index) { return sizeOf(objectOf(index).getElement()); });
  }
  Scalars integersOf(Position position) {
    return llvm::map_to_vector<4>(position, [&](int64_t index) { return domain.integer(index); });
  }

  void bind(mlir::Value wire, const DrawnArrays &point, const std::string &name) {
    auto given = point.find(name);
    auto type = mlir::dyn_cast<ObjectType>(wire.getType());
    if (given == point.end() || !type)
      return giveUp();
    Array array{given->second.shape, {}};
    for (double real : given->second.reals)
      array.elements.push_back(domain.drawnReal(real));
    for (auto integer : given->second.integers)
      array.elements.push_back(domain.drawnInteger(integer));
    wires[wire] = std::move(array);
  }

  // Wires.

  std::vector<Array> runBlock(mlir::Block &block) {
    for (mlir::Operation &op : block.without_terminator()) {
      llvm::TypeSwitch<mlir::Operation *>(&op)
          .Case([&](EquationOp equation) { wires[equation.getResult()] = evaluate(equation); })
          .Case([&](ScanOp scan) { evaluate(scan); })
          .Case([&](IterateOp loop) { evaluate(loop); })
          .Case([&](ContractOp contract) { check(contract); })
          .Default([&](mlir::Operation *) { giveUp(); });
      if (gaveUp)
        return {};
    }
    std::vector<Array> results;
    for (mlir::Value wire : block.getTerminator()->getOperands())
      results.push_back(wires[wire]);
    return results;
  }

  void forEachPosition(Position shape, llvm::function_ref<void(Position)> visit) {
    if (!gaveUp)
      reference::forEachPosition(shape, [&](Position position) {
        visit(position);
        return !gaveUp;
      });
  }

  Array emptyArray(ObjectType type) {
    Array array{shapeOf(type), {}};
    size_t count = 1;
    for (int64_t extent : array.shape)
      count *= extent;
    array.elements.resize(count);
    return array;
  }

  Array evaluate(EquationOp equation) {
    ObjectType type = objectOf(equation.getResult());
    Array result = emptyArray(type);
    for (unsigned clause = 0; clause < equation.getClauses().size() && !gaveUp; ++clause) {
      llvm::SmallVector<int64_t> shape = extentsOf(equation.indices(clause));
      for (unsigned i = 0; i < equation.getWires().size(); ++i)
        sources[equation.wireArgument(clause, i)] = equation.getWires()[i];
      forEachPosition(shape, [&](Position position) {
        for (auto [index, at] : llvm::zip(equation.indices(clause), position))
          scalars[index] = domain.integer(at);
        run(equation.getClauses()[clause].front());
        DefineOp define = equation.define(clause);
        auto place = placeIn(result.shape, define.getPositions());
        Maybe value = gaveUp ? std::nullopt : domain.held(scalars[define.getValue()], type);
        if (place && value)
          result.elements[*place] = std::move(*value);
        else
          giveUp();
      });
    }
    return result;
  }

  // Where a condition does not hold for sure, nothing is said.
  void check(ContractOp contract) {
    mlir::Block &block = contract.getCondition().front();
    size_t over = contract.getOver() ? contract.getOver()->size() : 0;
    for (auto [i, wire] : llvm::enumerate(contract.getWires()))
      sources[block.getArgument(over + i)] = wire;
    llvm::SmallVector<int64_t> shape = extentsOf(block.getArguments().take_front(over));
    forEachPosition(shape, [&](Position position) {
      Scalars at = integersOf(position);
      if (domain.known(yieldOf(contract.getCondition(), at).front()) != 1)
        giveUp();
    });
  }

  // None outside, or where a position is not known.
  std::optional<size_t> placeIn(Position shape, mlir::ValueRange positions) {
    llvm::SmallVector<int64_t> place;
    for (auto [position, extent] : llvm::zip(positions, shape)) {
      std::optional<int64_t> at = domain.known(scalars[position]);
      if (!at || *at < 0 || *at >= extent)
        return std::nullopt;
      place.push_back(*at);
    }
    return Array::placeOf(shape, place);
  }

  void evaluate(ScanOp scan) {
    size_t count = scan.getStates().size();
    mlir::Block &body = scan.block();
    std::vector<Array> states, outputs;
    for (mlir::Value state : scan.getStates())
      states.push_back(wires[state]);
    for (mlir::Value output : scan->getResults().drop_front(count))
      outputs.push_back(emptyArray(objectOf(output)));
    for (int64_t index = 0, size = sizeOf(scan.getAxis()); index < size && !gaveUp; ++index) {
      for (auto [i, state] : llvm::enumerate(states))
        wires[body.getArgument(i)] = state;
      for (auto [i, element] : llvm::enumerate(scan.getElements()))
        wires[body.getArgument(count + i)] = wires[element].sliceAt(scan.elementDepth(i), index);
      for (auto [i, context] : llvm::enumerate(scan.getContexts()))
        wires[body.getArgument(count + scan.getElements().size() + i)] = Array(wires[context]);
      std::vector<Array> yielded = runBlock(body);
      if (gaveUp)
        return;
      states.assign(yielded.begin(), yielded.begin() + count);
      for (auto [i, output] : llvm::enumerate(outputs))
        output.putSlice(scan.outputDepth(i), index, yielded[count + i]);
    }
    for (auto [i, result] : llvm::enumerate(scan->getResults()))
      wires[result] = i < count ? states[i] : outputs[i - count];
  }

  // Whether no element changed, as a truth value of the domain; none where that cannot be said.
  Maybe sameStates(mlir::ValueRange states, const std::vector<Array> &next) {
    Maybe same = domain.integer(1);
    for (auto [state, after] : llvm::zip(states, next))
      for (auto [x, y] : llvm::zip(wires[state].elements, after.elements)) {
        Maybe equal = domain.apply(Function::eq, objectOf(state).isReal(), {x, y});
        same = equal && same ? domain.apply(Function::and_, false, {*same, *equal}) : std::nullopt;
      }
    return same;
  }

  // A round that changes nothing is followed by none that does: where it is not decided whether a round
  // changed something, the next ones do no harm.
  void evaluate(IterateOp loop) {
    mlir::Block &body = loop.block();
    size_t count = loop.getStates().size();
    for (auto [i, context] : llvm::enumerate(loop.getContexts()))
      wires[body.getArgument(count + i)] = Array(wires[context]);
    std::vector<Array> states;
    for (mlir::Value state : loop.getStates())
      states.push_back(wires[state]);
    Maybe settled = domain.integer(0);
    mlir::ValueRange arguments = body.getArguments().take_front(count);
    for (int64_t i = 0, bound = sizeIn(*Size::parse(loop.getBound().str())); i < bound; ++i) {
      for (auto [argument, state] : llvm::zip(arguments, states))
        wires[argument] = state;
      states = runBlock(body);
      settled = gaveUp ? std::nullopt : sameStates(arguments, states);
      if (!settled)
        return giveUp();
      if (domain.known(*settled) == 1)
        break;
    }
    states.push_back({{}, {*settled}});
    for (auto [result, state] : llvm::zip(loop->getResults(), states))
      wires[result] = state;
  }

  // Scalars.

  void run(mlir::Block &block) {
    for (mlir::Operation &op : block.without_terminator()) {
      if (domain.stepsLeft == 0 || op.getNumResults() != 1)
        giveUp();
      if (gaveUp)
        return;
      --domain.stepsLeft;
      if (Maybe value = evaluate(op))
        scalars[op.getResult(0)] = std::move(*value);
      else
        giveUp();
    }
  }

  Scalars yieldOf(mlir::Region &region, llvm::ArrayRef<Scalar> arguments = {}) {
    mlir::Block &block = region.front();
    for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
      scalars[argument] = value;
    run(block);
    Scalars results;
    for (mlir::Value value : block.getTerminator()->getOperands())
      results.push_back(scalars[value]);
    return results;
  }

  Maybe evaluate(mlir::Operation &op) {
    auto get = [&](mlir::Value value) { return scalars[value]; };
    return llvm::TypeSwitch<mlir::Operation *, Maybe>(&op)
        .Case([&](ConstantOp constant) -> Maybe {
          if (auto integer = mlir::dyn_cast<mlir::IntegerAttr>(constant.getValue()))
            return domain.integer(integer.getInt());
          return domain.constant(mlir::cast<mlir::FloatAttr>(constant.getValue()).getValueAsDouble());
        })
        .Case([&](SizeOp size) -> Maybe {
          int64_t value = sizeOf(size.getAxis());
          return objectOf(size.getResult()).isReal() ? domain.whole(value) : domain.integer(value);
        })
        .Case([&](ApplyOp apply) {
          Scalars values = llvm::map_to_vector<4>(apply.getValues(), get);
          return domain.apply(apply.getFunction(), objectOf(apply.getValues().back()).isReal(), values);
        })
        .Case([&](ConvertOp convert) {
          return domain.convert(get(convert.getValue()), objectOf(convert.getValue()),
                                objectOf(convert.getResult()));
        })
        .Case([&](IndexOp index) -> Maybe {
          std::optional<int64_t> number = domain.known(get(index.getNumber()));
          bool inside = number && *number >= 0 && *number < sizeOf(objectOf(index.getResult()).getElement());
          return inside ? get(index.getNumber()) : domain.undefined();
        })
        .Case([&](PairOp pair) { return evaluatePair(pair); })
        .Case([&](InjectOp inject) {
          int64_t start = 0;
          for (const std::string &part : axes.get(objectOf(inject.getResult()).getElement()).parts) {
            if (part == objectOf(inject.getPart()).getElement().getValue())
              break;
            start += sizeOf(part);
          }
          return domain.apply(Function::add, false, {domain.integer(start), get(inject.getPart())});
        })
        .Case([&](IfOp branch) { return evaluateIf(branch); })
        .Case([&](CheckOp check) {
          bool holds = domain.known(get(check.getCondition())) == 1;
          return holds ? get(check.getValue()) : domain.undefined();
        })
        .Case([&](ReadOp read) { return evaluateRead(read); })
        .Case([&](FoldOp fold) { return evaluateFold(fold); })
        .Default([](mlir::Operation *) { return std::nullopt; });
  }

  Maybe evaluatePair(PairOp pair) {
    Maybe number = domain.integer(0);
    for (mlir::Value part : pair.getParts()) {
      Scalar extent = domain.integer(sizeOf(objectOf(part).getElement()));
      number = number ? domain.apply(Function::mul, false, {*number, extent}) : std::nullopt;
      number = number ? domain.apply(Function::add, false, {*number, scalars[part]}) : std::nullopt;
    }
    return number;
  }

  // Of a condition that is not decided both branches count.
  Maybe evaluateIf(IfOp branch) {
    Scalar condition = scalars[branch.getCondition()];
    if (std::optional<int64_t> truth = domain.known(condition))
      return yieldOf(*truth ? branch.getThenRegion() : branch.getElseRegion()).front();
    Scalar yes = yieldOf(branch.getThenRegion()).front(), no = yieldOf(branch.getElseRegion()).front();
    return domain.apply(Function::select, objectOf(branch.getResult()).isReal(), {condition, yes, no});
  }

  Maybe evaluateRead(ReadOp read) {
    const Array &array = wires[sources.lookup(read.getWire())];
    if (std::optional<size_t> place = placeIn(array.shape, read.getPositions()))
      return array.elements[*place];
    bool isKnown = llvm::all_of(read.getPositions(), [&](mlir::Value position) {
      return domain.known(scalars[position]).has_value();
    });
    return !isKnown || read.getOtherwise().empty() ? domain.undefined()
                                                   : Maybe(yieldOf(read.getOtherwise()).front());
  }

  Maybe evaluateFold(FoldOp fold) {
    auto monoid = symbols.lookup<MonoidOp>(fold.getMonoid());
    if (!monoid || fold.isRanged())
      return std::nullopt;
    std::optional<Scalars> total;
    if (monoid.hasUnit())
      total = yieldOf(monoid.getUnit());
    bool isDefined = true;
    llvm::SmallVector<int64_t> shape = extentsOf(fold.indices());
    forEachPosition(shape, [&](Position position) {
      Scalars at = integersOf(position);
      Scalar mask = fold.getMask().empty() ? domain.integer(1) : yieldOf(fold.getMask(), at).front();
      std::optional<int64_t> isIn = domain.known(mask);
      if (isIn == 0)
        return;
      Scalars element = yieldOf(monoid.getLift(), yieldOf(fold.getArguments(), at));
      // What may be the first element, and may be none at all; what lies outside of the carrier.
      isDefined &= (isIn || total) && isInCarrier(monoid, element);
      if (total)
        element = combined(monoid, *total, element);
      if (!isIn && total)
        chooseBetween(monoid, mask, element, *total);
      total = element;
    });
    if (!total || !isDefined)
      return domain.undefined();
    return gaveUp ? std::nullopt : Maybe(yieldOf(monoid.getLower(), *total).front());
  }

  bool isInCarrier(MonoidOp monoid, llvm::ArrayRef<Scalar> element) {
    return monoid.getDomain().empty() || domain.known(yieldOf(monoid.getDomain(), element).front()) == 1;
  }

  Scalars combined(MonoidOp monoid, llvm::ArrayRef<Scalar> total, llvm::ArrayRef<Scalar> element) {
    Scalars both(total);
    both.append(element.begin(), element.end());
    return yieldOf(monoid.getCombine(), both);
  }

  // `element` becomes what is `otherwise` where the mask leaves it out.
  void chooseBetween(MonoidOp monoid, const Scalar &mask, Scalars &element, const Scalars &otherwise) {
    auto types = monoid.getCarrier().getAsValueRange<mlir::TypeAttr>();
    for (auto [with, without, type] : llvm::zip(element, otherwise, types)) {
      bool isReal = mlir::cast<ObjectType>(type).isReal();
      Maybe either = domain.apply(Function::select, isReal, {mask, with, without});
      if (!either)
        return giveUp();
      with = *either;
    }
  }

  Domain &domain;
  NetworkOp network;
  const AxisTable &axes;
  const std::map<std::string, int64_t> &sizes;
  mlir::SymbolTable symbols;
  struct WireOrder {
    bool operator()(mlir::Value a, mlir::Value b) const {
      return a.getAsOpaquePointer() < b.getAsOpaquePointer();
    }
  };
  std::map<mlir::Value, Array, WireOrder> wires;
  llvm::DenseMap<mlir::Value, mlir::Value> sources; // of the arguments that stand for wires
  llvm::DenseMap<mlir::Value, Scalar> scalars;
  bool gaveUp = false;
};

} // namespace weft::prove
