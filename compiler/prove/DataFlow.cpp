#include "compiler/prove/DataFlow.h"
#include "dialects/weft/MonoidShape.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

namespace {

class Flow {
public:
  Flow(EquationOp equation, const llvm::DenseMap<Value, double> &known) : equation(equation), known(known) {
    result.deaths.resize(equation.getWires().size());
  }

  EquationFlow run() {
    result.value.wires = none();
    for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
      block(equation.getClauses()[clause].front());
      const ScalarFlow &value = scalars[equation.define(clause).getValue()];
      result.value.number = clause == 0 || result.value.number == value.number ? value.number : std::nullopt;
      result.value.wires |= value.wires;
    }
    return std::move(result);
  }

private:
  llvm::SmallBitVector none() { return llvm::SmallBitVector(equation.getWires().size()); }
  ScalarFlow number(double value) { return {value, none()}; }

  void block(Block &inner) {
    for (BlockArgument argument : inner.getArguments())
      scalars.try_emplace(argument, ScalarFlow{std::nullopt, none()});
    for (Operation &op : inner)
      if (op.getNumResults())
        scalars[op.getResult(0)] = operation(op);
  }

  // What a region yields, all its scalars together.
  ScalarFlow region(Region &inner) {
    if (inner.empty())
      return {std::nullopt, none()};
    block(inner.front());
    return together(inner.front().getTerminator()->getOperands());
  }

  ScalarFlow together(ValueRange values) {
    ScalarFlow flow{std::nullopt, none()};
    for (Value value : values)
      flow.wires |= scalars[value].wires;
    if (values.size() == 1)
      flow.number = scalars[values[0]].number;
    return flow;
  }

  void dies(const llvm::SmallBitVector &wires, Location location, StringRef why) {
    for (unsigned wire : wires.set_bits())
      if (!result.deaths[wire])
        result.deaths[wire] = FlowDeath{location, why.str()};
  }

  ScalarFlow operation(Operation &op) {
    return llvm::TypeSwitch<Operation *, ScalarFlow>(&op)
        .Case([&](ConstantOp constant) {
          if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
            return number(real.getValueAsDouble());
          return number(static_cast<double>(cast<IntegerAttr>(constant.getValue()).getInt()));
        })
        .Case([&](ReadOp read) { return readFlow(read); })
        .Case([&](ApplyOp apply) { return applyFlow(apply); })
        .Case([&](IfOp choice) { return choiceFlow(choice); })
        .Case([&](FoldOp fold) { return foldFlow(fold); })
        .Default([&](Operation *other) {
          ScalarFlow flow = together(other->getOperands());
          for (Region &inner : other->getRegions())
            flow.wires |= region(inner).wires;
          if (!isa<ConvertOp>(other))
            flow.number.reset();
          return flow;
        });
  }

  ScalarFlow readFlow(ReadOp read) {
    auto argument = cast<BlockArgument>(read.getWire());
    unsigned clause = 0;
    for (Region *inner = read->getParentRegion();; inner = inner->getParentOp()->getParentRegion())
      if (inner->getParentOp() == equation) {
        clause = inner->getRegionNumber();
        break;
      }
    unsigned wire = argument.getArgNumber() - equation.indices(clause).size();
    auto constant = known.find(equation.getWires()[wire]);
    if (constant != known.end() && read.getOtherwise().empty())
      return number(constant->second);
    ScalarFlow flow = together(read.getPositions());
    flow.wires |= region(read.getOtherwise()).wires;
    flow.number.reset();
    flow.wires.set(wire);
    return flow;
  }

  ScalarFlow applyFlow(ApplyOp apply) {
    ScalarFlow flow = together(apply.getValues());
    flow.number.reset();
    SmallVector<double> numbers;
    for (Value value : apply.getValues())
      if (std::optional<double> known = scalars[value].number)
        numbers.push_back(*known);
    Function function = apply.getFunction();
    bool all = numbers.size() == apply.getValues().size();
    auto vanishes = [&](double by, StringRef why) {
      dies(flow.wires, apply.getLoc(), why);
      return number(by);
    };
    if (function == Function::mul && llvm::is_contained(numbers, 0.0))
      return vanishes(0, "multiplied by 0");
    if (function == Function::and_ && llvm::is_contained(numbers, 0.0))
      return vanishes(0, "in a condition that is never true");
    if (function == Function::or_ && llvm::is_contained(numbers, 1.0))
      return vanishes(1, "in a condition that is always true");
    if (std::optional<double> value = all ? evaluated(function, numbers) : std::nullopt)
      return number(*value);
    return flow;
  }

  static std::optional<double> evaluated(Function function, ArrayRef<double> v) {
    switch (function) {
    case Function::add:
      return v[0] + v[1];
    case Function::sub:
      return v[0] - v[1];
    case Function::mul:
      return v[0] * v[1];
    case Function::neg:
      return -v[0];
    case Function::eq:
      return v[0] == v[1];
    case Function::ne:
      return v[0] != v[1];
    case Function::lt:
      return v[0] < v[1];
    case Function::le:
      return v[0] <= v[1];
    case Function::gt:
      return v[0] > v[1];
    case Function::ge:
      return v[0] >= v[1];
    case Function::not_:
      return v[0] == 0;
    case Function::and_:
      return v[0] != 0 && v[1] != 0;
    case Function::or_:
      return v[0] != 0 || v[1] != 0;
    default:
      return std::nullopt;
    }
  }

  ScalarFlow choiceFlow(IfOp choice) {
    ScalarFlow condition = scalars[choice.getCondition()];
    ScalarFlow yes = region(choice.getThenRegion()), no = region(choice.getElseRegion());
    if (condition.number) {
      ScalarFlow &taken = *condition.number != 0 ? yes : no, &left = *condition.number != 0 ? no : yes;
      dies(left.wires, choice.getLoc(), "in a branch that is never taken");
      return taken;
    }
    ScalarFlow flow = condition;
    flow.wires |= yes.wires;
    flow.wires |= no.wires;
    return flow;
  }

  ScalarFlow foldFlow(FoldOp fold) {
    ScalarFlow mask = region(fold.getMask()), arguments = region(fold.getArguments());
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    bool isSum = monoid && isReorderableSum(monoid);
    if (mask.number == 0.0) {
      dies(arguments.wires, fold.getLoc(), "masked by a condition that is never true");
      return {isSum ? std::optional(0.0) : std::nullopt, none()};
    }
    if (isSum && arguments.number == 0.0)
      return number(0);
    mask.wires |= arguments.wires;
    return {std::nullopt, mask.wires};
  }

  EquationOp equation;
  const llvm::DenseMap<Value, double> &known;
  llvm::DenseMap<Value, ScalarFlow> scalars;
  EquationFlow result;
};

} // namespace

EquationFlow flowOf(EquationOp equation, const llvm::DenseMap<Value, double> &known) {
  return Flow(equation, known).run();
}

} // namespace weft
