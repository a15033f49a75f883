#include "dialects/weft/TieForms.h"
#include "dialects/weft/FlopCounter.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static bool dependsOnIndex(Value number) {
  if (isa<BlockArgument>(number))
    return true;
  return llvm::any_of(number.getDefiningOp()->getOperands(), dependsOnIndex);
}

// Sums of indices times numbers; pairs and injections are sums too.
static bool isAffine(Value position) {
  if (isa<BlockArgument>(position))
    return true;
  Operation *op = position.getDefiningOp();
  if (isa<ConstantOp, SizeOp>(op))
    return true;
  if (isa<PairOp, InjectOp, ConvertOp, IndexOp>(op))
    return llvm::all_of(op->getOperands(), isAffine);
  auto apply = dyn_cast<ApplyOp>(op);
  if (!apply)
    return false;
  switch (apply.getFunction()) {
  case Function::add:
  case Function::sub:
  case Function::neg:
    return llvm::all_of(apply.getValues(), isAffine);
  case Function::mul:
    return llvm::all_of(apply.getValues(), isAffine) && llvm::count_if(apply.getValues(), dependsOnIndex) < 2;
  default:
    return false;
  }
}

// The read that a clause is, when its positions are affine.
static ReadOp affineRead(EquationOp equation, unsigned clause) {
  auto read = equation.define(clause).getValue().getDefiningOp<ReadOp>();
  bool plain = read && read.getOtherwise().empty() && llvm::all_of(read.getPositions(), isAffine);
  return plain ? read : ReadOp();
}

// How the positions of a read permute the indices of its clause: none when they are anything else.
static std::optional<SmallVector<unsigned>> permutation(EquationOp equation, ReadOp read) {
  if (!llvm::equal(equation.define(0).getPositions(), equation.indices(0)) ||
      read.getPositions().size() != equation.indices(0).size())
    return std::nullopt;
  SmallVector<unsigned> order;
  for (Value position : read.getPositions()) {
    auto index = dyn_cast<BlockArgument>(position);
    if (!index || llvm::is_contained(order, index.getArgNumber()))
      return std::nullopt;
    order.push_back(index.getArgNumber());
  }
  return order;
}

TieForm formOf(TiesOp ties, StringRef path, Value wire) {
  if (auto stored = dyn_cast<BlockArgument>(wire))
    return cast<StringAttr>(ties.getWeightNames()[stored.getArgNumber()]) == path ? TieForm::own
                                                                                  : TieForm::alias;
  auto equation = wire.getDefiningOp<EquationOp>();
  unsigned clauses = equation.getClauses().size();
  auto isComputed = [](Value part) { return !storedBehind(part); };
  for (unsigned clause = 0; clause < clauses; ++clause)
    if (!affineRead(equation, clause))
      return TieForm::computed;
  // Of several parts each is looked at.
  if (clauses > 1 && llvm::any_of(equation.getWires(), isComputed))
    return TieForm::computed;
  std::optional<SmallVector<unsigned>> order;
  if (clauses == 1)
    order = permutation(equation, affineRead(equation, 0));
  if (!order)
    return TieForm::affine;
  size_t moved = 0;
  for (auto [to, from] : llvm::enumerate(*order))
    moved += to != from;
  return moved == 0 ? TieForm::alias : moved == 2 ? TieForm::transposed : TieForm::permuted;
}

BlockArgument storedBehind(Value wire) {
  while (!isa<BlockArgument>(wire)) {
    auto equation = wire.getDefiningOp<EquationOp>();
    bool isView =
        equation.getWires().size() == 1 && equation.getClauses().size() == 1 && affineRead(equation, 0);
    if (!isView)
      return {};
    wire = equation.getWires().front();
  }
  return cast<BlockArgument>(wire);
}

std::optional<Size> flopsBehind(Value wire, const AxisTable &axes) {
  llvm::SetVector<Value> behind;
  behind.insert(wire);
  std::optional<Size> total = Size(0);
  for (size_t i = 0; i < behind.size() && total; ++i)
    if (auto equation = behind[i].getDefiningOp<EquationOp>()) {
      std::optional<Size> count = countFlops(equation, axes);
      total = count ? add(*total, *count) : std::nullopt;
      behind.insert(equation.getWires().begin(), equation.getWires().end());
    }
  return total;
}

std::string formText(TieOp tie) {
  std::string text = stringifyTieForm(tie.getForm()).str();
  if (tie.getForm() == TieForm::own || tie.getForm() == TieForm::computed)
    return text;
  auto ties = cast<TiesOp>(tie->getParentOp());
  text += tie.getForm() == TieForm::alias ? "" : " view";
  if (BlockArgument stored = storedBehind(tie.getWire()))
    text += " of " + cast<StringAttr>(ties.getWeightNames()[stored.getArgNumber()]).str();
  return text;
}

TiesOp tiesOf(ModuleOp module, StringRef network) {
  for (TiesOp ties : module.getOps<TiesOp>())
    if (ties.getNetwork() == network)
      return ties;
  return {};
}

} // namespace weft
