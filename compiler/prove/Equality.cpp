// Two morphisms are equal when their normal forms are, up to names, or when these are the same algebra
// (AlgebraicForm). Otherwise they are evaluated at drawn points: of small sizes, and where sizes or numbers
// decide between cases, also around the numbers that the programs name. A difference refutes; agreement at
// all of them is what the verdict says, with their number, and where all of it is rational with what that
// guarantees.
#include "compiler/prove/AlgebraicForm.h"
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/ExactEvaluation.h"
#include "compiler/prove/SameNetworks.h"
#include "compiler/prove/Trials.h"
#include "dialects/weft/WeightPaths.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace weft::prove {

// Weights and inputs that a witness lists.
static constexpr unsigned mostListed = 8;

namespace {

class Comparison {
public:
  Comparison(ModuleOp program, MorphismOp f, MorphismOp g) : program(program), f(f), g(g), axes(program) {}

  ClaimVerdict run();

private:
  std::string otherEdge();
  std::string otherWeights();
  bool sameNormalForm();
  bool sameAlgebra();
  ClaimVerdict evaluate();
  void count(const Trial &trial);
  std::string guarantee() const;
  bool hasValueCases() const;
  unsigned tensorCount();
  /// False when the point says nothing; a difference is in `verdict` otherwise.
  bool evaluateAt(const Trial &trial, ClaimVerdict &verdict);
  bool draw(const Trial &trial, Numbers numbers, reference::Call &left, reference::Call &right,
            std::string &point);
  /// None where the point says nothing; empty where they agree.
  std::optional<std::string> exactDifference(const reference::Call &left, const reference::Call &right);
  std::optional<std::string> doubleDifference(const reference::Call &left, const reference::Call &right);

  ModuleOp program;
  MorphismOp f, g;
  AxisTable axes;
  // With all boxes inlined, and in normal form.
  OwningOpRef<ModuleOp> leftModule, rightModule, leftNormal, rightNormal;
  NetworkOp leftNetwork, rightNetwork;
  NamedNumbers named;
  size_t stepsInBounds = mostStepsInBounds; // that are left
  bool isExact = false;  // the points so far were evaluated exactly, but for plain ones that are undefined
  bool hasCases = false; // that drawn numbers decide between, at the exact points
  unsigned exactSmall = 0, exactNear = 0;
  std::map<std::map<std::string, int64_t>, unsigned> exactWide; // by the sizes of what the networks use
  int64_t drawn = 0;                                            // elements of the largest point
  unsigned degree = 0;                                          // of the difference of the two
};

} // namespace

static std::string typeText(ObjectType type) {
  std::string axes;
  for (StringAttr axis : type.getAxes())
    axes += (axes.empty() ? "" : ", ") + axis.str();
  return type.getElement().str() + (axes.empty() ? "" : "[" + axes + "]");
}

std::string Comparison::otherEdge() {
  for (bool inputs : {true, false}) {
    auto parts = [&](MorphismOp m) {
      return inputs ? edgeParts(m.getInputNames(), m.getInputTypes())
                    : edgeParts(m.getOutputNames(), m.getOutputTypes());
    };
    std::vector<EdgePart> left = parts(f), right = parts(g);
    const char *what = inputs ? "input" : "output";
    if (left.size() != right.size())
      return fmt::format("{} {}s and {}", left.size(), what, right.size());
    for (auto [a, b] : llvm::zip(left, right))
      if (a.type != b.type)
        return fmt::format("{} `{}` is `{}`, and `{}` in the other is `{}`", what, a.name, typeText(a.type),
                           b.name, typeText(b.type));
  }
  return "";
}

std::string Comparison::otherWeights() {
  std::map<std::string, ObjectType> left, right;
  for (const OccurrenceWeight &weight : weightsOf(f))
    left[weight.path] = weight.type;
  for (const OccurrenceWeight &weight : weightsOf(g))
    right[weight.path] = weight.type;
  for (auto &[path, type] : left)
    if (!right.count(path))
      return fmt::format("weight `{}` of `{}` is missing in the other", path, f.getSymName().str());
    else if (right[path] != type)
      return fmt::format("weight `{}` of `{}` is `{}`, and `{}` in the other", path, f.getSymName().str(),
                         typeText(type), typeText(right[path]));
  for (auto &[path, type] : right)
    if (!left.count(path))
      return fmt::format("weight `{}` of `{}` is missing in the other", path, g.getSymName().str());
  return "";
}

static NetworkOp networkIn(const OwningOpRef<ModuleOp> &module, MorphismOp morphism) {
  return module ? module.get().lookupSymbol<NetworkOp>(morphism.getSymName()) : NetworkOp();
}

bool Comparison::sameNormalForm() {
  leftNormal = networkOf(program, f.getSymName(), true);
  rightNormal = networkOf(program, g.getSymName(), true);
  NetworkOp a = networkIn(leftNormal, f), b = networkIn(rightNormal, g);
  return a && b && areSame(a, b);
}

