#include "compiler/prove/SameNetworks.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft::prove {

namespace {

class SameNetworks {
public:
  bool run(NetworkOp a, NetworkOp b) {
    for (unsigned i = 0; i < a.inputCount(); ++i)
      map.map(a.input(i), b.input(i));
    for (unsigned i = 0; i < a.weightCount(); ++i)
      for (unsigned j = 0; j < b.weightCount(); ++j)
        if (a.getWeightNames()[i] == b.getWeightNames()[j])
          map.map(a.weight(i), b.weight(j));
    return operations(a.block(), b.block());
  }

private:
  bool operations(Block &a, Block &b) {
    if (a.getOperations().size() != b.getOperations().size())
      return false;
    return llvm::all_of(llvm::zip(a, b),
                        [&](auto pair) { return same(std::get<0>(pair), std::get<1>(pair)); });
  }

  bool regions(Operation &a, Operation &b) {
    for (auto [x, y] : llvm::zip(a.getRegions(), b.getRegions())) {
      if (x.empty() != y.empty())
        return false;
      if (x.empty())
        continue;
      if (x.front().getArgumentTypes() != y.front().getArgumentTypes())
        return false;
      map.map(x.front().getArguments(), y.front().getArguments());
      if (!operations(x.front(), y.front()))
        return false;
    }
    return true;
  }

  static DictionaryAttr withoutNames(Operation &op) {
    SmallVector<NamedAttribute> kept;
    for (NamedAttribute attribute : op.getAttrDictionary())
      if (!llvm::is_contained({"name", "names", "index_names", "text"}, attribute.getName().getValue()))
        kept.push_back(attribute);
    return DictionaryAttr::get(op.getContext(), kept);
  }

  bool operands(Operation &a, Operation &b) {
    auto mapped = [&](Value x, Value y) { return map.lookupOrNull(x) == y; };
    bool inOrder = a.getNumOperands() == b.getNumOperands() &&
                   llvm::all_of(llvm::zip(a.getOperands(), b.getOperands()),
                                [&](auto pair) { return mapped(std::get<0>(pair), std::get<1>(pair)); });
    auto apply = dyn_cast<ApplyOp>(a);
    bool commutes = apply && llvm::is_contained({Function::add, Function::mul, Function::min, Function::max,
                                                 Function::eq, Function::ne},
                                                apply.getFunction());
    return inOrder || (commutes && b.getNumOperands() == 2 && mapped(a.getOperand(0), b.getOperand(1)) &&
                       mapped(a.getOperand(1), b.getOperand(0)));
  }

  // An equation lists the wires that it reads in any order.
  bool sameEquations(EquationOp a, EquationOp b) {
    if (a.getResult().getType() != b.getResult().getType() || a.getWires().size() != b.getWires().size() ||
        a.getClauses().size() != b.getClauses().size())
      return false;
    SmallVector<unsigned> places;
    for (Value wire : a.getWires()) {
      auto place = llvm::find(b.getWires(), map.lookupOrNull(wire));
      if (place == b.getWires().end())
        return false;
      places.push_back(std::distance(b.getWires().begin(), place));
    }
    for (unsigned clause = 0; clause < a.getClauses().size(); ++clause) {
      ArrayRef<BlockArgument> indices = a.indices(clause), others = b.indices(clause);
      if (TypeRange(ValueRange(indices)) != TypeRange(ValueRange(others)))
        return false;
      map.map(ValueRange(indices), ValueRange(others));
      for (auto [i, place] : llvm::enumerate(places))
        map.map(a.wireArgument(clause, i), b.wireArgument(clause, place));
      if (!operations(a.getClauses()[clause].front(), b.getClauses()[clause].front()))
        return false;
    }
    map.map(a.getResult(), b.getResult());
    return true;
  }

  bool same(Operation &a, Operation &b) {
    if (auto equation = dyn_cast<EquationOp>(a); equation && isa<EquationOp>(b))
      return sameEquations(equation, cast<EquationOp>(b));
    if (a.getName() != b.getName() || a.getNumRegions() != b.getNumRegions() ||
        a.getResultTypes() != b.getResultTypes() || withoutNames(a) != withoutNames(b) || !operands(a, b) ||
        !regions(a, b))
      return false;
    map.map(a.getResults(), b.getResults());
    return true;
  }

  IRMapping map;
};

} // namespace

bool areSame(NetworkOp a, NetworkOp b) { return SameNetworks().run(a, b); }

} // namespace weft::prove
