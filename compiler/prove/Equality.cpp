// Two morphisms are equal when their normal forms are, up to names, or when these are the same algebra
// (AlgebraicForm). Otherwise they are evaluated at drawn points of small sizes: a difference refutes;
// agreement at all of them is what the verdict says, with their number, and where all of it is rational with
// what that guarantees.
#include "compiler/prove/AlgebraicForm.h"
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/ExactEvaluation.h"
#include "compiler/prove/NetworkPoint.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/IR/IRMapping.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace weft::prove {

// Of the points the first ones have plain numbers, which read well when they refute; some have tensors of one
// sign, since what stands behind a ramp or a maximum may show on one side alone. In double, small networks
// are evaluated at more of them.
static constexpr unsigned trials = 8, plainTrials = 2, firstOneSided = 6, trialsOfSmall = 32;
static constexpr int64_t mostOfSmall = 2'000; // elements drawn
static bool isOneSided(unsigned trial) { return trial >= firstOneSided && trial % 4 >= 2; }
static bool isWide(unsigned trial) { return trial >= plainTrials && !isOneSided(trial); }

// Weights and inputs that a witness lists.
static constexpr unsigned mostListed = 8;

// All negative, then every other tensor.
static void takeSide(reference::Array &array, unsigned trial, unsigned tensor) {
  if (!isOneSided(trial))
    return;
  bool isNegative = trial % 4 == 2 || tensor % 2;
  for (double &real : array.reals)
    real = isNegative ? -std::abs(real) : std::abs(real);
}

// The relative error that shows how far rounding leads: much more than double's.
static constexpr double rounding = 0x1p-40;

// Wide numbers where they are evaluated exactly, for what that guarantees; in double such as overflow
// nothing.
static Reals realsOf(unsigned trial, bool isExact) {
  static constexpr Reals scales[] = {Reals::one, Reals::eight, Reals::many};
  return trial < plainTrials ? Reals::plain : isExact ? Reals::wide : scales[trial % 3];
}

namespace {

class SameNetworks {
public:
  bool run(NetworkOp a, NetworkOp b) {
    for (unsigned i = 0; i < a.inputCount(); ++i)
      map.map(a.input(i), b.input(i));
    for (unsigned i = 0; i < a.weightCount(); ++i)
      for (unsigned j = 0; j < b.weightCount(); ++j)
        if (a.getWeightNames()[i] == b.getWeightNames()[j])
          map.map(a.weight(i), b.weight(j));
    return operations(a.block(), b.block());
  }

private:
  bool operations(Block &a, Block &b) {
    if (a.getOperations().size() != b.getOperations().size())
      return false;
    return llvm::all_of(llvm::zip(a, b),
                        [&](auto pair) { return same(std::get<0>(pair), std::get<1>(pair)); });
  }

  bool regions(Operation &a, Operation &b) {
    for (auto [x, y] : llvm::zip(a.getRegions(), b.getRegions())) {
      if (x.empty() != y.empty())
        return false;
      if (x.empty())
        continue;
      if (x.front().getArgumentTypes() != y.front().getArgumentTypes())
        return false;
      map.map(x.front().getArguments(), y.front().getArguments());
      if (!operations(x.front(), y.front()))
        return false;
    }
    return true;
  }

  static DictionaryAttr withoutNames(Operation &op) {
    SmallVector<NamedAttribute> kept;
    for (NamedAttribute attribute : op.getAttrDictionary())
      if (!llvm::is_contained({"name", "names", "index_names", "text"}, attribute.getName().getValue()))
        kept.push_back(attribute);
    return DictionaryAttr::get(op.getContext(), kept);
  }

  bool operands(Operation &a, Operation &b) {
    auto mapped = [&](Value x, Value y) { return map.lookupOrNull(x) == y; };
    bool inOrder = a.getNumOperands() == b.getNumOperands() &&
                   llvm::all_of(llvm::zip(a.getOperands(), b.getOperands()),
                                [&](auto pair) { return mapped(std::get<0>(pair), std::get<1>(pair)); });
    auto apply = dyn_cast<ApplyOp>(a);
    bool commutes = apply && llvm::is_contained({Function::add, Function::mul, Function::min, Function::max,
                                                 Function::eq, Function::ne},
                                                apply.getFunction());
    return inOrder || (commutes && b.getNumOperands() == 2 && mapped(a.getOperand(0), b.getOperand(1)) &&
                       mapped(a.getOperand(1), b.getOperand(0)));
  }

