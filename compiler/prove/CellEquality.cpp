// Two cells are equal when they start from the same morphism and give each of its weights the same value:
// both are compared as morphisms from the new weights to the old ones.
#include "compiler/prove/ClaimVerdict.h"
#include "dialects/weft/WeightPaths.h"

using namespace mlir;

namespace weft::prove {

// The map of a cell, its inputs gone and the weights of its box the outputs, in order of their paths.
static MorphismOp mapOf(OpBuilder &builder, MorphismOp cell) {
  auto map = cast<MorphismOp>(builder.clone(*cell));
  map.setSymName(("map of " + cell.getSymName()).str());
  BoxOp box = boxOfCell(map);
  std::map<std::string, Value> weights;
  for (auto [path, wire] : llvm::zip(box.tiedPaths(), box.getTied()))
    weights[path.str()] = wire;
  SmallVector<Attribute> names, types;
  SmallVector<Value> wires;
  for (auto &[path, wire] : weights) {
    names.push_back(builder.getStringAttr(path));
    types.push_back(TypeAttr::get(wire.getType()));
    wires.push_back(wire);
  }
  Operation *terminator = map.block().getTerminator();
  OpBuilder inside(terminator);
  ReturnOp::create(inside, terminator->getLoc(), wires);
  terminator->erase();
  box.erase();
  unsigned inputs = map.inputCount();
  map.setInputNamesAttr(builder.getArrayAttr({}));
  map.setInputTypesAttr(builder.getArrayAttr({}));
  map.setOutputNamesAttr(builder.getArrayAttr(names));
  map.setOutputTypesAttr(builder.getArrayAttr(types));
  map.block().eraseArguments(0, inputs);
  return map;
}

ClaimVerdict decideCellEquality(ModuleOp program, StringRef a, StringRef b) {
  ClaimVerdict verdict;
  OwningOpRef<ModuleOp> copy = program.clone();
  auto left = copy->lookupSymbol<MorphismOp>(a), right = copy->lookupSymbol<MorphismOp>(b);
  if (!left || !right || !isCell(left) || !isCell(right))
    return verdict;
  StringRef from = boxOfCell(left).getCallee(), other = boxOfCell(right).getCallee();
  if (from != other) {
    verdict.status = ClaimVerdict::Status::refuted;
    verdict.witness = ("one starts from `" + from + "`, the other from `" + other + "`").str();
    return verdict;
  }
  OpBuilder builder = OpBuilder::atBlockEnd(copy->getBody());
  MorphismOp first = mapOf(builder, left);
  MorphismOp second = left == right ? first : mapOf(builder, right);
  return decideEquality(*copy, first.getSymName(), second.getSymName());
}

} // namespace weft::prove
