// Boxes and frames: what must hold where wires meet.
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"
#include "dialects/weft/WeightPaths.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

// The type of an element at one position of a frame: the axis at `depth` goes.
static Type without(Type type, int64_t depth) {
  auto object = dyn_cast<ObjectType>(type);
  if (auto tuple = dyn_cast<TupleType>(type)) {
    SmallVector<Type> parts;
    for (Type part : tuple)
      parts.push_back(without(part, depth));
    return TupleType::get(type.getContext(), parts);
  }
  SmallVector<StringAttr> axes(object.getAxes());
  if (depth < static_cast<int64_t>(axes.size()))
    axes.erase(axes.begin() + depth);
  return object.over(axes);
}

static bool hasAxis(Type type, StringRef axis, int64_t depth) {
  if (auto tuple = dyn_cast<TupleType>(type))
    return llvm::all_of(tuple.getTypes(), [&](Type part) { return hasAxis(part, axis, depth); });
  auto object = cast<ObjectType>(type);
  return depth < static_cast<int64_t>(object.rank()) && object.getAxes()[depth] == axis;
}

template <typename Op> static LogicalResult verifyFrame(Op op) {
  if (op.getNumResults() < op.getStates().size())
    return op.emitOpError("gives fewer wires than it has states [call.arity]");
  size_t outputs = op.getNumResults() - op.getStates().size();
  if (op.getDepths() && op.getDepths()->size() != op.getElements().size() + outputs)
    return op.emitOpError("has one depth for each element and each collected output [call.arity]");
  SmallVector<Type> expected(op.getStates().getTypes());
  for (auto [i, type] : llvm::enumerate(op.getElements().getTypes())) {
    int64_t depth = op.elementDepth(i);
    if (!hasAxis(type, op.getAxis(), depth))
      return op.emitOpError("an element `")
             << type << "` is not indexed by `" << op.getAxis() << "` [wire.axis]";
    expected.push_back(without(type, depth));
  }
  llvm::append_range(expected, op.getContexts().getTypes());
  if (op.block().getArgumentTypes() != TypeRange(expected))
    return op.emitOpError("the body takes other wires than the frame gives [wire.axis]");
  auto yield = dyn_cast<YieldOp>(op.block().getTerminator());
  if (!yield || yield->getNumOperands() != op.getNumResults())
    return op.emitOpError("the body yields one wire for each output [call.arity]");
  size_t states = op.getStates().size();
  for (auto [i, result] : llvm::enumerate(op.getResultTypes())) {
    Type inner = yield->getOperand(i).getType();
    int64_t depth = i < states ? 0 : op.outputDepth(i - states);
    bool fits = i < states ? inner == result && result == op.getStates()[i].getType()
                           : hasAxis(result, op.getAxis(), depth) && without(result, depth) == inner;
    if (!fits)
      return op.emitOpError("output ")
             << i + 1 << " is `" << result << "`, but the body gives `" << inner << "` [wire.axis]";
  }
  return success();
}

LogicalResult MapOp::verifyRegions() { return verifyFrame(*this); }
LogicalResult EachOp::verifyRegions() { return verifyFrame(*this); }
LogicalResult ChainOp::verifyRegions() { return verifyFrame(*this); }
LogicalResult ScanOp::verifyRegions() { return verifyFrame(*this); }
LogicalResult FoldlOp::verifyRegions() { return verifyFrame(*this); }
LogicalResult UnfoldOp::verifyRegions() { return verifyFrame(*this); }

LogicalResult GroupOp::verifyRegions() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getWires().getTypes() || !isa<YieldOp>(block.getTerminator()) ||
      block.getTerminator()->getOperandTypes() != getResultTypes())
    return emitOpError("its body and its wires differ [wire.axis]");
  return success();
}

LogicalResult IterateOp::verifyRegions() {
  if (!Size::parse(getBound().str()))
    return emitOpError("has no bound in normal form [syntax]");
  SmallVector<Type> expected(getStates().getTypes());
  SmallVector<Type> results(expected);
  results.push_back(ObjectType::get(getContext(), "bool"));
  llvm::append_range(expected, getContexts().getTypes());
  if (block().getArgumentTypes() != TypeRange(expected) || !isa<YieldOp>(block().getTerminator()) ||
      block().getTerminator()->getOperandTypes() != getStates().getTypes() ||
      getResultTypes() != TypeRange(results))
    return emitOpError("takes states and contexts, yields the states, and gives them and a bool [wire.axis]");
  return success();
}

