#include "compiler/normalize/EquationWriter.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

static ObjectType indexType(const Dimension *dimension) {
  return ObjectType::get(dimension->axis.getContext(), dimension->axis, {});
}

NamedWire EquationWriter::define(OpBuilder &builder, Location location, StringAttr name, ObjectType type,
                                 ArrayRef<const Dimension *> dimensions, Body body) {
  SmallVector<StringAttr> axes;
  for (const Dimension *dimension : dimensions)
    axes.push_back(dimension->axis);
  auto equation =
      EquationOp::create(builder, location, type.over(axes), name, nullptr, nullptr, ValueRange(), 1);
  OpBuilder inside(builder.getContext());
  Block *block = inside.createBlock(&equation.getClauses()[0]);
  EquationWriter writer(inside, location, equation, type);
  SmallVector<Value> positions;
  for (const Dimension *dimension : dimensions) {
    positions.push_back(block->addArgument(indexType(dimension), location));
    writer.indices[dimension] = positions.back();
  }
  Value value = body(writer);
  DefineOp::create(writer.builder, location, value, positions);
  return {equation.getResult(), SmallVector<const Dimension *>(dimensions)};
}

Value EquationWriter::argument(Value wire) {
  Value &known = arguments[wire];
  if (!known)
    known = addWire(equation, wire).front();
  return known;
}

Value EquationWriter::read(const NamedWire &wire, const Dimension *other, const Dimension *instead) {
  SmallVector<Value> positions;
  for (const Dimension *dimension : wire.dimensions)
    positions.push_back(index(dimension == other ? instead : dimension));
  return ReadOp::create(builder, location, cast<ObjectType>(wire.value.getType()).scalar(),
                        argument(wire.value), positions)
      .getResult();
}

Value EquationWriter::apply(Function function, Value a, Value b) {
  return ApplyOp::create(builder, location, a.getType(), function, ValueRange{a, b});
}

Value EquationWriter::compare(Function function, const Dimension *a, const Dimension *b) {
  return ApplyOp::create(builder, location, ObjectType::get(builder.getContext(), "bool"), function,
                         ValueRange{index(a), index(b)});
}

Value EquationWriter::writeRegion(Region &region, ArrayRef<const Dimension *> over, Body body) {
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&region);
  auto outside = indices;
  for (const Dimension *dimension : over)
    indices[dimension] = block->addArgument(indexType(dimension), location);
  Value value = body(*this);
  YieldOp::create(builder, location, value);
  indices = outside;
  return value;
}

FoldOp EquationWriter::fold(MonoidOp monoid, ArrayRef<const Dimension *> over, Body mask, Body body) {
  auto fold =
      FoldOp::create(builder, location, type, FlatSymbolRefAttr::get(monoid.getSymNameAttr()), ArrayAttr());
  if (mask)
    writeRegion(fold.getMask(), over, mask);
  writeRegion(fold.getArguments(), over, body);
  return fold;
}

Value EquationWriter::choose(Value condition, Body then, Body otherwise) {
  auto choice = IfOp::create(builder, location, type, condition);
  writeRegion(choice.getThenRegion(), {}, then);
  writeRegion(choice.getElseRegion(), {}, otherwise);
  return choice.getResult();
}

} // namespace weft
