#include "Tolerance.h"
#include <cmath>
#include <fmt/format.h>

namespace weft::differential {

using reference::Array;
using reference::Outcome;

static constexpr int shakes = 4;
static constexpr double safety = 16;

static double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b)))
    return 0;
  double apart = std::fabs(a - b);
  return std::isfinite(apart) ? apart : std::numeric_limits<double>::infinity();
}

static double distance(const Array &a, const Array &b, size_t i) {
  if (a.reals.empty())
    return a.integers[i] == b.integers[i] ? 0 : std::numeric_limits<double>::infinity();
  return distance(a.reals[i], b.reals[i]);
}

static size_t count(const Array &array) { return array.reals.size() + array.integers.size(); }

static std::string nameOf(const Outcome &outcome) { return outcome.failure ? outcome.failure->name : ""; }

// What is below the smallest normal number of the compiled program's reals may become zero.
static double smallest(double epsilon) { return epsilon > 1e-10 ? 0x1p-120 : 0x1p-1000; }

Tolerance tolerate(mlir::ModuleOp module, llvm::StringRef entry, const reference::Call &call,
                   double epsilon) {
  Tolerance result{evaluate(module, entry, call), {}, true};
  for (const auto &[name, array] : result.meaning.outputs) {
    std::vector<double> &slack = result.slack.emplace_back();
    for (double value : array.reals)
      slack.push_back(std::isfinite(value) ? std::fabs(value) * epsilon * 4 + smallest(epsilon) : 0);
    slack.resize(count(array), 0);
  }
  for (int shake = 0; shake < shakes; ++shake) {
    reference::Call shaken = call;
    shaken.jitter = 4 * epsilon;
    shaken.jitterSeed = static_cast<uint64_t>(shake) + 17;
    Outcome moved = evaluate(module, entry, shaken);
    result.outcomeIsFirm &= nameOf(moved) == nameOf(result.meaning);
    if (moved.failure || result.meaning.failure)
      continue;
    for (size_t output = 0; output < moved.outputs.size(); ++output)
      for (size_t i = 0; i < result.slack[output].size(); ++i) {
        double apart = distance(moved.outputs[output].second, result.meaning.outputs[output].second, i);
        result.slack[output][i] += safety * apart;
      }
  }
  return result;
}

static std::string shown(const Array &array, size_t i) {
  return array.reals.empty() ? fmt::format("{}", array.integers[i]) : fmt::format("{:.9g}", array.reals[i]);
}

// Beyond single precision's range the compiled program may have an infinity, and then anything made from one.
static bool isHuge(const Array &array, size_t i) {
  return !array.reals.empty() && std::fabs(array.reals[i]) > 1e30;
}

bool failsOtherwise(const Tolerance &expected, const Outcome &found) {
  return expected.outcomeIsFirm && expected.meaning.failure && found.failure &&
         nameOf(expected.meaning) != nameOf(found);
}

std::string difference(const Tolerance &expected, const Outcome &found) {
  if (!expected.outcomeIsFirm)
    return "";
  if (failsOtherwise(expected, found))
    return "";
  if (nameOf(expected.meaning) != nameOf(found)) {
    auto words = [](const Outcome &outcome) {
      return outcome.failure ? outcome.failure->name + ": " + outcome.failure->message : "outputs";
    };
    return fmt::format("expected {}, found {}", words(expected.meaning), words(found));
  }
  for (size_t output = 0; output < expected.meaning.outputs.size(); ++output) {
    const auto &[name, meaning] = expected.meaning.outputs[output];
    const Array &other = found.outputs[output].second;
    if (meaning.shape != other.shape)
      return fmt::format("output `{}` has another shape", name);
    for (size_t i = 0; i < expected.slack[output].size(); ++i)
      if (distance(meaning, other, i) > expected.slack[output][i] && !isHuge(meaning, i))
        return fmt::format("output `{}` at {}: expected {}, found {}, slack {:.3g}", name, i,
                           shown(meaning, i), shown(other, i), expected.slack[output][i]);
  }
  return "";
}

} // namespace weft::differential
