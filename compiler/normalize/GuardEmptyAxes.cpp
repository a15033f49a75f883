// What is computed before a `map`, because it does not depend on the map's axis:
//
//     map f over A, where f computes `k = n div d`       k = if #A > 0 then n div d else 0
//
// A map over an empty axis applies its body nowhere, so nothing in it raises an error.
#include "compiler/normalize/DiagramInliner.h"
#include "dialects/weft/Totality.h"
#include "lib/axis/Size.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool hasLevel(const LeadAxes &lead, unsigned level) {
  return llvm::any_of(lead, [&](const LeadAxis &axis) { return axis.level == level; });
}

static bool isNeverEmpty(Operation *from, StringAttr axis) {
  auto declared = SymbolTable::lookupNearestSymbolFrom<AxisOp>(from, axis);
  std::optional<Size> size = declared ? Size::parse(declared.getSize().str()) : std::nullopt;
  return size && size->lowerBound() && *size->lowerBound() >= 1;
}

// What stands in a `map` and does not depend on its axis is computed once, before it. Where that may raise an
// error it waits for there being a position at all: over an empty axis nothing is computed.
void DiagramInliner::guardAgainstEmptiness(Block &block, const LeadAxes &lead) {
  SmallVector<StringAttr> doubtful;
  for (const LeadAxis &axis : enclosing)
    if (!hasLevel(lead, axis.level) && !isNeverEmpty(block.getParentOp(), axis.axis))
      doubtful.push_back(axis.axis);
  Operation *end = block.getTerminator();
  // A contract fails when it is false, an integer when its type does not hold it.
  bool isPromise = !isa<DefineOp>(end), holdsInteger = objectOf(end->getOperand(0)).isInteger();
  if (doubtful.empty() || (isTotal(*block.getParent()) && !holdsInteger && !isPromise))
    return;
  OpBuilder::InsertionGuard guard(builder);
  Location location = end->getLoc();
  ObjectType type = objectOf(end->getOperand(0)), integer = ObjectType::get(builder.getContext(), "i64"),
             truth = ObjectType::get(builder.getContext(), "bool");
  // What tells the place of the value stays in front.
  llvm::SetVector<Operation *> inFront;
  for (Value place : end->getOperands().drop_front())
    if (Operation *op = place.getDefiningOp())
      inFront.insert(op);
  for (unsigned i = 0; i < inFront.size(); ++i)
    for (Value operand : inFront[i]->getOperands())
      if (Operation *op = operand.getDefiningOp())
        inFront.insert(op);
  SmallVector<Operation *> computed;
  for (Operation &op : block.without_terminator())
    if (!inFront.contains(&op))
      computed.push_back(&op);
  builder.setInsertionPoint(end);
  Value zero = ConstantOp::create(builder, location, integer, builder.getI64IntegerAttr(0)), condition;
  for (StringAttr axis : doubtful) {
    Value size = SizeOp::create(builder, location, integer, axis);
    Value some = ApplyOp::create(builder, location, truth, Function::gt, ValueRange{size, zero});
    condition =
        condition
            ? Value(ApplyOp::create(builder, location, truth, Function::and_, ValueRange{condition, some}))
            : some;
  }
  auto branch = IfOp::create(builder, location, type, condition);
  builder.createBlock(&branch.getThenRegion());
  YieldOp::create(builder, location, end->getOperand(0));
  for (Operation *op : computed)
    op->moveBefore(branch.getThenRegion().front().getTerminator());
  builder.createBlock(&branch.getElseRegion());
  TypedAttr nothing = type.isReal() ? TypedAttr(builder.getF64FloatAttr(0))
                                    : TypedAttr(builder.getI64IntegerAttr(type.isBool()));
  YieldOp::create(builder, location, ConstantOp::create(builder, location, type, nothing).getResult());
  end->setOperand(0, branch.getResult());
}

} // namespace weft
