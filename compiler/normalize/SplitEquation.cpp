#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/Totality.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

SmallVector<EquationOp> equationsOf(Operation *program) {
  SmallVector<EquationOp> equations;
  program->walk([&](EquationOp equation) {
    if (!equation->getParentOfType<TiesOp>())
      equations.push_back(equation);
  });
  return equations;
}

// The region of the equation in which an operation or block stands, however deep.
static Region *clauseOf(Region *region, EquationOp equation) {
  while (region->getParentOp() != equation)
    region = region->getParentOp()->getParentRegion();
  return region;
}

static size_t indexCount(Region *region, EquationOp equation) {
  size_t count = region->getNumArguments();
  return region->getParentOp() == equation ? count - equation.getWires().size() : count;
}

SmallVector<BlockArgument> indicesInForce(Operation *op, EquationOp equation) {
  SmallVector<BlockArgument> indices;
  for (Region *region = op->getParentRegion();; region = region->getParentOp()->getParentRegion()) {
    auto arguments = region->getArguments().take_front(indexCount(region, equation));
    indices.insert(indices.begin(), arguments.begin(), arguments.end());
    if (region->getParentOp() == equation)
      return indices;
  }
}

// Everything that a value is computed from, values inside regions included.
static void slice(Value value, llvm::SetVector<Value> &values) {
  SmallVector<Value> todo{value};
  while (!todo.empty()) {
    Value next = todo.pop_back_val();
    if (!values.insert(next))
      continue;
    if (Operation *op = next.getDefiningOp()) {
      llvm::append_range(todo, op->getOperands());
      llvm::SetVector<Value> captured;
      getUsedValuesDefinedAbove(op->getRegions(), captured);
      llvm::append_range(todo, captured);
    }
  }
}

SmallVector<BlockArgument> indicesOf(Value value, EquationOp equation) {
  llvm::SetVector<Value> values;
  slice(value, values);
  Operation *where = value.getDefiningOp() ? value.getDefiningOp() : &value.getParentBlock()->front();
  return llvm::filter_to_vector(indicesInForce(where, equation),
                                [&](BlockArgument index) { return values.contains(index); });
}

bool dependsOn(Value value, BlockArgument index, EquationOp equation) {
  return value == index || (value.getDefiningOp() && llvm::is_contained(indicesOf(value, equation), index));
}

void splitProduct(Value value, SmallVectorImpl<Value> &factors) {
  auto product = value.getDefiningOp<ApplyOp>();
  if (!product || product.getFunction() != Function::mul)
    return factors.push_back(value);
  for (Value factor : product.getValues())
    splitProduct(factor, factors);
}

void forEachPart(Value value, llvm::function_ref<void(Operation *)> visit) {
  llvm::SetVector<Value> values;
  slice(value, values);
  for (Value part : values)
    if (Operation *op = part.getDefiningOp())
      op->walk(visit);
}

bool isTotal(Value value) {
  bool total = true;
  forEachPart(value, [&](Operation *op) { total &= isTotalOperation(op); });
  return total;
}

bool isOfWeights(Value wire) {
  if (auto argument = dyn_cast<BlockArgument>(wire)) {
    Operation *around = argument.getOwner()->getParentOp();
    if (auto network = dyn_cast<NetworkOp>(around))
      return argument.getArgNumber() >= network.inputCount();
    auto scan = dyn_cast<ScanOp>(around);
    unsigned states = scan ? scan.getStates().size() : 0;
    return scan && argument.getArgNumber() >= states &&
           isOfWeights(scan.getElements()[argument.getArgNumber() - states]);
  }
  auto equation = wire.getDefiningOp<EquationOp>();
  return equation && llvm::all_of(equation.getWires(), isOfWeights);
}

bool isConditional(Operation *op, EquationOp equation) {
  for (Region *region = op->getParentRegion(); region->getParentOp() != equation;
       region = region->getParentOp()->getParentRegion()) {
    auto fold = dyn_cast<FoldOp>(region->getParentOp());
    if (!fold || !fold.getMask().empty())
      return true;
  }
  return false;
}

SmallVector<BlockArgument> addWire(EquationOp equation, Value wire) {
  equation->insertOperands(equation->getNumOperands(), wire);
  equation.removeNamesAttr();
  SmallVector<BlockArgument> arguments;
  for (Region &clause : equation.getClauses())
    arguments.push_back(clause.front().addArgument(wire.getType(), wire.getLoc()));
  return arguments;
}

