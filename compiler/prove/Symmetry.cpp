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
  Counterexample(ModuleOp program, MorphismOp morphism, StringRef axis, bool invariant)
      : program(program), morphism(morphism), axis(axis), invariant(invariant), axes(program) {}

  std::string find();

private:
  std::string at(unsigned trial);
  reference::Array permuted(const reference::Array &array, ObjectType type,
                            const std::vector<int64_t> &to) const;

  ModuleOp program;
  MorphismOp morphism;
  StringRef axis;
  bool invariant;
  AxisTable axes;
};

} // namespace

// The element at i goes to to[i], and an index i of the axis becomes to[i].
reference::Array Counterexample::permuted(const reference::Array &array, ObjectType type,
                                          const std::vector<int64_t> &to) const {
  reference::Array result = array;
  size_t count = std::max(array.reals.size(), array.integers.size());
  for (size_t element = 0; element < count; ++element) {
    size_t rest = element, target = 0, stride = 1;
    for (size_t d = array.shape.size(); d-- > 0;) {
      size_t i = rest % array.shape[d];
      rest /= array.shape[d];
      target += stride * (type.getAxes()[d] == axis ? to[i] : i);
      stride *= array.shape[d];
    }
    if (!array.reals.empty())
      result.reals[target] = array.reals[element];
    else
      result.integers[target] =
          type.isIndex() && type.getElement() == axis ? to[array.integers[element]] : array.integers[element];
  }
  return result;
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
  std::vector<int64_t> to(*size);
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
  reference::Outcome before = reference::evaluate(program, morphism.getSymName(), call);
  reference::Outcome after = reference::evaluate(program, morphism.getSymName(), moved);
  if (before.failure || after.failure)
    return "";
  std::vector<EdgePart> outputs = edgeParts(morphism.getOutputNames(), morphism.getOutputTypes());
  for (auto [output, part] : llvm::zip(before.outputs, outputs))
    if (!invariant)
      output.second = permuted(output.second, part.type, to);
  std::string difference = firstDifference(before, after);
  return difference.empty()
             ? ""
             : fmt::format("with {}, and `{}` turned by one: {}", point, axis.str(), difference);
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
  verdict.witness = Counterexample(program, morphism, axis, invariant).find();
  if (!verdict.witness.empty())
    verdict.status = ClaimVerdict::Status::refuted;
  return verdict;
}

} // namespace weft::prove
