#include "compiler/draw/EquationKind.h"

#include "compiler/draw/EquationText.h"
#include "dialects/weft/FoldAlgorithms.h"

using namespace mlir;

namespace weft {

// One component, combined by `+`: what Σ says.
static bool isAddition(MonoidOp monoid) {
  if (!monoid || monoid.getComponents().size() != 1)
    return false;
  Block &block = monoid.getCombine().front();
  auto add = block.getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
  return add && add.getFunction() == Function::add && isa<BlockArgument>(add.getValues()[0]) &&
         isa<BlockArgument>(add.getValues()[1]) && add.getValues()[0] != add.getValues()[1];
}

static MonoidOp monoidOf(FoldOp fold) {
  return SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
}

// The folds of an equation that stand in no other fold.
static SmallVector<FoldOp> outerFolds(EquationOp equation) {
  SmallVector<FoldOp> folds;
  equation->walk<WalkOrder::PreOrder>([&](FoldOp fold) {
    folds.push_back(fold);
    return WalkResult::skip();
  });
  return folds;
}

// A prefix of an index, of arguments that do not depend on that index: what costs a scan.
static bool isScan(EquationOp equation, FoldOp fold) {
  if (fold.getMask().empty() || fold.indices().size() != 1)
    return false;
  auto order = fold.getMask().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
  if (!order || order.getValues().size() != 2)
    return false;
  Function function = order.getFunction();
  if (function != Function::lt && function != Function::le && function != Function::gt &&
      function != Function::ge)
    return false;
  Value own = fold.getMask().front().getArgument(0), other;
  for (Value value : order.getValues())
    if (value != own)
      other = value;
  auto index = dyn_cast_or_null<BlockArgument>(other);
  if (!index || index.getOwner()->getParentOp() != equation)
    return false;
  bool depends = false;
  fold.getArguments().walk([&](Operation *op) { depends |= llvm::is_contained(op->getOperands(), index); });
  return !depends;
}

// How a law is known, after its status.
static std::string howOf(MonoidOp monoid, StringRef law) {
  auto status = monoid.getLaws().getAs<StringAttr>(law);
  return status ? status.getValue().split(' ').second.str() : "";
}

static void addLaws(MonoidOp monoid, draw::Node &node) {
  static constexpr std::pair<const char *, const char *> shown[] = {
      {"associative", "assoc"}, {"unit", "unit"}, {"commutative", "comm"}, {"idempotent", "idem"}};
  if (!monoid)
    return;
  for (auto [law, badge] : shown) {
    StringRef status = monoid.law(law);
    if (monoid.licenses(law))
      node.facts.laws.push_back({badge, status.str(), howOf(monoid, law)});
  }
  bool grouped = monoid.licenses("associative"), moved = monoid.licenses("commutative");
  node.facts.licence = !grouped ? "the written order" : moved ? "any tree, any order" : "any tree, in order";
  if (monoid.licenses("idempotent"))
    node.facts.licence += ", elements may count twice";
}

// What was decided of all folds of the equation, the inner ones too: the same of one monoid once.
static void addAlgorithms(EquationOp equation, draw::Node &node) {
  equation->walk<WalkOrder::PreOrder>([&](FoldOp fold) {
    std::optional<ArrayAttr> schedules = fold.getSchedules();
    if (!schedules)
      return;
    for (auto schedule : schedules->getAsRange<ScheduleAttr>()) {
      draw::Algorithm algorithm;
      algorithm.fold = fold.getMonoid().str();
      algorithm.part = schedule.getPart().str();
      algorithm.name = nameOf(schedule.getAlgorithm());
      algorithm.reason = schedule.getReason().str();
      for (StringAttr text : schedule.getRefused())
        algorithm.refused.push_back(text.str());
      node.facts.algorithms.push_back(std::move(algorithm));
    }
  });
}

static std::string baseName(StringRef symbol) { return symbol.split('[').first.str(); }

static void describeFolds(EquationOp equation, ArrayRef<FoldOp> folds, const AxisIndices &axes,
                          draw::Node &node) {
  FoldOp main;
  for (FoldOp fold : folds)
    if (!main && !isAddition(monoidOf(fold)))
      main = fold;
  if (main) {
    node.kind = isScan(equation, main) ? draw::NodeKind::scan : draw::NodeKind::fold;
    node.label = baseName(main.getMonoid());
    node.sub = foldIndicesText(equation, main);
    addLaws(monoidOf(main), node);
    return;
  }
  node.kind = isScan(equation, folds.front()) ? draw::NodeKind::scan : draw::NodeKind::contraction;
  node.label = "Σ";
  for (FoldOp fold : folds)
    for (auto [index, name] : llvm::zip(fold.indices(), foldIndices(fold)))
      if (node.indices.size() < 6) {
        node.indices.push_back(name);
        node.summed.push_back(axes[cast<ObjectType>(index.getType()).getElement().getValue()]);
      }
  addLaws(monoidOf(folds.front()), node);
}

// A read of a whole wire, index for index.
static bool isWholeRead(EquationOp equation, Value value) {
  auto read = value.getDefiningOp<ReadOp>();
  auto indices = equation.indices(0);
  if (!read || !read.getOtherwise().empty() || read.getPositions().size() != indices.size())
    return false;
  for (auto [position, index] : llvm::zip(read.getPositions(), indices))
    if (position != index)
      return false;
  return true;
}

// One point operation on two whole wires: `h = x + y`.
static bool describeCircle(EquationOp equation, draw::Node &node) {
  auto apply = equation.define(0).getValue().getDefiningOp<ApplyOp>();
  if (!apply || equation.getWires().size() != 2 || apply.getValues().size() != 2 || node.weights)
    return false;
  const char *sign = apply.getFunction() == Function::add      ? "+"
                     : apply.getFunction() == Function::mul    ? "×"
                     : apply.getFunction() == Function::sub    ? "−"
                     : apply.getFunction() == Function::divide ? "÷"
                                                               : nullptr;
  for (unsigned i = 0; i < 2 && sign; ++i) {
    auto read = apply.getValues()[i].getDefiningOp<ReadOp>();
    if (!isWholeRead(equation, apply.getValues()[i]) || read.getWire() != equation.wireArgument(0, i))
      sign = nullptr;
  }
  if (!sign)
    return false;
  node.kind = draw::NodeKind::sum;
  node.label = sign;
  node.commutes = apply.getFunction() == Function::add || apply.getFunction() == Function::mul;
  return true;
}

void describeEquation(EquationOp equation, const AxisIndices &axes, draw::Node &node) {
  node.facts.equation = equationText(equation);
  SmallVector<FoldOp> folds = outerFolds(equation);
  bool single = equation.getClauses().size() == 1;
  if (!folds.empty()) {
    addAlgorithms(equation, node);
    describeFolds(equation, folds, axes, node);
    if (single && node.kind == draw::NodeKind::contraction)
      node.sub = shortText(equation, equation.define(0).getValue(), folds);
    return;
  }
  if (single && describeCircle(equation, node))
    return;
  node.kind = draw::NodeKind::point;
  node.label = equation.getName().str();
  Value value = equation.define(0).getValue();
  auto read = value.getDefiningOp<ReadOp>();
  std::string text = equation.getClauses().size() > 1
                         ? std::to_string(equation.getClauses().size()) + " cases"
                     : read ? node.facts.equation
                            : shortText(equation, value);
  if (single && read)
    text = text.substr(text.find(" = ") + 3);
  node.sub = text;
}

} // namespace weft