// Each tied path is a weight inside, named once, of the wire's type.
static LogicalResult verifyTies(BoxOp box, MorphismOp callee, SymbolTableCollection &symbols) {
  ArrayAttr paths = box.getTiedPaths().value_or(ArrayAttr::get(box.getContext(), {}));
  if (paths.size() != box.getTied().size())
    return box.emitOpError("ties ") << box.getTied().size() << " wires to " << paths.size()
                                    << " paths [call.arity]";
  if (box.getTiedBy() && box.getTiedBy()->size() != paths.size())
    return box.emitOpError("names ") << box.getTiedBy()->size() << " cells for " << paths.size()
                                     << " paths [call.arity]";
  llvm::StringSet<> tied;
  for (auto [path, wire] : llvm::zip(paths.getAsValueRange<StringAttr>(), box.getTied())) {
    std::optional<ObjectType> weight = storedType(callee, path, symbols);
    if (!weight || !tied.insert(path).second)
      return box.emitOpError("`") << box.getCallee() << "` has no weight `" << path
                                  << "` that is free [cell.target]";
    if (*weight != wire.getType())
      return box.emitOpError("weight `")
             << path << "` is `" << *weight << "`, but the wire is `" << wire.getType() << "` [cell.axis]";
  }
  return success();
}

LogicalResult BoxOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<MorphismOp>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError("there is no morphism `") << getCallee() << "` [name.unknown]";
  SmallVector<Type> inputs = llvm::to_vector(callee.getInputTypes().getAsValueRange<TypeAttr>());
  SmallVector<Type> outputs = llvm::to_vector(callee.getOutputTypes().getAsValueRange<TypeAttr>());
  if (inputs.size() != getWires().size() || outputs.size() != getNumResults())
    return emitOpError("`") << getCallee() << "` has " << inputs.size() << " inputs and " << outputs.size()
                            << " outputs [call.arity]";
  for (auto [i, type] : llvm::enumerate(inputs))
    if (type != getWires()[i].getType())
      return emitOpError("input wire ")
             << i + 1 << " of `" << getCallee() << "` is `" << type << "`, but the wire is `"
             << getWires()[i].getType() << "` [wire.axis]";
  if (getResultTypes() != TypeRange(outputs))
    return emitOpError("the outputs of `") << getCallee() << "` have other types [wire.axis]";
  return verifyTies(*this, callee, symbols);
}

LogicalResult CopyOp::verify() {
  for (Type type : getResultTypes())
    if (type != getWire().getType())
      return emitOpError("a copy has the type of the wire [wire.axis]");
  return success();
}

LogicalResult PackOp::verify() {
  if (getPacked().getType() != TupleType::get(getContext(), llvm::to_vector(getWires().getTypes())))
    return emitOpError("packs other wires than its type says [wire.axis]");
  return success();
}
LogicalResult UnpackOp::verify() {
  if (getPacked().getType() != TupleType::get(getContext(), llvm::to_vector(getResultTypes())))
    return emitOpError("unpacks other wires than its type says [wire.axis]");
  return success();
}

LogicalResult ContractOp::verifyRegions() {
  SmallVector<Type> expected;
  if (std::optional<ArrayAttr> over = getOver())
    for (Attribute axis : *over)
      expected.push_back(ObjectType::get(getContext(), cast<StringAttr>(axis).getValue()));
  llvm::append_range(expected, getWires().getTypes());
  Block &block = getCondition().front();
  Operation *yield = block.getTerminator();
  Type boolType = ObjectType::get(getContext(), "bool");
  if (block.getArgumentTypes() != TypeRange(expected) || !isa<YieldOp>(yield) ||
      yield->getOperandTypes() != TypeRange(boolType))
    return emitOpError("takes indices and wires and yields a bool [type.element]");
  return success();
}

void ContractOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  std::optional<ArrayAttr> names = getNames();
  if (!names)
    return;
  unsigned first = getOver() ? getOver()->size() : 0;
  for (auto [i, name] : llvm::enumerate(*names))
    setName(region.front().getArgument(first + i), cast<StringAttr>(name).getValue());
}

} // namespace weft
