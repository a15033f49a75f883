// `fold M over A` and `scan M over A`: an equation, pointwise on further axes.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

// All wires have the frame's axis first and then the same ones.
static bool checkWires(State &state, Diagrams &diagrams, const ast::Diagram &d, const Values &inputs,
                       const std::string &axis) {
  for (Value input : inputs) {
    auto type = cast<ObjectType>(input.getType()), first = cast<ObjectType>(inputs.front().getType());
    if (!type.isScalar() && type.getAxes().front() == axis && type.getAxes() == first.getAxes())
      continue;
    state.error(
        "wire.axis", d.range,
        diagrams.origin(input) + " is `" + text(type) + "`, but `" + writtenText(d.range) + "` takes " +
            (type.isScalar() || type.getAxes().front() != axis ? "wires whose first axis is `" + axis + "`"
                                                               : "wires over the same axes"));
    return false;
  }
  return true;
}

static Value read(OpBuilder &builder, Location location, Value wire, ValueRange positions) {
  auto type = cast<ObjectType>(wire.getType());
  return ReadOp::create(builder, location, type.scalar(), wire, positions);
}

std::optional<Values> Diagrams::emitMonoidFrame(const ast::Diagram &diagram, const MonoidValue &monoid,
                                                Values inputs, bool scan) {
  std::string axis = resolveAxis(state, diagram.axis, environment);
  if (axis.empty())
    return std::nullopt;
  bool own = mayUseOwnIndex(monoid) && inputs.size() + 1 == monoidArity(monoid);
  if (inputs.empty() || (!own && inputs.size() != monoidArity(monoid))) {
    state
        .error("call.arity", diagram.range,
               "`" + writtenText(diagram.range) + "` takes " + counted(monoidArity(monoid), "wire") +
                   ", and gets " + std::to_string(inputs.size()))
        .note("they are, in this order, " + monoidArguments(monoid));
    return std::nullopt;
  }
  if (!checkWires(state, *this, diagram, inputs, axis))
    return std::nullopt;
  std::vector<Inferred> arguments;
  for (Value input : inputs)
    arguments.push_back(Inferred::exact(cast<ObjectType>(input.getType()).scalar()));
  if (own)
    arguments.push_back(Inferred::exact(state.scalarType(axis)));
  const MonoidInstance *instance = monoidInstance(state, monoid, arguments, {}, diagram.range);
  if (!instance || !instance->result)
    return std::nullopt;

  Location location = state.location(diagram.range);
  auto first = cast<ObjectType>(inputs.front().getType());
  ArrayRef<StringAttr> axes = scan ? first.getAxes() : first.getAxes().drop_front();
  OpBuilder::InsertionGuard guard(builder);
  EquationOp equation =
      EquationOp::create(builder, location, instance->result.over(axes),
                         withoutGroups(*diagram.parts[0]).name.text, ArrayAttr(), ArrayAttr(), inputs, 1u);
  SmallVector<Type> types;
  for (StringAttr index : axes)
    types.push_back(state.scalarType(index.getValue()));
  llvm::append_range(types, ValueRange(inputs).getTypes());
  mlir::Region &clause = equation.getClauses()[0];
  Block *block =
      builder.createBlock(&clause, clause.end(), types, SmallVector<Location>(types.size(), location));
  ValueRange indices = block->getArguments().take_front(axes.size());
  FoldOp fold = FoldOp::create(builder, location, instance->result, instance->symbol, ArrayAttr());
  {
    OpBuilder::InsertionGuard inner(builder);
    Type index = state.scalarType(axis);
    if (scan) {
      Block *mask = builder.createBlock(&fold.getMask(), fold.getMask().end(), index, location);
      Value before = ApplyOp::create(builder, location, state.scalarType("bool"), Function::le,
                                     ValueRange{mask->getArgument(0), indices.front()});
      YieldOp::create(builder, location, before);
    }
    Block *body = builder.createBlock(&fold.getArguments(), fold.getArguments().end(), index, location);
    SmallVector<Value> positions{body->getArgument(0)};
    llvm::append_range(positions, scan ? indices.drop_front() : indices);
    SmallVector<Value> values;
    for (auto [wire, type] : llvm::zip(block->getArguments().drop_front(axes.size()), instance->arguments)) {
      Value value = read(builder, location, wire, positions);
      bool number = value.getType() != type;
      values.push_back(number ? ConvertOp::create(builder, location, type, value).getResult() : value);
    }
    if (own)
      values.push_back(body->getArgument(0));
    YieldOp::create(builder, location, values);
  }
  builder.setInsertionPointToEnd(block);
  DefineOp::create(builder, location, fold.getResult(), indices);
  origins[equation.getResult()] = "the output of `" + writtenText(diagram.range) + "`";
  return Values{equation.getResult()};
}

} // namespace weft
