#include "compiler/normalize/ClauseEmitter.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool isExpressionBody(Block &body) {
  return llvm::all_of(body, [](Operation &op) {
    if (auto box = dyn_cast<BoxOp>(op))
      return box.getTied().empty() &&
             isExpression(SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr()));
    if (auto group = dyn_cast<GroupOp>(op))
      return isExpressionBody(group.getBody().front());
    return isa<EquationOp, CopyOp, DropOp, ContractOp, ReturnOp, YieldOp>(op);
  });
}

bool isExpression(MorphismOp morphism) { return isExpressionBody(morphism.block()); }

ClauseEmitter::Scope &ClauseEmitter::newScope(std::string path) {
  Scope &scope = scopes.emplace_back();
  scope.path = std::move(path);
  return scope;
}

void ClauseEmitter::emitOperations(Block &block, Scope &scope) {
  for (Operation &op : block.without_terminator())
    emitOperation(op, scope);
}

SmallVector<Value> ClauseEmitter::emitBlock(Block &block, Scope &scope) {
  emitOperations(block, scope);
  return llvm::map_to_vector(block.getTerminator()->getOperands(),
                             [&](Value value) { return scope.scalars.lookupOrDefault(value); });
}

Value ClauseEmitter::emitValue(Value value, Scope &scope) {
  if (scope.scalars.contains(value) || scope.wires.contains(value))
    return scope.scalars.lookupOrDefault(value);
  Operation *op = value.getDefiningOp();
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value operand : op->getOperands())
    emitValue(operand, scope);
  for (Value operand : captured)
    emitValue(operand, scope);
  emitOperation(*op, scope);
  return scope.scalars.lookup(value);
}

void ClauseEmitter::emitOperation(Operation &op, Scope &scope) {
  if (auto read = dyn_cast<ReadOp>(op)) {
    scope.scalars.map(read.getResult(), emitRead(read, scope));
    return;
  }
  if (auto call = dyn_cast<CallOp>(op)) {
    scope.scalars.map(call.getResult(), emitCall(call, scope));
    return;
  }
  Operation *copy = op.cloneWithoutRegions(scope.scalars);
  builder.insert(copy);
  for (auto [from, to] : llvm::zip(op.getRegions(), copy->getRegions())) {
    if (from.empty())
      continue;
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&to);
    for (BlockArgument argument : from.getArguments())
      scope.scalars.map(argument, block->addArgument(argument.getType(), argument.getLoc()));
    SmallVector<Value> results = emitBlock(from.front(), scope);
    YieldOp::create(builder, from.front().getTerminator()->getLoc(), results);
  }
}

Value ClauseEmitter::emitRead(ReadOp read, Scope &scope) {
  SmallVector<Value> positions = llvm::map_to_vector(
      read.getPositions(), [&](Value position) { return scope.scalars.lookupOrDefault(position); });
  const LocalWire wire = scope.wires.lookup(read.getWire());
  if (!read.getOtherwise().empty())
    return readOrElse(read, wire, positions, scope);
  return readWire(wire, positions, read.getLoc());
}

Value ClauseEmitter::readWire(const LocalWire &wire, ValueRange positions, Location location) {
  if (wire.kind == LocalWire::Kind::scalar)
    return wire.value;
  if (wire.kind == LocalWire::Kind::defined)
    return inlineDefinition(wire, positions, location);
  SmallVector<Value> all;
  for (const LeadAxis &lead : wire.lead)
    all.push_back(leadIndices.lookup(lead.level));
  llvm::append_range(all, positions);
  return ReadOp::create(builder, location, objectOf(wire.value).scalar(), wire.value, all)->getResult(0);
}

