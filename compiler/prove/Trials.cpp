#include "compiler/prove/Trials.h"

using namespace mlir;

namespace weft::prove {

// The first points have plain numbers, which read well when they refute; some have tensors of one sign, since
// what stands behind a ramp or a maximum may show on one side alone.
static constexpr unsigned plainTrials = 2, firstOneSided = 6;
// What points of large sizes may cost.
static constexpr unsigned sizeTrialsInAll = 32;
static constexpr unsigned constantTrialsInAll = 48;
static constexpr double mostWork = 500'000, mostWorkInAll = 1'500'000;

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
  if (!left || !right || named.openAxes.empty())
    return trials;
  AxisTable axes(program);
  double rest = mostWorkInAll;
  auto add = [&](Trial trial) {
    double work = workOf(left, axes, trial.sizes) + workOf(right, axes, trial.sizes);
    if (work > mostWork || work > rest || trials.size() >= sizeTrialsInAll)
      return;
    rest -= work;
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

std::vector<Trial> numberTrials(ModuleOp program, unsigned count) {
  std::vector<Trial> trials;
  for (unsigned number = 0; number < count; ++number) {
    Trial trial = smallTrial(program, number);
    trial.isNear = true;
    trial.seed = 2'000 + number;
    trial.sign = Trial::Sign::any;
    trial.exact = trial.inDouble = number % 4 == 3 ? Numbers::far : Numbers::near;
    trials.push_back(std::move(trial));
  }
  return trials;
}

std::vector<Trial> constantTrials(ModuleOp program, const NamedNumbers &named, unsigned tensors) {
  std::vector<Trial> trials;
  std::set<double> numbers;
  for (double number : named.numbers)
    numbers.insert({number, -number});
  auto add = [&](double number, std::optional<unsigned> only) {
    if (trials.size() >= constantTrialsInAll)
      return;
    Trial trial = smallTrial(program, 0);
    trial.isNear = true;
    trial.seed = 3'000 + trials.size();
    trial.exact = trial.inDouble = Numbers::near;
    trial.constant = number;
    trial.only = only;
    trials.push_back(std::move(trial));
  };
  for (double number : numbers)
    add(number, std::nullopt);
  for (unsigned tensor = 0; tensor < tensors && tensors > 1; ++tensor)
    for (double number : numbers)
      add(number, tensor);
  return trials;
}

} // namespace weft::prove
