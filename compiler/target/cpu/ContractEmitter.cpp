#include "compiler/target/cpu/ContractEmitter.h"
#include "compiler/target/cpu/ExpressionEmitter.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// The fold of a conjunction: then each element is a condition of its own, and the first that fails can be
// named.
static FoldOp conjunction(Value condition) {
  auto fold = condition.getDefiningOp<FoldOp>();
  if (!fold)
    return {};
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  if (monoid.getComponents().size() != 1 || !monoid.resultType().isBool() || !monoid.hasUnit())
    return {};
  Block &combine = monoid.getCombine().front();
  Value result = combine.getTerminator()->getOperand(0);
  auto both = result.getDefiningOp<ApplyOp>();
  if (both && both.getFunction() == Function::and_)
    return fold;
  auto choice = result.getDefiningOp<IfOp>();
  if (!choice || choice.getCondition() != combine.getArgument(0))
    return {};
  auto otherwise = choice.getElseRegion().front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
  bool isAnd = choice.getThenRegion().front().getTerminator()->getOperand(0) == combine.getArgument(1) &&
               otherwise && cast<IntegerAttr>(otherwise.getValue()).getInt() == 0;
  return isAnd ? fold : FoldOp();
}
void emitContract(FunctionEmitter &emitter, ContractOp contract, llvm::function_ref<Buffer(Value)> bufferOf) {
  if (emitter.unchecked)
    return;
  Block &block = contract.getCondition().front();
  Value condition = block.getTerminator()->getOperand(0);
  FoldOp fold = conjunction(condition);
  ExpressionEmitter expressions(emitter, 1);
  std::optional<ArrayAttr> over = contract.getOver();
  size_t outer = over ? over->size() : 0;
  for (auto [i, wire] : llvm::enumerate(contract.getWires()))
    expressions.bindWire(block.getArgument(outer + i), bufferOf(wire));
  SmallVector<BlockArgument> indices(block.getArguments().take_front(outer));
  std::string message = "`" + contract.getText().str() + "` does not hold";
  SmallVector<std::string> names(outer, "");
  if (fold) {
    indices.append(fold.indices().begin(), fold.indices().end());
    for (unsigned i = 0; i < fold.indices().size(); ++i)
      names.push_back(fold.getIndexNames() ? cast<StringAttr>((*fold.getIndexNames())[i]).str() + " = " : "");
  }
  for (unsigned i = 0; i < names.size(); ++i)
    message += (i ? ", " : " at ") + names[i] + "{" + std::to_string(i) + "}";
  StringRef name = contract.getKind() == ContractKind::requires_ ? "contract.requires" : "contract.ensures";
  unsigned site = emitter.site(name, message, contract.getLoc());
  SmallVector<Value> positions;
  auto fail = [&](Value holds) {
    Value broken = arith::XOrIOp::create(emitter.builder, emitter.location, holds, emitter.truth(true));
    emitter.failWhen(broken, site, ArrayRef<Value>(positions).take_front(8));
  };
  auto check = [&] {
    if (!fold) {
      expressions.emitOperations(block);
      return fail(expressions.get(condition).value);
    }
    for (Operation &op : block.without_terminator())
      if (&op != fold && !expressions.get(op.getResult(0)).value)
        expressions.emitOperation(op);
    auto element = [&] {
      fail(expressions
               .emitRegion(
                   fold.getArguments(),
                   llvm::map_to_vector(fold.indices(), [&](BlockArgument i) { return expressions.get(i); }))
               .front()
               .value);
    };
    if (fold.getMask().empty())
      return element();
    SmallVector<Scalar> at =
        llvm::map_to_vector(fold.indices(), [&](BlockArgument i) { return expressions.get(i); });
    emitter.when(expressions.emitRegion(fold.getMask(), at).front().value, element);
  };
  std::function<void(unsigned)> nest = [&](unsigned axis) {
    if (axis == indices.size())
      return check();
    emitter.loop(emitter.constant(0), emitter.sizeOf(objectOf(indices[axis]).getElement()), [&](Value i) {
      expressions.bind(indices[axis], expressions.uniformIndex(i));
      positions.push_back(i);
      nest(axis + 1);
      positions.pop_back();
    });
  };
  nest(0);
}
} // namespace weft