// A read with a default. Of a stored wire it stays one; of an inlined one the range is tested here.
Value ClauseEmitter::readOrElse(ReadOp read, const LocalWire &wire, ValueRange positions, Scope &scope) {
  Location location = read.getLoc();
  auto emitDefault = [&](Region &region) {
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&region);
    YieldOp::create(builder, location, emitBlock(read.getOtherwise().front(), scope));
  };
  if (wire.kind == LocalWire::Kind::argument) {
    SmallVector<Value> all;
    for (const LeadAxis &lead : wire.lead)
      all.push_back(leadIndices.lookup(lead.level));
    llvm::append_range(all, positions);
    auto copy = ReadOp::create(builder, location, read.getResult().getType(), wire.value, all);
    emitDefault(copy.getOtherwise());
    return copy.getResult();
  }
  Value inside = ConstantOp::create(builder, location, ObjectType::get(builder.getContext(), "bool"),
                                    builder.getI64IntegerAttr(1));
  ArrayRef<StringAttr> axes = cast<ObjectType>(read.getWire().getType()).getAxes();
  for (auto [position, axis] : llvm::zip(positions, axes)) {
    if (objectOf(position).isIndex())
      continue;
    Value low = apply(Function::ge, number(position), constant(0));
    Value high = apply(Function::lt, number(position), sizeOf(axis));
    inside = apply(Function::and_, inside, apply(Function::and_, low, high));
  }
  auto choice = IfOp::create(builder, location, read.getResult().getType(), inside);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&choice.getThenRegion());
    SmallVector<Value> indices;
    for (auto [position, axis] : llvm::zip(positions, axes)) {
      ObjectType type = ObjectType::get(builder.getContext(), axis.getValue());
      indices.push_back(objectOf(position).isIndex() ? position : indexAt(number(position), type));
    }
    YieldOp::create(builder, location, readWire(wire, indices, location));
  }
  emitDefault(choice.getElseRegion());
  return choice.getResult();
}

// Calls.

Value ClauseEmitter::emitCall(CallOp call, Scope &scope) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(call, call.getCalleeAttr());
  Scope &inner = newScope(joinPath(scope.path, call.getName()));
  for (auto [i, argument] : llvm::enumerate(call.getArguments()))
    inner.wires[callee.input(i)] = {LocalWire::Kind::scalar, scope.scalars.lookupOrDefault(argument), {}};
  for (unsigned i = 0; i < callee.weightCount(); ++i) {
    StringRef name = cast<StringAttr>(callee.getWeightNames()[i]).getValue();
    inner.wires[callee.weight(i)] = weights.lookup(joinPath(inner.path, name));
  }
  SmallVector<std::pair<ContractOp, Value>> guards;
  auto *outer = std::exchange(contracts, &guards);
  LocalWire result = bindBody(callee.block(), inner).front();
  contracts = outer;
  Value value = readWire(result, {}, call.getLoc());
  for (auto [contract, condition] : guards)
    value = CheckOp::create(builder, contract.getLoc(), value.getType(), contract.getKind(),
                            contract.getText(), condition, value);
  return value;
}

SmallVector<ClauseEmitter::LocalWire> ClauseEmitter::bindBody(Block &body, Scope &scope) {
  auto wiresOf = [&](ValueRange values) {
    return llvm::map_to_vector(values, [&](Value value) { return scope.wires.lookup(value); });
  };
  auto bindResults = [&](Operation *op, ArrayRef<LocalWire> wires) {
    for (auto [result, wire] : llvm::zip(op->getResults(), wires))
      scope.wires[result] = wire;
  };
  for (Operation &op : body.without_terminator()) {
    if (auto equation = dyn_cast<EquationOp>(op)) {
      scope.wires[equation.getResult()] = {LocalWire::Kind::defined, {}, {}, equation, &scope};
    } else if (auto copy = dyn_cast<CopyOp>(op)) {
      for (Value result : copy.getResults())
        scope.wires[result] = scope.wires.lookup(copy.getWire());
    } else if (auto group = dyn_cast<GroupOp>(op)) {
      Scope &inner = newScope(joinPath(scope.path, group.getName()));
      for (auto [argument, wire] : llvm::zip(group.getBody().getArguments(), wiresOf(group.getWires())))
        inner.wires[argument] = wire;
      bindResults(group, bindBody(group.getBody().front(), inner));
    } else if (auto box = dyn_cast<BoxOp>(op)) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr());
      Scope &inner = newScope(joinPath(scope.path, box.getName()));
      for (auto [i, wire] : llvm::enumerate(wiresOf(box.getWires())))
        inner.wires[callee.input(i)] = wire;
      for (unsigned i = 0; i < callee.weightCount(); ++i)
        inner.wires[callee.weight(i)] =
            weights.lookup(joinPath(inner.path, cast<StringAttr>(callee.getWeightNames()[i]).getValue()));
      bindResults(box, bindBody(callee.block(), inner));
    } else if (auto contract = dyn_cast<ContractOp>(op)) {
      bindContract(contract, scope);
    }
  }
  return wiresOf(body.getTerminator()->getOperands());
}