Value copySlice(OpBuilder &builder, Value value, IRMapping &map) {
  struct Task {
    Value value;
    bool ready;
  };
  SmallVector<Task> tasks{{value, false}};
  while (!tasks.empty()) {
    Task task = tasks.pop_back_val();
    if (map.contains(task.value))
      continue;
    Operation *op = task.value.getDefiningOp();
    if (task.ready) {
      builder.clone(*op, map);
      continue;
    }
    tasks.push_back({task.value, true});
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    for (Value needed : captured)
      tasks.push_back({needed, false});
    for (Value needed : op->getOperands())
      tasks.push_back({needed, false});
  }
  return map.lookup(value);
}

// Indices as the positions of the longest read that has nothing but indices stand; others before them.
static void orderAsRead(Value value, SmallVector<BlockArgument> &indices) {
  ReadOp longest;
  forEachPart(value, [&](Operation *part) {
    auto read = dyn_cast<ReadOp>(part);
    if (read && (!longest || read.getPositions().size() > longest.getPositions().size()) &&
        llvm::all_of(read.getPositions(),
                     [&](Value position) { return llvm::is_contained(indices, position); }))
      longest = read;
  });
  if (!longest)
    return;
  SmallVector<BlockArgument> ordered = llvm::filter_to_vector(
      indices, [&](BlockArgument index) { return !llvm::is_contained(longest.getPositions(), index); });
  for (Value position : longest.getPositions())
    if (!llvm::is_contained(ordered, position))
      ordered.push_back(cast<BlockArgument>(position));
  indices = ordered;
}

Value splitOut(EquationOp equation, Value value, AxisOrder order) {
  SmallVector<BlockArgument> indices = indicesOf(value, equation);
  if (order == AxisOrder::asRead)
    orderAsRead(value, indices);
  Location location = value.getLoc();
  SmallVector<StringAttr> axes =
      llvm::map_to_vector(indices, [](BlockArgument index) { return objectOf(index).getElement(); });
  OpBuilder builder(equation);
  auto part = EquationOp::create(builder, location, objectOf(value).over(axes), equation.getNameAttr(),
                                 nullptr, nullptr, equation.getWires(), 1);
  Region *clause = clauseOf(value.getParentRegion(), equation);
  Block *block = builder.createBlock(&part.getClauses()[0]);
  IRMapping map;
  SmallVector<Value> positions;
  for (BlockArgument index : indices) {
    positions.push_back(block->addArgument(index.getType(), location));
    map.map(index, positions.back());
  }
  for (unsigned i = 0; i < equation.getWires().size(); ++i)
    map.map(equation.wireArgument(clause->getRegionNumber(), i),
            block->addArgument(equation.getWires()[i].getType(), location));
  DefineOp::create(builder, location, copySlice(builder, value, map), positions);
  prune(part);

  BlockArgument argument = addWire(equation, part.getResult())[clause->getRegionNumber()];
  OpBuilder inside(value.getDefiningOp());
  Value read = ReadOp::create(inside, location, value.getType(), argument,
                              SmallVector<Value>(indices.begin(), indices.end()))
                   .getResult();
  value.replaceAllUsesWith(read);
  value.getDefiningOp()->erase();
  return read;
}

Value heldByWire(OpBuilder &builder, Location location, Value value) {
  ObjectType type = objectOf(value);
  bool isExact = !type.isInteger() && type.getElement() != "f16" && type.getElement() != "bf16";
  // Wires hold what is read of them, but not what stands outside of them.
  auto read = value.getDefiningOp<ReadOp>();
  bool isHeld = value.getDefiningOp<ConvertOp>() || (read && read.getOtherwise().empty());
  return isExact || isHeld ? value : Value(ConvertOp::create(builder, location, type, value));
}

void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty()) {
      op.erase();
      continue;
    }
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        eraseUnused(inner);
  }
}

void prune(EquationOp equation) {
  for (Region &clause : equation.getClauses())
    eraseUnused(clause.front());
  for (unsigned i = equation.getWires().size(); i-- > 0;) {
    bool unused = true;
    for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
      unused &= equation.wireArgument(clause, i).use_empty();
    if (!unused)
      continue;
    for (Region &clause : equation.getClauses()) {
      Block &block = clause.front();
      block.eraseArgument(block.getNumArguments() - equation.getWires().size() + i);
    }
    equation->eraseOperand(i);
    equation.removeNamesAttr();
  }
}

} // namespace weft
