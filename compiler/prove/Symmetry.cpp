// Equivariance under permutations of an axis is a free theorem of index notation: it holds when no index of
// the axis is inspected (two of them may be compared for being the same), and what folds over it commutes.
// Where the theorem does not apply, a permutation that breaks the claim is looked for.
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/NetworkPoint.h"
#include "dialects/weft/WeightPaths.h"

#include <fmt/format.h>
#include <numeric>

using namespace mlir;

namespace weft::prove {

namespace {

class FreeTheorem {
public:
  FreeTheorem(const AxisTable &axes, StringRef axis) : axes(axes), axis(axis) {}

  /// Why the theorem does not apply; empty when it does.
  std::string obstacle(NetworkOp network);

private:
  bool contains(StringRef other) const {
    const AxisTable::Axis *found = axes.find(other);
    return found && other != axis && llvm::is_contained(found->parts, axis.str());
  }
  bool isOfAxis(Value value) const {
    auto type = dyn_cast<ObjectType>(value.getType());
    return type && type.isIndex() && (type.getElement() == axis || contains(type.getElement().getValue()));
  }
  std::string inspect(Operation *op);

  const AxisTable &axes;
  StringRef axis;
};

} // namespace

std::string FreeTheorem::inspect(Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return scan.getAxis() == axis && !scan.getStates().empty() ? "a loop goes along the axis in order" : "";
  if (auto fold = dyn_cast<FoldOp>(op)) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    bool overAxis = llvm::any_of(fold.indices(), [&](BlockArgument index) { return isOfAxis(index); });
    return overAxis && !monoid.licenses("commutative")
               ? "`" + monoid.getSymName().str() + "` folds over the axis, and is not known to be commutative"
               : "";
  }
  if (auto apply = dyn_cast<ApplyOp>(op)) {
    bool equality = apply.getFunction() == Function::eq || apply.getFunction() == Function::ne ||
                    apply.getFunction() == Function::select;
    return !equality && llvm::any_of(apply.getValues(), [&](Value v) { return isOfAxis(v); })
               ? "an index of the axis is compared by order"
               : "";
  }
  if (auto read = dyn_cast<ReadOp>(op)) {
    auto wire = cast<ObjectType>(read.getWire().getType());
    for (auto [position, along] : llvm::zip(read.getPositions(), wire.getAxes()))
      if ((along == axis || contains(along.getValue())) && !isOfAxis(position))
        return "the axis is read at a number";
    return "";
  }
  if (auto convert = dyn_cast<ConvertOp>(op))
    return isOfAxis(convert.getValue()) ? "an index of the axis is used as a number" : "";
  if (isa<IndexOp, ConstantOp>(op))
    return isOfAxis(op->getResult(0)) ? "an element of the axis is named by its number" : "";
  return "";
}

std::string FreeTheorem::obstacle(NetworkOp network) {
  for (unsigned i = 0; i < network.weightCount(); ++i) {
    auto type = cast<ObjectType>(network.weight(i).getType());
    bool over =
        llvm::any_of(type.getAxes(), [&](StringAttr a) { return a == axis || contains(a.getValue()); });
    if (over || type.getElement() == axis)
      return "weight `" + cast<StringAttr>(network.getWeightNames()[i]).str() +
             "` has a value for each element of the axis";
  }
  std::string found;
  network.walk([&](Operation *op) {
    found = inspect(op);
    return found.empty() ? WalkResult::advance() : WalkResult::interrupt();
  });
  return found;
}

namespace {

// Evaluates the morphism on inputs and on permuted inputs.
class Counterexample {
public:
  Counterexample(ModuleOp program, MorphismOp morphism, NetworkOp network, StringRef axis, bool invariant)
      : program(program), morphism(morphism), network(network), axis(axis), invariant(invariant),
        axes(program) {}

  std::string find();

private:
  using Permutation = std::vector<int64_t>;

  std::string at(unsigned trial);
  bool isOfAxis(ObjectType type) const { return type.isIndex() && type.getElement() == axis; }
  std::vector<size_t> targetsOf(const std::vector<int64_t> &shape, ObjectType type,
                                const Permutation &to) const;
  reference::Array permuted(const reference::Array &array, ObjectType type, const Permutation &to) const;
  ArrayOf<Bounds> permuted(const ArrayOf<Bounds> &array, ObjectType type, const Permutation &to) const;
  std::string difference(const reference::Call &call, const reference::Call &moved, const Permutation &to);

  ModuleOp program;
  MorphismOp morphism;
  NetworkOp network;
  StringRef axis;
  bool invariant;
  AxisTable axes;
  size_t stepsInBounds = mostStepsInBounds; // that are left
};

} // namespace

// The element at i goes to to[i].
std::vector<size_t> Counterexample::targetsOf(const std::vector<int64_t> &shape, ObjectType type,
                                              const Permutation &to) const {
  size_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<size_t> targets;
  for (size_t element = 0; element < count; ++element) {
    size_t rest = element, target = 0, stride = 1;
    for (size_t d = shape.size(); d-- > 0;) {
      size_t i = rest % shape[d];
      rest /= shape[d];
      target += stride * (type.getAxes()[d] == axis ? to[i] : i);
      stride *= shape[d];
    }
    targets.push_back(target);
  }
  return targets;
}

