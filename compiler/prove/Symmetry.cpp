// Equivariance under permutations of an axis is a free theorem of index notation: it holds when no index of
// the axis is inspected (two of them may be compared for being the same) or put together from parts, and what
// folds over it commutes. Where the theorem does not apply, a permutation that breaks the claim is looked
// for.
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/NetworkPoint.h"
#include "dialects/weft/WeightPaths.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>
#include <numeric>

using namespace mlir;

namespace weft::prove {

namespace {

// A permutation of an axis moves the elements of all axes that are made of it.
class Action {
public:
  Action(const AxisTable &axes, StringRef axis) : axes(axes), axis(axis) {}

  StringRef movedAxis() const { return axis; }
  bool moves(StringRef other) const {
    const AxisTable::Axis *found = axes.find(other);
    return other == axis ||
           (found && llvm::any_of(found->parts, [&](const std::string &part) { return moves(part); }));
  }
  /// Indices are moved themselves, tensors along their axes.
  bool movesIndex(ObjectType type) const { return type.isIndex() && moves(type.getElement()); }
  bool movesAlong(ObjectType type) const {
    return llvm::any_of(type.getAxes(), [&](StringAttr other) { return moves(other); });
  }
  /// Where an element of `other` goes; `to` says it of the axis itself.
  int64_t target(StringRef other, int64_t element, ArrayRef<int64_t> to,
                 llvm::function_ref<int64_t(StringRef)> sizeOf) const;

private:
  const AxisTable &axes;
  StringRef axis;
};

class FreeTheorem {
public:
  explicit FreeTheorem(const Action &action) : action(action) {}

  /// Why the theorem does not apply; empty when it does.
  std::string obstacle(NetworkOp network);

private:
  bool isMoved(Value value) const {
    auto type = dyn_cast<ObjectType>(value.getType());
    return type && action.movesIndex(type);
  }
  std::string inspect(Operation *op);
  std::string inspectAll(Operation *root);
  std::string inspectFold(FoldOp fold);
  std::string inspectRead(ReadOp read);

  const Action &action;
  llvm::DenseSet<Operation *> seen; // what is called, and monoids
};

} // namespace

int64_t Action::target(StringRef other, int64_t element, ArrayRef<int64_t> to,
                       llvm::function_ref<int64_t(StringRef)> sizeOf) const {
  if (other == axis)
    return to[element];
  if (!moves(other))
    return element;
  const AxisTable::Axis &whole = axes.get(other);
  if (whole.kind == AxisKind::sum) {
    int64_t first = 0;
    for (const std::string &part : whole.parts) {
      int64_t size = sizeOf(part);
      if (element < first + size)
        return first + target(part, element - first, to, sizeOf);
      first += size;
    }
    return element;
  }
  int64_t result = 0, stride = 1;
  for (const std::string &part : llvm::reverse(whole.parts)) {
    int64_t size = sizeOf(part);
    result += stride * target(part, element % size, to, sizeOf);
    element /= size;
    stride *= size;
  }
  return result;
}

std::string FreeTheorem::inspectFold(FoldOp fold) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  if (llvm::any_of(fold.indices(), [&](BlockArgument index) { return isMoved(index); }) &&
      !monoid.licenses("commutative"))
    return "`" + monoid.getSymName().str() + "` folds over the axis, and is not known to be commutative";
  std::string found = inspectAll(monoid);
  return found.empty() ? "" : "in monoid `" + monoid.getSymName().str() + "` " + found;
}

std::string FreeTheorem::inspectRead(ReadOp read) {
  auto wire = cast<ObjectType>(read.getWire().getType());
  for (auto [position, along] : llvm::zip(read.getPositions(), wire.getAxes()))
    if (action.moves(along) && !isMoved(position))
      return "the axis is read at a number";
  return "";
}

std::string FreeTheorem::inspect(Operation *op) {
  // Of the axis itself, not of one that it is a part of.
  auto isMade = [&](Value made) {
    return cast<ObjectType>(made.getType()).getElement() == action.movedAxis();
  };
  return TypeSwitch<Operation *, std::string>(op)
      .Case([&](ScanOp scan) {
        return action.moves(scan.getAxis()) && !scan.getStates().empty()
                   ? "a loop goes along the axis in order"
                   : "";
      })
      .Case([&](FoldOp fold) { return inspectFold(fold); })
      .Case([&](ReadOp read) { return inspectRead(read); })
      .Case([&](CallOp call) {
        return inspectAll(SymbolTable::lookupNearestSymbolFrom(call, call.getCalleeAttr()));
      })
      .Case([&](ApplyOp apply) {
        bool equality = apply.getFunction() == Function::eq || apply.getFunction() == Function::ne ||
                        apply.getFunction() == Function::select;
        return !equality && llvm::any_of(apply.getValues(), [&](Value v) { return isMoved(v); })
                   ? "an index of the axis is compared by order"
                   : "";
      })
      .Case([&](ConvertOp convert) {
        return isMoved(convert.getValue()) ? "an index of the axis is used as a number" : "";
      })
      .Case<PairOp, InjectOp>([&](auto made) {
        return isMade(made.getResult()) ? "an element of the axis is put together from its parts" : "";
      })
      .Case<IndexOp, ConstantOp>([&](auto named) {
        return isMoved(named.getResult()) ? "an element of the axis is named by its number" : "";
      })
      .Default(std::string());
}