void ClauseEmitter::bindContract(ContractOp contract, Scope &scope) {
  Scope &inner = newScope(scope.path);
  Block &block = contract.getCondition().front();
  for (auto [argument, wire] : llvm::zip(block.getArguments(), contract.getWires()))
    inner.wires[argument] = scope.wires.lookup(wire);
  contracts->push_back({contract, emitBlock(block, inner).front()});
}

// A wire defined by an equation inside an inlined morphism: the clause with its indices at these positions.

Value ClauseEmitter::inlineDefinition(const LocalWire &wire, ValueRange positions, Location location) {
  EquationOp equation = wire.equation;
  SmallVector<Value> numbers;
  DefineOp define = equation.define(0);
  bool plain = equation.getClauses().size() == 1 && llvm::all_of(define.getPositions(), [](Value position) {
                 return isa<BlockArgument>(position);
               });
  if (!plain) {
    for (Value position : positions)
      numbers.push_back(number(position));
    return inlineClauses(wire, 0, numbers, location);
  }
  Scope &inner = newScope(wire.scope->path);
  for (auto [index, position] : llvm::zip(define.getPositions(), positions))
    inner.scalars.map(index, position);
  for (unsigned i = 0; i < equation.getWires().size(); ++i)
    inner.wires[equation.wireArgument(0, i)] = wire.scope->wires.lookup(equation.getWires()[i]);
  emitOperations(*define->getBlock(), inner);
  return heldByWire(builder, location, inner.scalars.lookupOrDefault(define.getValue()));
}

Value ClauseEmitter::inlineClauses(const LocalWire &wire, unsigned clause, ValueRange numbers,
                                   Location location) {
  EquationOp equation = wire.equation;
  DefineOp define = equation.define(clause);
  auto emitClause = [&]() -> Value {
    Scope &inner = newScope(wire.scope->path);
    for (auto [pattern, at] : llvm::zip(define.getPositions(), numbers))
      bindPattern(pattern, at, inner);
    for (unsigned i = 0; i < equation.getWires().size(); ++i)
      inner.wires[equation.wireArgument(clause, i)] = wire.scope->wires.lookup(equation.getWires()[i]);
    emitOperations(*define->getBlock(), inner);
    return heldByWire(builder, location, inner.scalars.lookupOrDefault(define.getValue()));
  };
  // Clauses cover the wire: the last one needs no test.
  if (clause + 1 == equation.getClauses().size())
    return emitClause();
  Value condition = ConstantOp::create(builder, location, ObjectType::get(builder.getContext(), "bool"),
                                       builder.getI64IntegerAttr(1));
  for (auto [pattern, at] : llvm::zip(define.getPositions(), numbers))
    if (Value match = matches(pattern, at))
      condition = apply(Function::and_, condition, match);
  auto choice = IfOp::create(builder, location, define.getValue().getType(), condition);
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&choice.getThenRegion());
  YieldOp::create(builder, location, emitClause());
  builder.createBlock(&choice.getElseRegion());
  YieldOp::create(builder, location, inlineClauses(wire, clause + 1, numbers, location));
  return choice.getResult();
}

// Positions as numbers.