// An index i of the axis becomes to[i].
reference::Array Counterexample::permuted(const reference::Array &array, ObjectType type,
                                          const Permutation &to) const {
  reference::Array result = array;
  for (auto [element, target] : llvm::enumerate(targetsOf(array.shape, type, to)))
    if (!array.reals.empty())
      result.reals[target] = array.reals[element];
    else
      result.integers[target] = isOfAxis(type) ? to[array.integers[element]] : array.integers[element];
  return result;
}

ArrayOf<Bounds> Counterexample::permuted(const ArrayOf<Bounds> &array, ObjectType type,
                                         const Permutation &to) const {
  ArrayOf<Bounds> result = array;
  for (auto [element, target] : llvm::enumerate(targetsOf(array.shape, type, to))) {
    const Bounds &value = array.elements[element];
    std::optional<int64_t> index = decided(value);
    bool isMoved = isOfAxis(type);
    result.elements[target] = !isMoved ? value : index ? boundsOfInteger(to[*index]) : unknownBounds();
  }
  return result;
}

// Rounding may have made what differs in double.
std::string Counterexample::difference(const reference::Call &call, const reference::Call &moved,
                                       const Permutation &to) {
  std::vector<EdgePart> outputs = edgeParts(morphism.getOutputNames(), morphism.getOutputTypes());
  reference::Outcome before = reference::evaluate(program, morphism.getSymName(), call);
  reference::Outcome after = reference::evaluate(program, morphism.getSymName(), moved);
  if (before.failure || after.failure)
    return "";
  for (auto [output, part] : llvm::zip(before.outputs, outputs))
    if (!invariant)
      output.second = permuted(output.second, part.type, to);
  if (firstDifference(before, after).empty())
    return "";
  auto inBounds = [&](const reference::Call &at) {
    return evaluateInBounds(network, axes, at.sizes, at.inputs, at.weights, stepsInBounds);
  };
  std::optional<BoundArrays> a = inBounds(call), b = inBounds(moved);
  if (!a || !b)
    return "";
  for (auto [output, part] : llvm::zip(*a, outputs))
    if (!invariant)
      output = permuted(output, part.type, to);
  BothInBounds bounds{std::move(*a), std::move(*b)};
  return firstDifference(before, after, &bounds);
}

std::string Counterexample::at(unsigned trial) {
  PointSource source(program, 100 + trial);
  // Among few numbers are equal ones, which show what goes by the order.
  Numbers numbers = trial % 2 ? Numbers::few : Numbers::plain;
  reference::Call call;
  call.sizes = source.sizes(trial);
  if (call.sizes.count(axis.str()))
    call.sizes[axis.str()] = 2 + trial % 3;
  std::optional<int64_t> size = source.sizeOf(axis, call.sizes);
  if (!size || *size < 2 || *size > 64)
    return "";
  int64_t weights = 0;
  for (const OccurrenceWeight &weight : weightsOf(morphism)) {
    std::optional<reference::Array> array = source.draw(weight.type, call.sizes, numbers);
    weights += array ? array->reals.size() + array->integers.size() : mostDrawn;
    if (weights > mostDrawn)
      return "";
    call.weights[weight.path] = std::move(*array);
  }
  Permutation to(*size);
  std::iota(to.begin(), to.end(), 0);
  std::rotate(to.begin(), to.begin() + 1, to.end());
  reference::Call moved = call;
  std::string point;
  for (const EdgePart &part : edgeParts(morphism.getInputNames(), morphism.getInputTypes())) {
    std::optional<reference::Array> array = source.draw(part.type, call.sizes, numbers);
    if (!array)
      return "";
    point += (point.empty() ? "" : ", ") + shown(part.name, *array);
    moved.inputs[part.name] = permuted(*array, part.type, to);
    call.inputs[part.name] = std::move(*array);
  }
  std::string found = difference(call, moved, to);
  return found.empty() ? "" : fmt::format("with {}, and `{}` turned by one: {}", point, axis.str(), found);
}

std::string Counterexample::find() {
  for (unsigned trial = 0; trial < 6; ++trial)
    if (std::string found = at(trial); !found.empty())
      return found;
  return "";
}

ClaimVerdict decideSymmetry(ModuleOp program, StringRef f, StringRef axis, bool invariant) {
  ClaimVerdict verdict;
  auto morphism = program.lookupSymbol<MorphismOp>(f);
  OwningOpRef<ModuleOp> module = morphism ? networkOf(program, f, false) : nullptr;
  auto network = module ? module->lookupSymbol<NetworkOp>(f) : NetworkOp();
  if (!network)
    return verdict;
  AxisTable axes(*module);
  verdict.how = FreeTheorem(axes, axis).obstacle(network);
  if (invariant && verdict.how.empty())
    for (const EdgePart &part : edgeParts(morphism.getOutputNames(), morphism.getOutputTypes()))
      if (part.type.getElement() == axis || llvm::is_contained(part.type.getAxes(), axis))
        verdict.how = "output `" + part.name + "` is indexed by the axis, so that it moves along";
  if (verdict.how.empty()) {
    verdict.status = ClaimVerdict::Status::proved;
    verdict.how = "by index notation";
    return verdict;
  }
  verdict.witness = Counterexample(program, morphism, network, axis, invariant).find();
  if (!verdict.witness.empty())
    verdict.status = ClaimVerdict::Status::refuted;
  return verdict;
}

} // namespace weft::prove
