// An operation reads all elements of a wire:
//
//   y[i, f] = … t[i] …                                at the equation's own indices
//   y[v] = M[e within (begin[v], end[v])](… s[e] …)   at the elements of sorted keys, each of which has a key
//   begin, end, order, sorted = segments t            as keys
//   t in order                                        by who reads all of that, which has the same elements
//   scan over A elements(t)                           element by element, where the body reads all of one
//
// and it reads it first: what comes later runs when all were found to be in range.
#include "compiler/target/cpu/IndexReaders.h"
#include "compiler/target/cpu/FoldExit.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// Whether a wire is a list in order.
static bool isInOrder(Value wire, Value list) {
  auto ordered = wire.getDefiningOp<InOrderOp>();
  return ordered && ordered.getElements() == list;
}

namespace {

class ReaderFinder {
public:
  ReaderFinder(const AxisTable &axes, llvm::function_ref<bool(EquationOp)> isByElements)
      : axes(axes), isByElements(isByElements) {}

  // The operation of the block that reads the wire first, if it reads all of it.
  Operation *find(Value wire, Block &block) {
    Operation *first = nullptr;
    for (Operation *user : readersOf(wire)) {
      Operation *here = block.findAncestorOpInBlock(*user);
      if (here && (!first || here->isBeforeInBlock(first)))
        first = here;
    }
    return first && readsAll(first, wire) ? first : nullptr;
  }

private:
  bool readsAll(Operation *op, Value wire) {
    if (auto equation = dyn_cast<EquationOp>(op))
      return readsPlainly(equation, wire) && llvm::any_of(readsOf(equation, wire), [&](Operation *read) {
               return meetsAll(cast<ReadOp>(read), equation);
             });
    if (auto scan = dyn_cast<ScanOp>(op))
      return scansAll(scan, wire);
    auto segments = dyn_cast<SegmentsOp>(op);
    return segments && segments.getKeys() == wire && isa<NetworkOp>(op->getParentOp());
  }

  // A list in order is read by who reads it, and copied before.
  static SmallVector<Operation *> readersOf(Value wire) {
    SmallVector<Operation *> readers;
    for (Operation *user : wire.getUsers())
      if (auto ordered = dyn_cast<InOrderOp>(user))
        llvm::append_range(readers, ordered.getResult().getUsers());
      else
        readers.push_back(user);
    return readers;
  }

  static SmallVector<Operation *> readsOf(EquationOp equation, Value wire) {
    SmallVector<Operation *> reads;
    for (auto [number, given] : llvm::enumerate(equation.getWires()))
      if (given == wire || isInOrder(given, wire))
        llvm::append_range(reads, equation.wireArgument(0, number).getUsers());
    return reads;
  }

  // By reads alone that look at one element each.
  bool readsPlainly(EquationOp equation, Value wire) {
    return equation.getClauses().size() == 1 && isByElements(equation) &&
           llvm::all_of(readsOf(equation, wire), [](Operation *user) {
             auto read = dyn_cast<ReadOp>(user);
             return read && read.getOtherwise().empty();
           });
  }

  bool meetsAll(ReadOp read, EquationOp equation) {
    if (auto fold = dyn_cast<FoldOp>(read->getParentOp()))
      return meetsAllOfKeys(read, fold, equation);
    if (read->getParentOp() != equation)
      return false;
    llvm::SmallDenseSet<Value> seen;
    for (Value position : read.getPositions())
      if (!llvm::is_contained(equation.indices(0), position) || !seen.insert(position).second)
        return false;
    return surelyRun(equation, seen);
  }

  // Whether the other indices take a value, whatever the open axes are.
  bool surelyRun(EquationOp equation, const llvm::SmallDenseSet<Value> &seen) {
    return llvm::all_of(equation.indices(0), [&](BlockArgument index) {
      return seen.contains(index) || axes.size(objectOf(index).getElement()).lowerBound().value_or(0) > 0;
    });
  }