bool Comparison::sameAlgebra() {
  leftModule = networkOf(program, f.getSymName(), false);
  rightModule = networkOf(program, g.getSymName(), false);
  leftNetwork = networkIn(leftModule, f);
  rightNetwork = networkIn(rightModule, g);
  isExact = leftNetwork && rightNetwork;
  if (!isExact)
    return false;
  TextNumbers numbers;
  auto first = algebraicForm(leftNetwork, numbers), second = algebraicForm(rightNetwork, numbers);
  return first && second && *first == *second;
}

// In rational numbers, where both are rational functions.
std::optional<std::string> Comparison::exactDifference(const reference::Call &left,
                                                       const reference::Call &right) {
  auto a = evaluateExactly(leftNetwork, axes, left.sizes, left.inputs, left.weights);
  auto b = a ? evaluateExactly(rightNetwork, axes, right.sizes, right.inputs, right.weights) : std::nullopt;
  if (!a || !b)
    return std::nullopt;
  hasCases |= a->hasCases || b->hasCases;
  for (size_t i = 0; i < a->arrays.size(); ++i) {
    std::optional<unsigned> here = degreeOfAgreement(a->arrays[i], b->arrays[i]);
    if (!here) {
      std::string shown = firstDifference(reference::evaluate(program, f.getSymName(), left),
                                          reference::evaluate(program, g.getSymName(), right));
      return shown.empty() ? fmt::format("output {} differs, in exact numbers", i + 1) : shown;
    }
    degree = std::max(degree, *here);
  }
  return "";
}

// What double shows is a difference where it is one in bounds. Nothing is said where rounding may have made
// it.
std::optional<std::string> Comparison::doubleDifference(const reference::Call &left,
                                                        const reference::Call &right) {
  reference::Outcome x = reference::evaluate(program, f.getSymName(), left);
  reference::Outcome y = reference::evaluate(program, g.getSymName(), right);
  if (x.failure || y.failure)
    return std::nullopt;
  if (firstDifference(x, y).empty())
    return "";
  auto inBounds = [&](NetworkOp network, const reference::Call &call) {
    return network ? evaluateInBounds(network, axes, call.sizes, call.inputs, call.weights, stepsInBounds)
                   : std::nullopt;
  };
  std::optional<BoundArrays> a = inBounds(leftNetwork, left), b = inBounds(rightNetwork, right);
  if (!a || !b)
    return std::nullopt;
  BothInBounds bounds{std::move(*a), std::move(*b)};
  std::string difference = firstDifference(x, y, &bounds);
  return difference.empty() ? std::nullopt : std::optional(difference);
}

bool Comparison::draw(const Trial &trial, Numbers numbers, reference::Call &left, reference::Call &right,
                      std::string &point) {
  PointSource source(program, trial.seed);
  source.setNamed(named.numbers);
  left.sizes = trial.sizes;
  for (const std::string &axis : named.openAxes)
    point += fmt::format("{}#{} = {}", point.empty() ? "" : ", ", axis, left.sizes[axis]);
  int64_t elements = 0;
  unsigned tensors = 0, listed = 0;
  auto show = [&](StringRef name, const reference::Array &array) {
    if (++listed <= mostListed)
      point += (point.empty() ? "" : ", ") + shown(name, array);
    else if (listed == mostListed + 1)
      point += ", …";
  };
  auto settle = [&](reference::Array &array, ObjectType type) {
    trial.takeSide(array, tensors);
    if (auto held = trial.held.find(tensors); held != trial.held.end())
      source.fill(array, type, left.sizes, held->second);
    ++tensors;
  };
  for (const OccurrenceWeight &weight : weightsOf(f)) {
    std::optional<reference::Array> array = source.draw(weight.type, left.sizes, numbers);
    elements += array ? array->reals.size() + array->integers.size() : mostDrawn;
    if (elements > mostDrawn)
      return false;
    settle(*array, weight.type);
    show(weight.path, *array);
    left.weights[weight.path] = std::move(*array);
  }
  right = left;
  std::vector<EdgePart> inputs = edgeParts(f.getInputNames(), f.getInputTypes());
  for (auto [a, b] : llvm::zip(inputs, edgeParts(g.getInputNames(), g.getInputTypes()))) {
    std::optional<reference::Array> array = source.draw(a.type, left.sizes, numbers);
    if (!array)
      return false;
    settle(*array, a.type);
    show(a.name, *array);
    elements += array->reals.size() + array->integers.size();
    right.inputs[b.name] = *array;
    left.inputs[a.name] = std::move(*array);
  }
  drawn = std::max(drawn, elements);
  return true;
}

bool Comparison::evaluateAt(const Trial &trial, ClaimVerdict &verdict) {
  std::optional<std::string> difference;
  std::string point;
  for (bool exactly : {true, false}) {
    if (difference || (exactly && !isExact))
      continue;
    Numbers numbers = exactly ? trial.exact : trial.inDouble;
    reference::Call left, right;
    point.clear();
    if (!draw(trial, numbers, left, right, point))
      return false;
    difference = exactly ? exactDifference(left, right) : doubleDifference(left, right);
    if (exactly && difference)
      count(trial);
    // A plain point, or one that is near, may be one where something is undefined.
    isExact &= !exactly || difference.has_value() || trial.exact != Numbers::wide || trial.isNear;
  }
  if (difference && !difference->empty()) {
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = "with " + point + ": " + *difference;
  }
  return difference.has_value();
}

