#include "compiler/normalize/ProductWriter.h"
#include "compiler/normalize/ScanElements.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// Everything of the clause stands for itself.
IRMapping ProductWriter::identity() {
  IRMapping map;
  for (BlockArgument argument : equation.getClauses()[0].front().getArguments())
    map.map(argument, argument);
  return map;
}

SmallVector<Value> ProductWriter::summedAt(const OrderedTerm &term, Subset subset) {
  if (term.order.isLeaf(subset))
    return SmallVector<Value>(term.term.summed.begin(), term.term.summed.end());
  auto [left, right] = term.order.parts(subset);
  llvm::SetVector<Value> all;
  for (Subset part : {left, right})
    for (Value index : term.order.indices(part))
      all.insert(index);
  for (Value index : term.order.indices(subset))
    all.remove(index);
  return all.takeVector();
}

// A factor as it stands in the sum.
Value ProductWriter::factorOf(const OrderedTerm &term, Subset leaf, OpBuilder &builder,
                              const IRMapping &map) {
  IRMapping own = map;
  // An index of another factor stands nowhere here.
  for (auto &[from, to] : term.term.replaced)
    if (Value here = map.lookupOrNull(to))
      own.map(from, here);
  return copySlice(builder, term.term.factors[llvm::countr_zero(leaf)].value, own);
}

Value ProductWriter::operandOf(const OrderedTerm &term, Subset subset, OpBuilder &builder,
                               const IRMapping &map, const PartWires &wires) {
  Location location = fold.getLoc();
  Value value;
  if (Value wire = wires.lookup(subset)) {
    SmallVector<Value> positions =
        llvm::map_to_vector(term.order.indices(subset), [&](Value index) { return map.lookup(index); });
    value = ReadOp::create(builder, location, fold.getResult().getType(), wire, positions).getResult();
  } else {
    value = factorOf(term, subset, builder, map);
  }
  if (!term.order.isLeaf(subset) || !term.term.factors[llvm::countr_zero(subset)].isInverse)
    return value;
  Value one = ConstantOp::create(builder, location, value.getType(), builder.getF64FloatAttr(1));
  return ApplyOp::create(builder, location, value.getType(), Function::divide, ValueRange{one, value});
}

// The product of a node's parts, summed over the indices that are needed no more.
Value ProductWriter::productOf(const OrderedTerm &term, Subset subset, OpBuilder &builder,
                               const IRMapping &map, const PartWires &wires) {
  Location location = fold.getLoc();
  Type type = fold.getResult().getType();
  auto multiplied = [&](const IRMapping &at) -> Value {
    if (term.order.isLeaf(subset))
      return operandOf(term, subset, builder, at, wires);
    auto [left, right] = term.order.parts(subset);
    Value a = operandOf(term, left, builder, at, wires), b = operandOf(term, right, builder, at, wires);
    return ApplyOp::create(builder, location, type, Function::mul, ValueRange{a, b});
  };
  SmallVector<Value> summed = summedAt(term, subset);
  if (summed.empty())
    return multiplied(map);
  auto sum = FoldOp::create(builder, location, type, fold.getMonoidAttr(), ArrayAttr());
  sum.setSkipsZeros(term.skipsZeros);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&sum.getArguments());
  IRMapping inner = map;
  for (Value index : summed)
    inner.map(index, block->addArgument(index.getType(), location));
  YieldOp::create(builder, location, multiplied(inner));
  return sum.getResult();
}

// What a node reads from wires.
SmallVector<ProductWriter::Subset> ProductWriter::partsWithWires(const OrderedTerm &term, Subset subset) {
  SmallVector<Subset> operands{subset}, parts;
  if (!term.order.isLeaf(subset))
    operands = {term.order.parts(subset).first, term.order.parts(subset).second};
  for (Subset part : operands)
    if (!term.order.isLeaf(part) || term.isEvaluated(part))
      parts.push_back(part);
  return parts;
}