  // An equation lists the wires that it reads in any order.
  bool sameEquations(EquationOp a, EquationOp b) {
    if (a.getResult().getType() != b.getResult().getType() || a.getWires().size() != b.getWires().size() ||
        a.getClauses().size() != b.getClauses().size())
      return false;
    SmallVector<unsigned> places;
    for (Value wire : a.getWires()) {
      auto place = llvm::find(b.getWires(), map.lookupOrNull(wire));
      if (place == b.getWires().end())
        return false;
      places.push_back(std::distance(b.getWires().begin(), place));
    }
    for (unsigned clause = 0; clause < a.getClauses().size(); ++clause) {
      ArrayRef<BlockArgument> indices = a.indices(clause), others = b.indices(clause);
      if (TypeRange(ValueRange(indices)) != TypeRange(ValueRange(others)))
        return false;
      map.map(ValueRange(indices), ValueRange(others));
      for (auto [i, place] : llvm::enumerate(places))
        map.map(a.wireArgument(clause, i), b.wireArgument(clause, place));
      if (!operations(a.getClauses()[clause].front(), b.getClauses()[clause].front()))
        return false;
    }
    map.map(a.getResult(), b.getResult());
    return true;
  }

  bool same(Operation &a, Operation &b) {
    if (auto equation = dyn_cast<EquationOp>(a); equation && isa<EquationOp>(b))
      return sameEquations(equation, cast<EquationOp>(b));
    if (a.getName() != b.getName() || a.getNumRegions() != b.getNumRegions() ||
        a.getResultTypes() != b.getResultTypes() || withoutNames(a) != withoutNames(b) || !operands(a, b) ||
        !regions(a, b))
      return false;
    map.map(a.getResults(), b.getResults());
    return true;
  }

  IRMapping map;
};

class Comparison {
public:
  Comparison(ModuleOp program, MorphismOp f, MorphismOp g) : program(program), f(f), g(g) {}

  ClaimVerdict run();

private:
  std::string otherEdge();
  std::string otherWeights();
  bool sameNormalForm();
  bool sameAlgebra();
  ClaimVerdict evaluate();
  /// False when the point says nothing; a difference is in `verdict` otherwise.
  bool evaluateAt(unsigned trial, ClaimVerdict &verdict);
  bool draw(unsigned trial, Reals reals, reference::Call &left, reference::Call &right, std::string &point);
  /// None where the point says nothing; empty where they agree.
  std::optional<std::string> exactDifference(const reference::Call &left, const reference::Call &right);
  std::optional<std::string> doubleDifference(reference::Call left, reference::Call right, Reals reals);

  ModuleOp program;
  MorphismOp f, g;
  // With all boxes inlined.
  OwningOpRef<ModuleOp> leftModule, rightModule;
  NetworkOp leftNetwork, rightNetwork;
  bool isExact = false; // the points so far were evaluated exactly, but for plain ones that are undefined
  unsigned exactPlain = 0, exactWide = 0;
  int64_t drawn = 0;   // elements of the largest point
  unsigned degree = 0; // of the difference of the two
};

} // namespace

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
        return fmt::format("{} `{}` has another type than `{}`", what, a.name, b.name);
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
    if (!right.count(path) || right[path] != type)
      return fmt::format("weight `{}` of `{}` is {}", path, f.getSymName().str(),
                         right.count(path) ? "of another type in the other" : "missing in the other");
  for (auto &[path, type] : right)
    if (!left.count(path))
      return fmt::format("weight `{}` of `{}` is missing in the other", path, g.getSymName().str());
  return "";
}

bool Comparison::sameNormalForm() {
  OwningOpRef<ModuleOp> left = networkOf(program, f.getSymName(), true),
                        right = networkOf(program, g.getSymName(), true);
  auto a = left ? left->lookupSymbol<NetworkOp>(f.getSymName()) : NetworkOp();
  auto b = right ? right->lookupSymbol<NetworkOp>(g.getSymName()) : NetworkOp();
  return a && b && SameNetworks().run(a, b);
}

bool Comparison::sameAlgebra() {
  leftModule = networkOf(program, f.getSymName(), false);
  rightModule = networkOf(program, g.getSymName(), false);
  leftNetwork = leftModule ? leftModule->lookupSymbol<NetworkOp>(f.getSymName()) : NetworkOp();
  rightNetwork = rightModule ? rightModule->lookupSymbol<NetworkOp>(g.getSymName()) : NetworkOp();
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
  AxisTable axes(program);
  auto a = evaluateExactly(leftNetwork, axes, left.sizes, left.inputs, left.weights);
  auto b = a ? evaluateExactly(rightNetwork, axes, right.sizes, right.inputs, right.weights) : std::nullopt;
  if (!a || !b)
    return std::nullopt;
  for (size_t i = 0; i < a->size(); ++i) {
    std::optional<unsigned> here = degreeOfAgreement((*a)[i], (*b)[i]);
    if (!here) {
      std::string shown = firstDifference(reference::evaluate(program, f.getSymName(), left),
                                          reference::evaluate(program, g.getSymName(), right));
      return shown.empty() ? fmt::format("output {} differs, in exact numbers", i + 1) : shown;
    }
    degree = std::max(degree, *here);
  }
  return "";
}