  // Each element stands behind one key, which is an index of the axis: the folds of all its indices meet all.
  bool meetsAllOfKeys(ReadOp read, FoldOp fold, EquationOp equation) {
    bool isWhole = fold->getParentOp() == equation && fold.isRanged() && fold.indices().size() == 1 &&
                   fold.getMask().empty() && read->getParentRegion() == &fold.getArguments() &&
                   !findExit(fold);
    if (!isWhole || read.getPositions().size() != 1 || !isElement(read.getPositions()[0], fold))
      return false;
    auto low = fold.getRange()[0].getDefiningOp<ReadOp>();
    auto bounds = low ? dyn_cast<BlockArgument>(low.getWire()) : BlockArgument();
    if (!bounds || low.getPositions().size() != 1 || !isWireOf(bounds, equation))
      return false;
    auto index = dyn_cast<BlockArgument>(low.getPositions()[0]);
    auto segments = wireOf(bounds, equation).getDefiningOp<SegmentsOp>();
    if (!segments || !index || !llvm::is_contained(equation.indices(0), index))
      return false;
    ObjectType keys = objectOf(segments.getKeys());
    return keys.rank() == 1 && keys.getElement() == objectOf(index).getElement() &&
           surelyRun(equation, {index});
  }

  static bool isWireOf(BlockArgument argument, EquationOp equation) {
    return argument.getOwner() == &equation.getClauses()[0].front() &&
           argument.getArgNumber() >= equation.indices(0).size();
  }
  static Value wireOf(BlockArgument argument, EquationOp equation) {
    return equation.getWires()[argument.getArgNumber() - equation.indices(0).size()];
  }

  // The fold's index, or what the order of its keys makes of it.
  static bool isElement(Value value, FoldOp fold) {
    if (auto choice = value.getDefiningOp<IfOp>())
      value = choice.getThenRegion().front().getTerminator()->getOperand(0);
    return value == fold.indices()[0];
  }

  // The body reads it in equations alone, which look at what they read themselves.
  bool scansAll(ScanOp scan, Value wire) {
    unsigned number = llvm::find(scan.getElements(), wire) - scan.getElements().begin();
    bool isElement =
        number < scan.getElements().size() &&
        llvm::all_of(
            wire.getUsers(), [&](Operation *user) { return user == scan || !scan->isAncestor(user); });
    if (!isElement || llvm::count(scan->getOperands(), wire) != 1)
      return false;
    BlockArgument element = scan.block().getArgument(scan.getStates().size() + number);
    bool isPlain = llvm::all_of(element.getUsers(), [&](Operation *user) {
      auto equation = dyn_cast<EquationOp>(user);
      return equation && readsPlainly(equation, element);
    });
    return isPlain && find(element, scan.block());
  }

  const AxisTable &axes;
  llvm::function_ref<bool(EquationOp)> isByElements;
};

} // namespace

static bool isComparison(ApplyOp apply) { return objectOf(apply.getResult()).isBool(); }

// Of what divides, the dividend is harmless above a constant.
static bool dividesBy(ApplyOp apply, Value value) {
  bool divides = apply.getFunction() == Function::div || apply.getFunction() == Function::mod;
  return divides && (value == apply.getValues()[1] || !apply.getValues()[1].getDefiningOp<ConstantOp>());
}

bool mayBeAddress(Value index) {
  llvm::SmallSetVector<Value, 8> values;
  values.insert(index);
  for (unsigned i = 0; i < values.size(); ++i)
    for (OpOperand &use : values[i].getUses()) {
      Operation *user = use.getOwner();
      auto apply = dyn_cast<ApplyOp>(user);
      auto define = dyn_cast<DefineOp>(user);
      if (isa<ReadOp, FoldOp>(user) || (apply && dividesBy(apply, values[i])) ||
          (define && define.getValue() != values[i]))
        return true;
      if (isa<YieldOp>(user) && isa<IfOp, FoldOp>(user->getParentOp()))
        user = user->getParentOp();
      if (!define && !(apply && isComparison(apply)) && user->getNumResults() == 1)
        values.insert(user->getResult(0));
    }
  return false;
}

IndexReaders::IndexReaders(NetworkOp network, const AxisTable &axes,
                           llvm::function_ref<bool(EquationOp)> isByElements) {
  for (unsigned i = 0; i < network.inputCount(); ++i) {
    Value input = network.input(i);
    if (!objectOf(input).isIndex())
      continue;
    if (Operation *reader = ReaderFinder(axes, isByElements).find(input, network.block())) {
      readers[input] = reader;
      inputs[reader].push_back(input);
      for (Operation *user : input.getUsers())
        if (isa<InOrderOp>(user))
          inputs[reader].push_back(user->getResult(0));
    }
  }
}

ArrayRef<Value> IndexReaders::checkedBy(Operation *op) const {
  auto found = inputs.find(op);
  return found == inputs.end() ? ArrayRef<Value>() : ArrayRef<Value>(found->second);
}

} // namespace weft
