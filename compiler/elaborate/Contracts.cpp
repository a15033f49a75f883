// `requires` and `ensures`: scalar conditions on wires.
#include "compiler/elaborate/Body.h"
#include "compiler/elaborate/IndexInference.h"

using namespace mlir;

namespace weft {

void emitContract(Body &body, const ast::Expr &condition, bool ensures) {
  State &state = body.state;
  llvm::SetVector<Wire *> wires;
  wiresRead(body, condition, wires);
  Expressions expressions(state, body.environment, &body.occurrences);
  expressions.wireNames = &body.wireNames;
  SmallVector<Value> values;
  SmallVector<StringRef> names;
  for (Wire *wire : wires) {
    wire->used = true;
    if (!ensures && wire->role != Wire::Role::input && wire->role != Wire::Role::weight) {
      state
          .error("contract.requires", condition.range,
                 "`requires` speaks about what goes in, and `" + wire->name.text + "` does not")
          .note("`ensures` speaks about outputs too");
      return;
    }
    // A wire with an error, or one that an ill-typed product hides, says nothing new.
    if (!wire->value)
      return;
    if (!isa<ObjectType>(wire->value.getType())) {
      state.error("type.element", condition.range, "`" + wire->name.text + "` is a packed product");
      return;
    }
    Local local;
    local.kind = Local::Kind::wire;
    local.name = wire->name.text;
    local.type = wire->value.getType();
    expressions.locals.push_back(std::move(local));
    values.push_back(wire->value);
    names.push_back(wire->name.text);
  }
  IndexInference inference(expressions);
  inference.expression(condition);
  if (!inference.finish())
    return;
  std::string written(condition.range.file->text().substr(condition.range.begin,
                                                          condition.range.end - condition.range.begin));
  Location location = state.location(condition.range);
  ContractOp op =
      ContractOp::create(body.builder, location, ensures ? ContractKind::ensures : ContractKind::requires_,
                         written, ArrayAttr(), body.builder.getStrArrayAttr(names), values);
  Block *block = expressions.builder.createBlock(&op.getCondition(), op.getCondition().end(),
                                                 ValueRange(values).getTypes(),
                                                 SmallVector<Location>(values.size(), location));
  for (auto [local, argument] : llvm::zip(expressions.locals, block->getArguments()))
    local.value = argument;
  Value value = expressions.emit(condition, state.scalarType("bool"));
  if (value)
    YieldOp::create(expressions.builder, location, value);
  else
    op.erase();
}

} // namespace weft