std::optional<std::string> Comparison::doubleDifference(reference::Call left, reference::Call right,
                                                        Reals reals) {
  auto evaluated = [&](MorphismOp m, const reference::Call &call) {
    return reference::evaluate(program, m.getSymName(), call);
  };
  reference::Outcome x = evaluated(f, left), y = evaluated(g, right);
  if (x.failure || y.failure)
    return std::nullopt;
  Tolerance tolerance;
  tolerance.infinities = reals == Reals::one;
  std::string difference = firstDifference(x, y, tolerance);
  if (difference.empty())
    return difference;
  left.jitter = right.jitter = rounding;
  reference::Outcome movedLeft = evaluated(f, left), movedRight = evaluated(g, right);
  if (movedLeft.failure || movedRight.failure)
    return std::nullopt;
  tolerance.movedLeft = &movedLeft;
  tolerance.movedRight = &movedRight;
  return firstDifference(x, y, tolerance);
}

bool Comparison::draw(unsigned trial, Reals reals, reference::Call &left, reference::Call &right,
                      std::string &point) {
  PointSource source(program, 1 + trial);
  left.sizes = source.sizes(trial);
  int64_t elements = 0;
  unsigned tensors = 0, listed = 0;
  auto show = [&](StringRef name, const reference::Array &array) {
    if (++listed <= mostListed)
      point += (point.empty() ? "" : ", ") + shown(name, array);
    else if (listed == mostListed + 1)
      point += ", …";
  };
  for (const OccurrenceWeight &weight : weightsOf(f)) {
    std::optional<reference::Array> array = source.draw(weight.type, left.sizes, reals);
    elements += array ? array->reals.size() + array->integers.size() : mostDrawn;
    if (elements > mostDrawn)
      return false;
    takeSide(*array, trial, tensors++);
    show(weight.path, *array);
    left.weights[weight.path] = std::move(*array);
  }
  right = left;
  std::vector<EdgePart> inputs = edgeParts(f.getInputNames(), f.getInputTypes());
  for (auto [a, b] : llvm::zip(inputs, edgeParts(g.getInputNames(), g.getInputTypes()))) {
    std::optional<reference::Array> array = source.draw(a.type, left.sizes, reals);
    if (!array)
      return false;
    takeSide(*array, trial, tensors++);
    show(a.name, *array);
    elements += array->reals.size() + array->integers.size();
    right.inputs[b.name] = *array;
    left.inputs[a.name] = std::move(*array);
  }
  drawn = std::max(drawn, elements);
  return true;
}

bool Comparison::evaluateAt(unsigned trial, ClaimVerdict &verdict) {
  std::optional<std::string> difference;
  std::string point;
  for (bool exactly : {true, false}) {
    if (difference || (exactly && !isExact))
      continue;
    Reals reals = realsOf(trial, exactly);
    reference::Call left, right;
    point.clear();
    if (!draw(trial, reals, left, right, point))
      return false;
    difference = exactly ? exactDifference(left, right) : doubleDifference(left, right, reals);
    (isWide(trial) ? exactWide : exactPlain) += exactly && difference;
    // A plain point may be one where something is undefined.
    isExact &= !exactly || difference.has_value() || trial < plainTrials;
  }
  if (difference && !difference->empty()) {
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = "with " + point + ": " + *difference;
  }
  return difference.has_value();
}

// What agreement at points says: two different polynomials of degree d agree at a number drawn for each
// variable from S with chance d / |S| at the most.
static std::string guarantee(unsigned degree, unsigned points) {
  if (degree == 0)
    return "";
  double each = std::log10(static_cast<double>(degree) / PointSource::wideReals);
  return fmt::format("; different ones of degree {} would agree there by chance 10^{}", degree,
                     static_cast<int>(std::ceil(points * each)));
}

ClaimVerdict Comparison::evaluate() {
  ClaimVerdict verdict;
  unsigned points = 0;
  for (unsigned trial = 0; trial < (isExact || drawn > mostOfSmall ? trials : trialsOfSmall); ++trial) {
    points += evaluateAt(trial, verdict);
    if (verdict.status == ClaimVerdict::Status::refuted)
      return verdict;
  }
  if (!points) {
    verdict.how = "the normal forms differ, and the networks are too large to evaluate, or undefined at the "
                  "drawn points";
    return verdict;
  }
  verdict.status = ClaimVerdict::Status::evaluated;
  verdict.how = isExact && exactWide ? fmt::format("exactly at {} drawn points of small sizes{}",
                                                   exactPlain + exactWide, guarantee(degree, exactWide))
                                     : fmt::format("at {} drawn points of small sizes, in double", points);
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