Value ClauseEmitter::number(Value position) {
  ObjectType i64 = ObjectType::get(builder.getContext(), "i64");
  if (objectOf(position) == i64)
    return position;
  return ConvertOp::create(builder, position.getLoc(), i64, position);
}

Value ClauseEmitter::constant(int64_t value) {
  return ConstantOp::create(builder, builder.getUnknownLoc(), ObjectType::get(builder.getContext(), "i64"),
                            builder.getI64IntegerAttr(value));
}

Value ClauseEmitter::sizeOf(StringAttr axis) {
  return SizeOp::create(builder, builder.getUnknownLoc(), ObjectType::get(builder.getContext(), "i64"), axis);
}

Value ClauseEmitter::apply(Function function, Value a, Value b) {
  bool comparison = function >= Function::eq && function <= Function::ge;
  Type type = comparison ? Type(ObjectType::get(builder.getContext(), "bool")) : a.getType();
  return ApplyOp::create(builder, a.getLoc(), type, function, ValueRange{a, b});
}

Value ClauseEmitter::indexAt(Value number, ObjectType type) {
  return IndexOp::create(builder, number.getLoc(), type, number, /*proved=*/true);
}

Value ClauseEmitter::pairStride(PairOp pair, unsigned part) {
  Value stride = constant(1);
  for (unsigned later = part + 1; later < pair.getParts().size(); ++later)
    stride = apply(Function::mul, stride, sizeOf(objectOf(pair.getParts()[later]).getElement()));
  return stride;
}

// Where the summand of an injection begins in its sum axis.
Value ClauseEmitter::injectOffset(InjectOp inject) {
  auto axis = SymbolTable::lookupNearestSymbolFrom<AxisOp>(inject, objectOf(inject.getResult()).getElement());
  Value offset = constant(0);
  std::optional<ArrayAttr> parts = axis.getParts();
  for (Attribute part : *parts) {
    if (part == objectOf(inject.getPart()).getElement())
      break;
    offset = apply(Function::add, offset, sizeOf(cast<StringAttr>(part)));
  }
  return offset;
}

// Whether a pattern on the left meets this position; none when it always does.
Value ClauseEmitter::matches(Value pattern, Value at) {
  if (auto element = pattern.getDefiningOp<ConstantOp>())
    return apply(Function::eq, at, constant(cast<IntegerAttr>(element.getValue()).getInt()));
  if (auto inject = pattern.getDefiningOp<InjectOp>()) {
    Value offset = injectOffset(inject);
    Value size = sizeOf(objectOf(inject.getPart()).getElement());
    Value inside = apply(Function::and_, apply(Function::ge, at, offset),
                         apply(Function::lt, at, apply(Function::add, offset, size)));
    Value rest = matches(inject.getPart(), apply(Function::sub, at, offset));
    return rest ? apply(Function::and_, inside, rest) : inside;
  }
  Value all;
  if (auto pair = pattern.getDefiningOp<PairOp>())
    for (auto [i, part] : llvm::enumerate(pair.getParts())) {
      Value quotient = apply(Function::div, at, pairStride(pair, i));
      Value digit = apply(Function::mod, quotient, sizeOf(objectOf(part).getElement()));
      if (Value match = matches(part, digit))
        all = all ? apply(Function::and_, all, match) : match;
    }
  return all;
}

void ClauseEmitter::bindPattern(Value pattern, Value at, Scope &scope) {
  if (isa<BlockArgument>(pattern)) {
    scope.scalars.map(pattern, indexAt(at, objectOf(pattern)));
  } else if (auto inject = pattern.getDefiningOp<InjectOp>()) {
    bindPattern(inject.getPart(), apply(Function::sub, at, injectOffset(inject)), scope);
  } else if (auto pair = pattern.getDefiningOp<PairOp>()) {
    for (auto [i, part] : llvm::enumerate(pair.getParts())) {
      Value quotient = apply(Function::div, at, pairStride(pair, i));
      bindPattern(part, apply(Function::mod, quotient, sizeOf(objectOf(part).getElement())), scope);
    }
  }
}

} // namespace weft
