#include "compiler/prove/Witness.h"
#include "llvm/ADT/StringExtras.h"

namespace weft::prove {

using Values = llvm::ArrayRef<ConcreteValue>;

// An element, its components named when there are several.
static std::string element(Values values, llvm::ArrayRef<Variable> carrier, unsigned digits = 6) {
  if (values.size() == 1)
    return values[0].text(carrier[0], digits);
  std::string text;
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : "") + carrier[i].name + ": " + values[i].text(carrier[i], digits);
  return "(" + text + ")";
}

static std::vector<ConcreteValue> side(const Law &law, Values values,
                                       llvm::function_ref<TermRef(size_t)> term, size_t count) {
  ConcreteEvaluation evaluation(values);
  std::vector<ConcreteValue> result;
  for (size_t i = 0; i < count; ++i)
    result.push_back(evaluation.evaluate(term(i)));
  return result;
}

std::string witness(const Law &law, const Counterexample &found, llvm::ArrayRef<Variable> carrier,
                    llvm::ArrayRef<Variable> results, llvm::StringRef left, llvm::StringRef right) {
  std::string text;
  size_t width = carrier.size();
  for (size_t i = 0; i + width <= law.variables.size(); i += width) {
    llvm::StringRef name = law.variables[i].name;
    text += (i ? ", " : "with ") + name.split('.').first.str() + " = " +
            element(Values(found.values).slice(i, width), carrier);
  }
  if (!text.empty())
    text += ": ";
  Values values(found.values);
  if (found.broken == Counterexample::Broken::equation) {
    size_t first = found.place / results.size() * results.size();
    size_t count = std::min(results.size(), law.equations.size() - first);
    auto a = side(law, values, [&](size_t i) { return law.equations[first + i].first; }, count);
    auto b = side(law, values, [&](size_t i) { return law.equations[first + i].second; }, count);
    // As many digits as tell them apart.
    unsigned digits = 6;
    while (digits < 17 && element(a, results, digits) == element(b, results, digits))
      ++digits;
    return text + left.str() + " is " + element(a, results, digits) + ", but " + right.str() + " is " +
           element(b, results, digits);
  }
  auto a = side(
      law, values, [&](size_t i) { return law.admitted[i].first; },
      std::min(results.size(), law.admitted.size()));
  return text + left.str() + (a.empty() ? " fails" : " is " + element(a, results));
}

} // namespace weft::prove