// A wire over the indices of a node, whose value reads the wires of `parts`.
ProductWriter::Wire
ProductWriter::wireOver(const OrderedTerm &term, Subset subset, OpBuilder &builder, ArrayRef<Subset> parts,
                        llvm::function_ref<Value(OpBuilder &, const IRMapping &, const PartWires &)> value) {
  SmallVector<Value> operands(equation.getWires().take_front(originalWires));
  for (Subset part : parts)
    operands.push_back(wireOf(term, part).value);
  OpBuilder::InsertionGuard guard(builder);
  Location location = fold.getLoc();
  SmallVector<Value> indices = term.order.indices(subset);
  SmallVector<StringAttr> axes =
      llvm::map_to_vector(indices, [](Value index) { return objectOf(index).getElement(); });
  auto result = EquationOp::create(builder, location, objectOf(fold.getResult()).over(axes),
                                   equation.getNameAttr(), nullptr, nullptr, operands, 1);
  Block *block = builder.createBlock(&result.getClauses()[0]);
  IRMapping map;
  SmallVector<Value> positions;
  for (Value index : indices) {
    positions.push_back(block->addArgument(index.getType(), location));
    map.map(index, positions.back());
  }
  PartWires wires;
  for (auto [i, operand] : llvm::enumerate(operands)) {
    Value argument = block->addArgument(operand.getType(), location);
    if (i < originalWires)
      map.map(equation.wireArgument(0, i), argument);
    else
      wires[parts[i - originalWires]] = argument;
  }
  DefineOp::create(builder, location, value(builder, map, wires), positions);
  prune(result);
  return {result.getResult(), indices};
}

// A node as a wire of its own, over its indices; a factor that is computed from weights stands outside of
// loops.
ProductWriter::Wire ProductWriter::wireOf(const OrderedTerm &term, Subset subset) {
  OpBuilder builder(equation);
  if (!term.isEvaluated(subset))
    return wireOver(term, subset, builder, partsWithWires(term, subset),
                    [&](OpBuilder &inside, const IRMapping &map, const PartWires &wires) {
                      return productOf(term, subset, inside, map, wires);
                    });
  Wire wire =
      wireOver(term, subset, builder, {}, [&](OpBuilder &inside, const IRMapping &map, const PartWires &) {
        return factorOf(term, subset, inside, map);
      });
  HoistedWire hoisted = hoistOut(wire.value.getDefiningOp<EquationOp>());
  ofWeights.push_back(hoisted.whole);
  wire.value = hoisted.here;
  return wire;
}

Value ProductWriter::write(ArrayRef<OrderedTerm> terms, bool inPlace) {
  originalWires = equation.getWires().size();
  Location location = fold.getLoc();
  Type type = fold.getResult().getType();
  Value total;
  for (const OrderedTerm &term : terms) {
    Subset all = term.order.all();
    Value value;
    if (inPlace) {
      PartWires wires;
      for (Subset part : partsWithWires(term, all))
        wires[part] = addWire(equation, wireOf(term, part).value).front();
      OpBuilder builder(fold);
      value = productOf(term, all, builder, identity(), wires);
    } else {
      OpBuilder outside(equation);
      Wire wire = wireOver(term, all, outside, partsWithWires(term, all),
                           [&](OpBuilder &inside, const IRMapping &map, const PartWires &wires) {
                             return productOf(term, all, inside, map, wires);
                           });
      BlockArgument argument = addWire(equation, wire.value).front();
      OpBuilder builder(fold);
      value = ReadOp::create(builder, location, type, argument, wire.indices).getResult();
    }
    OpBuilder builder(fold);
    if (total)
      value = ApplyOp::create(builder, location, type, term.term.isNegative ? Function::sub : Function::add,
                              ValueRange{total, value});
    else if (term.term.isNegative)
      value = ApplyOp::create(builder, location, type, Function::neg, value);
    total = value;
  }
  return total;
}

} // namespace weft
