#include "compiler/prove/Trials.h"

#include <cmath>

using namespace mlir;

namespace weft::prove {

// The first points have plain numbers, which read well when they refute; some have tensors of one sign, since
// what stands behind a ramp or a maximum may show on one side alone.
static constexpr unsigned plainTrials = 2, firstOneSided = 6;
// How many points of each kind there are at the most, and what they may cost.
static constexpr unsigned sizeTrialsInAll = 32, shapeTrialsInAll = 96, constantTrialsInAll = 224;
static constexpr unsigned numberTrialsInAll = 32, numberTrialsOfSmall = 16, numberTrialsOfLarge = 4;
static constexpr unsigned fewestConstantTrials = 48;
static constexpr double mostWork = 500'000, mostWorkInAll = 1'500'000, mostWorkOfShapes = 1'500'000,
                        mostWorkOfNumbers = 1'000'000;

namespace {

// What points may cost together; the first ones, `fewest`, may cost anything.
class Allowance {
public:
  Allowance(ModuleOp program, NetworkOp left, NetworkOp right, double work, unsigned points,
            unsigned fewest = 0)
      : axes(program), left(left), right(right), rest(work), points(points), fewest(fewest) {}

  bool take(const Trial &trial) {
    if (!left || !right || taken >= points)
      return false;
    double work = workOf(left, axes, trial.sizes) + workOf(right, axes, trial.sizes);
    if (taken >= fewest && (work > mostWork || work > rest))
      return false;
    rest -= work;
    ++taken;
    return true;
  }

private:
  AxisTable axes;
  NetworkOp left, right;
  double rest;
  unsigned points, fewest, taken = 0;
};

} // namespace

// Wide numbers where they are evaluated exactly, for what that guarantees; in double such as overflow
// nothing.
Trial smallTrial(ModuleOp program, unsigned number) {
  static constexpr Numbers scales[] = {Numbers::one, Numbers::eight, Numbers::many};
  Trial trial;
  trial.seed = 1 + number;
  trial.sizes = PointSource(program, trial.seed).sizes(number);
  if (number >= plainTrials) {
    trial.exact = Numbers::wide;
    trial.inDouble = scales[number % 3];
  }
  if (number >= firstOneSided && number % 4 >= 2)
    trial.sign = number % 4 == 2 ? Trial::Sign::negative : Trial::Sign::alternating;
  return trial;
}

// Some moderate sizes, then those that are named: of all open axes together, then of one after the other.
std::vector<Trial> sizeTrials(ModuleOp program, NetworkOp left, NetworkOp right, const NamedNumbers &named) {
  std::vector<Trial> trials;
  if (named.openAxes.empty())
    return trials;
  Allowance allowance(program, left, right, mostWorkInAll, sizeTrialsInAll);
  auto add = [&](Trial trial) {
    if (!allowance.take(trial))
      return;
    trial.isNear = true;
    trial.seed = 1'000 + trials.size();
    trial.exact = trial.inDouble = trials.size() % 2 ? Numbers::near : Numbers::plain;
    trials.push_back(std::move(trial));
  };
  for (int64_t moderate : {5, 7, 11}) {
    Trial trial = smallTrial(program, 0);
    for (const std::string &axis : named.openAxes)
      trial.sizes[axis] = moderate++;
    add(trial);
  }
  for (int64_t size : named.sizes()) {
    Trial all = smallTrial(program, 0);
    for (const std::string &axis : named.openAxes)
      all.sizes[axis] = size;
    add(all);
    for (const std::string &axis : named.openAxes) {
      Trial one = smallTrial(program, trials.size());
      one.sizes[axis] = size;
      if (named.openAxes.size() > 1)
        add(one);
    }
  }
  return trials;
}

// Choices of sizes that programs tell apart: nothing along one axis or all, one of each, as many along one as
// along another, and one axis longer than another; of few axes all choices of up to 3.
static std::vector<std::vector<int64_t>> smallShapes(size_t axes) {
  constexpr int64_t most = 3;
  constexpr size_t fewAxes = 3;
  std::vector<std::vector<int64_t>> shapes;
  auto add = [&](llvm::function_ref<int64_t(size_t)> sizeOf) {
    std::vector<int64_t> shape;
    for (size_t axis = 0; axis < axes; ++axis)
      shape.push_back(sizeOf(axis));
    if (!llvm::is_contained(shapes, shape))
      shapes.push_back(std::move(shape));
  };
  for (int64_t size = 0; size <= most; ++size)
    add([&](size_t) { return size; });
  for (size_t one = 0; one < axes; ++one)
    for (int64_t size : {0, 1})
      add([&](size_t axis) { return axis == one ? size : 2 + static_cast<int64_t>(axis % 2); });
  if (axes > fewAxes) {
    add([&](size_t axis) { return 1 + static_cast<int64_t>(axis); });
    add([&](size_t axis) { return static_cast<int64_t>(axes - axis); });
    for (size_t i = 0; i < axes; ++i)
      for (size_t j = 0; j < i; ++j)
        add([&](size_t axis) { return axis == i || axis == j ? 2 : 3 + static_cast<int64_t>(axis % 2); });
    return shapes;
  }
  size_t choices = 1;
  for (size_t axis = 0; axis < axes; ++axis)
    choices *= most + 1;
  for (size_t choice = 0; choice < choices; ++choice)
    add([&, rest = choice](size_t) mutable {
      int64_t size = static_cast<int64_t>(rest % (most + 1));
      rest /= most + 1;
      return size;
    });
  return shapes;
}

std::vector<Trial> shapeTrials(ModuleOp program, NetworkOp left, NetworkOp right, const NamedNumbers &named) {
  std::vector<Trial> trials;
  if (named.openAxes.empty())
    return trials;
  Allowance allowance(program, left, right, mostWorkOfShapes, shapeTrialsInAll);
  for (const std::vector<int64_t> &shape : smallShapes(named.openAxes.size())) {
    Trial trial = smallTrial(program, 0);
    for (auto [axis, size] : llvm::zip(named.openAxes, shape))
      trial.sizes[axis] = size;
    trial.isNear = true;
    trial.seed = 4'000 + trials.size();
    if (allowance.take(trial))
      trials.push_back(std::move(trial));
  }
  return trials;
}

std::vector<Trial> numberTrials(ModuleOp program, NetworkOp left, NetworkOp right, bool isSmall) {
  std::vector<Trial> trials;
  unsigned fewest = isSmall ? numberTrialsOfSmall : numberTrialsOfLarge;
  Allowance allowance(program, left, right, mostWorkOfNumbers, isSmall ? numberTrialsInAll : fewest, fewest);
  for (unsigned number = 0; number < numberTrialsInAll; ++number) {
    Trial trial = smallTrial(program, number);
    trial.isNear = true;
    trial.seed = 2'000 + number;
    trial.sign = Trial::Sign::any;
    trial.exact = trial.inDouble = number % 4 == 3 ? Numbers::far : Numbers::near;
    for (auto &[axis, size] : trial.sizes)
      size += number % 3;
    if (allowance.take(trial))
      trials.push_back(std::move(trial));
  }
  return trials;
}

// Which number each tensor holds: all choices of them where these are few, else some that are drawn.
static std::vector<std::vector<double>> choicesOf(const std::vector<double> &numbers, unsigned tensors) {
  if (tensors < 2)
    return {};
  constexpr double most = 64;
  double inAll = std::pow(static_cast<double>(numbers.size()), tensors);
  std::mt19937 random(tensors);
  std::vector<std::vector<double>> choices;
  for (size_t choice = 0; choice < std::min(inAll, most); ++choice) {
    std::vector<double> held;
    for (size_t tensor = 0, rest = choice; tensor < tensors; ++tensor, rest /= numbers.size())
      held.push_back(numbers[(inAll > most ? random() : rest) % numbers.size()]);
    choices.push_back(std::move(held));
  }
  return choices;
}

std::vector<Trial> constantTrials(ModuleOp program, NetworkOp left, NetworkOp right,
                                  const NamedNumbers &named, unsigned tensors) {
  std::vector<Trial> trials;
  Allowance allowance(program, left, right, mostWorkOfNumbers, constantTrialsInAll, fewestConstantTrials);
  auto add = [&](std::map<unsigned, std::vector<double>> held) {
    Trial trial = smallTrial(program, trials.size());
    trial.isNear = true;
    trial.seed = 3'000 + trials.size();
    trial.sign = Trial::Sign::any;
    trial.exact = trial.inDouble = Numbers::near;
    trial.held = std::move(held);
    if (allowance.take(trial))
      trials.push_back(std::move(trial));
  };
  auto addAll = [&](llvm::function_ref<std::vector<double>(unsigned)> heldBy) {
    std::map<unsigned, std::vector<double>> held;
    for (unsigned tensor = 0; tensor < tensors; ++tensor)
      held[tensor] = heldBy(tensor);
    add(std::move(held));
  };
  std::vector<double> numbers = named.opposites(), alone(named.numbers.begin(), named.numbers.end());
  for (double number : numbers)
    addAll([&](unsigned) { return std::vector<double>{number}; });
  for (unsigned tensor = 0; tensor < tensors && tensors > 1; ++tensor)
    for (double number : numbers)
      add({{tensor, {number}}});
  for (const std::vector<double> &pool : {alone, numbers})
    for (const std::vector<double> &choice : choicesOf(pool, tensors))
      addAll([&](unsigned tensor) { return std::vector<double>{choice[tensor]}; });
  for (const std::vector<double> &pair : choicesOf(alone, 2))
    addAll([&](unsigned) { return pair; });
  for (double number : named.solutions())
    addAll([&](unsigned) { return std::vector<double>{number}; });
  return trials;
}

} // namespace weft::prove