// An exact point that agreed.
void Comparison::count(const Trial &trial) {
  if (trial.isNear) {
    ++exactNear;
    return;
  }
  ++exactSmall;
  if (trial.exact != Numbers::wide || trial.sign != Trial::Sign::any)
    return;
  std::map<std::string, int64_t> sizes;
  for (auto &[axis, size] : trial.sizes)
    if (named.openAxes.count(axis))
      sizes[axis] = size;
  ++exactWide[sizes];
}

// What agreement at points says: two different polynomials of degree d agree at a number drawn for each
// variable from S with chance d / |S| at the most. Other sizes make other polynomials.
std::string Comparison::guarantee() const {
  if (degree == 0 || exactWide.empty())
    return "";
  unsigned points = smallTrials;
  for (auto &[sizes, count] : exactWide)
    points = std::min(points, count);
  double each = std::log10(static_cast<double>(degree) / PointSource::wideReals);
  return fmt::format("; {}different ones of degree {} would agree {} by chance 10^{}",
                     hasCases ? "on the pieces where the points lie " : "", degree,
                     named.openAxes.empty() ? "there" : "at one of these sizes",
                     static_cast<int>(std::ceil(points * each)));
}

// What agreement in double leaves open.
static std::string unseen() {
  return fmt::format(", in double, which sees no difference up to 10^{} of the greater value, or of 1",
                     std::lround(std::log10(leastDifference)));
}

// Whether the numbers that are drawn may decide between cases. Exact evaluation has seen it.
bool Comparison::hasValueCases() const { return isExact ? hasCases : named.hasCases || named.hasIntegers; }

unsigned Comparison::tensorCount() {
  return weightsOf(f).size() + edgeParts(f.getInputNames(), f.getInputTypes()).size();
}

ClaimVerdict Comparison::evaluate() {
  ClaimVerdict verdict;
  named = namedNumbers({leftNetwork, rightNetwork, networkIn(leftNormal, f), networkIn(rightNormal, g)});
  unsigned points = 0, near = 0;
  for (unsigned number = 0; number < (isExact || drawn > mostOfSmall ? smallTrials : smallTrialsInDouble);
       ++number) {
    points += evaluateAt(smallTrial(program, number), verdict);
    if (verdict.status == ClaimVerdict::Status::refuted)
      return verdict;
  }
  auto disagree = [&](llvm::ArrayRef<Trial> trials) {
    return llvm::any_of(trials, [&](const Trial &trial) {
      near += evaluateAt(trial, verdict);
      return verdict.status == ClaimVerdict::Status::refuted;
    });
  };
  bool isSmall = drawn <= mostOfSmall;
  // Other sizes may lead to cases that these do not have.
  if (disagree(shapeTrials(program, leftNetwork, rightNetwork, named)) ||
      disagree(sizeTrials(program, leftNetwork, rightNetwork, named)) ||
      (hasValueCases() && disagree(numberTrials(program, leftNetwork, rightNetwork, isSmall))) ||
      (hasValueCases() && isSmall &&
       disagree(constantTrials(program, leftNetwork, rightNetwork, named, tensorCount()))))
    return verdict;
  if (!points && !near) {
    verdict.how =
        "the normal forms differ, and the networks are too large to evaluate, or undefined or decided "
        "by rounding at the drawn points";
    return verdict;
  }
  verdict.status = ClaimVerdict::Status::evaluated;
  bool exactly = isExact && !exactWide.empty();
  unsigned others = exactly ? exactNear : near;
  verdict.how = fmt::format(
      "{}at {} drawn points of small sizes{}{}", exactly ? "exactly " : "", exactly ? exactSmall : points,
      others ? fmt::format(" and at {} others", others) : "", exactly ? guarantee() : unseen());
  return verdict;
}

ClaimVerdict Comparison::run() {
  ClaimVerdict verdict;
  verdict.witness = otherEdge();
  if (verdict.witness.empty())
    verdict.witness = otherWeights();
  if (!verdict.witness.empty()) {
    verdict.status = ClaimVerdict::Status::refuted;
    return verdict;
  }
  if (!sameNormalForm() && !sameAlgebra())
    return evaluate();
  verdict.status = ClaimVerdict::Status::proved;
  verdict.how = "by normal form";
  return verdict;
}

ClaimVerdict decideEquality(ModuleOp program, StringRef f, StringRef g) {
  auto left = program.lookupSymbol<MorphismOp>(f), right = program.lookupSymbol<MorphismOp>(g);
  return left && right ? Comparison(program, left, right).run() : ClaimVerdict();
}

} // namespace weft::prove