// Once, however often it is used.
std::string FreeTheorem::inspectAll(Operation *root) {
  std::string found;
  if (!root || !seen.insert(root).second)
    return found;
  root->walk([&](Operation *op) {
    found = op == root ? "" : inspect(op);
    return found.empty() ? WalkResult::advance() : WalkResult::interrupt();
  });
  return found;
}

std::string FreeTheorem::obstacle(NetworkOp network) {
  for (unsigned i = 0; i < network.weightCount(); ++i) {
    auto type = cast<ObjectType>(network.weight(i).getType());
    if (action.movesAlong(type) || action.movesIndex(type))
      return "weight `" + cast<StringAttr>(network.getWeightNames()[i]).str() +
             "` has a value for each element of the axis";
  }
  return inspectAll(network);
}

namespace {

// Evaluates the morphism on inputs and on permuted inputs.
class Counterexample {
public:
  Counterexample(ModuleOp program, MorphismOp morphism, NetworkOp network, const Action &action,
                 bool invariant)
      : program(program), morphism(morphism), network(network), action(action), invariant(invariant),
        axes(program) {}

  std::string find();

private:
  using Permutation = std::vector<int64_t>;

  std::string at(unsigned trial);
  int64_t target(StringRef other, int64_t element, const Permutation &to) const;
  std::vector<size_t> targetsOf(const std::vector<int64_t> &shape, ObjectType type,
                                const Permutation &to) const;
  reference::Array permuted(const reference::Array &array, ObjectType type, const Permutation &to) const;
  ArrayOf<Bounds> permuted(const ArrayOf<Bounds> &array, ObjectType type, const Permutation &to) const;
  std::string difference(const reference::Call &call, const reference::Call &moved, const Permutation &to);

  ModuleOp program;
  MorphismOp morphism;
  NetworkOp network;
  const Action &action;
  bool invariant;
  AxisTable axes;
  std::function<int64_t(StringRef)> sizeOf; // at the point at hand
  size_t stepsInBounds = mostStepsInBounds; // that are left
};

} // namespace

int64_t Counterexample::target(StringRef other, int64_t element, const Permutation &to) const {
  return action.target(other, element, to, sizeOf);
}

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
      target += stride * this->target(type.getAxes()[d], i, to);
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
      result.integers[target] = action.movesIndex(type)
                                    ? this->target(type.getElement(), array.integers[element], to)
                                    : array.integers[element];
  return result;
}

ArrayOf<Bounds> Counterexample::permuted(const ArrayOf<Bounds> &array, ObjectType type,
                                         const Permutation &to) const {
  ArrayOf<Bounds> result = array;
  for (auto [element, target] : llvm::enumerate(targetsOf(array.shape, type, to))) {
    const Bounds &value = array.elements[element];
    std::optional<int64_t> index = decided(value);
    result.elements[target] = !action.movesIndex(type) ? value
                              : index ? boundsOfInteger(this->target(type.getElement(), *index, to))
                                      : unknownBounds();
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

// A turn by one and an exchange of two elements are made in turn: all permutations are made of these.
std::string Counterexample::at(unsigned trial) {
  PointSource source(program, 100 + trial);
  StringRef axis = action.movedAxis();
  // Among few numbers are equal ones, which show what goes by the order.
  Numbers numbers = trial % 2 ? Numbers::few : Numbers::plain;
  bool turns = trial % 4 < 2;
  reference::Call call;
  call.sizes = source.sizes(trial);
  if (call.sizes.count(axis.str()))
    call.sizes[axis.str()] = 2 + trial % 3;
  sizeOf = [&](StringRef other) { return source.sizeOf(other, call.sizes).value_or(1); };
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
  std::rotate(to.begin(), to.begin() + 1, turns ? to.end() : to.begin() + 2);
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
  if (found.empty())
    return "";
  return fmt::format("with {}, and {}: {}", point,
                     turns ? fmt::format("`{}` turned by one", axis.str())
                           : fmt::format("the first two elements of `{}` exchanged", axis.str()),
                     found);
}

std::string Counterexample::find() {
  for (unsigned trial = 0; trial < 12; ++trial)
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
  Action action(axes, axis);
  verdict.how = FreeTheorem(action).obstacle(network);
  if (invariant && verdict.how.empty())
    for (const EdgePart &part : edgeParts(morphism.getOutputNames(), morphism.getOutputTypes()))
      if (action.movesIndex(part.type) || action.movesAlong(part.type))
        verdict.how = "output `" + part.name + "` is indexed by the axis, so that it moves along";
  if (verdict.how.empty()) {
    verdict.status = ClaimVerdict::Status::proved;
    verdict.how = "by index notation";
    return verdict;
  }
  verdict.witness = Counterexample(program, morphism, network, action, invariant).find();
  if (!verdict.witness.empty())
    verdict.status = ClaimVerdict::Status::refuted;
  return verdict;
}

} // namespace weft::prove
