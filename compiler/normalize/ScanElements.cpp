#include "compiler/normalize/ScanElements.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

Value elementSource(Value wire) {
  auto argument = dyn_cast<BlockArgument>(wire);
  auto scan = argument ? dyn_cast<ScanOp>(argument.getOwner()->getParentOp()) : ScanOp();
  if (!scan || argument.getArgNumber() < scan.getStates().size() ||
      argument.getArgNumber() >= scan.getStates().size() + scan.getElements().size())
    return {};
  return scan.getElements()[argument.getArgNumber() - scan.getStates().size()];
}

Value addElement(ScanOp scan, Value source, int64_t depth) {
  size_t count = scan.getElements().size(), states = scan.getStates().size();
  SmallVector<int64_t> depths;
  for (size_t i = 0; i < count; ++i)
    depths.push_back(scan.elementDepth(i));
  depths.push_back(depth);
  for (size_t i = 0; i < scan->getNumResults() - states; ++i)
    depths.push_back(scan.outputDepth(i));
  scan.getElementsMutable().append(source);
  scan.setDepthsAttr(DenseI64ArrayAttr::get(scan.getContext(), depths));
  SmallVector<StringAttr> axes(objectOf(source).getAxes());
  axes.erase(axes.begin() + depth);
  return scan.block().insertArgument(states + count, objectOf(source).over(axes), source.getLoc());
}

// The equation for all positions of a scan at once, before it:
//   scan over l (B) { t[i] = f(B[i]) }   ⟹   t[l, i] = f(B[l, i])   scan over l (t)
static EquationOp forAllPositions(EquationOp equation, ScanOp scan) {
  OpBuilder builder(scan);
  Location location = equation.getLoc();
  SmallVector<Value> wires;
  SmallVector<std::optional<unsigned>> depths; // where the position goes in a read of the wire
  for (Value wire : equation.getWires()) {
    Value source = wire.getParentBlock() == &scan.block() ? elementSource(wire) : Value();
    unsigned element = source ? cast<BlockArgument>(wire).getArgNumber() - scan.getStates().size() : 0;
    wires.push_back(source ? source : wire);
    depths.push_back(source ? std::optional<unsigned>(scan.elementDepth(element)) : std::nullopt);
  }
  SmallVector<StringAttr> axes{scan.getAxisAttr()};
  llvm::append_range(axes, objectOf(equation.getResult()).getAxes());
  auto whole = EquationOp::create(builder, location, objectOf(equation.getResult()).over(axes),
                                  equation.getNameAttr(), nullptr, nullptr, wires, 1);
  Block *block = builder.createBlock(&whole.getClauses()[0]);
  BlockArgument position =
      block->addArgument(ObjectType::get(builder.getContext(), scan.getAxisAttr(), {}), location);
  IRMapping map;
  for (BlockArgument argument : equation.getClauses()[0].front().getArguments()) {
    size_t wire = argument.getArgNumber() - equation.indices(0).size();
    bool isIndex = argument.getArgNumber() < equation.indices(0).size();
    map.map(argument, block->addArgument(isIndex ? argument.getType() : wires[wire].getType(), location));
  }
  for (Operation &op : equation.getClauses()[0].front())
    builder.clone(op, map);
  block->walk([&](ReadOp read) {
    unsigned wire = cast<BlockArgument>(read.getWire()).getArgNumber() - whole.indices(0).size();
    if (depths[wire])
      read->insertOperands(1 + *depths[wire], position);
  });
  DefineOp define = whole.define(0);
  SmallVector<Value> positions{position};
  llvm::append_range(positions, define.getPositions());
  define.getPositionsMutable().assign(positions);
  return whole;
}

HoistedWire hoistOut(EquationOp equation) {
  HoistedWire hoisted{equation.getResult(), equation.getResult()};
  while (!isa<NetworkOp>(equation->getParentOp())) {
    Operation *loop = equation->getParentOp();
    auto scan = dyn_cast<ScanOp>(loop);
    bool readsElements = scan && llvm::any_of(equation.getWires(), [&](Value wire) {
                           return wire.getParentBlock() == &scan.block();
                         });
    if (!readsElements) {
      equation->moveBefore(loop);
      continue;
    }
    EquationOp whole = forAllPositions(equation, scan);
    Value element = addElement(scan, whole.getResult(), 0);
    equation.getResult().replaceAllUsesWith(element);
    if (hoisted.here == equation.getResult())
      hoisted.here = element;
    equation.erase();
    equation = whole;
  }
  hoisted.whole = equation.getResult();
  return hoisted;
}

} // namespace weft
