// A wire element by element: each clause at all its indices.
#include "compiler/reference/Evaluation.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::reference {

static ArrayAttr clauseNames(EquationOp equation, unsigned clause) {
  std::optional<ArrayAttr> names = equation.getIndexNames();
  return names && clause < names->size() ? dyn_cast<ArrayAttr>((*names)[clause]) : ArrayAttr();
}

LogicalResult Evaluation::runClause(EquationOp equation, unsigned clause, Tensor &result) {
  DefineOp end = equation.define(clause);
  auto type = cast<ObjectType>(equation.getResult().getType());
  for (unsigned i = 0; i < equation.getWires().size(); ++i)
    wires[equation.wireArgument(clause, i)] = Wire(wires[equation.getWires()[i]]);
  return forEachIndex(
      equation.indices(clause), clauseNames(equation, clause), [&](ArrayRef<Scalar> at) -> LogicalResult {
        enter(*end->getBlock(), at);
        FailureOr<Scalar> value = need(end.getValue());
        if (failed(value))
          return mlir::failure();
        std::string wire = fmt::format("wire `{}`", equation.getName().str());
        FailureOr<Scalar> held = this->held(*value, type, wire, equation.getLoc());
        FailureOr<Scalars> positions = needAll(end.getPositions());
        if (failed(held) || failed(positions))
          return mlir::failure();
        result.write(
            llvm::map_to_vector<4>(*positions, [](Scalar p) { return static_cast<int64_t>(p.integer); }),
            *held);
        return success();
      });
}

LogicalResult Evaluation::runEquation(EquationOp equation) {
  FailureOr<Wire> result = allocate(equation.getResult().getType(), equation.getLoc());
  if (failed(result))
    return mlir::failure();
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    if (failed(runClause(equation, clause, result->tensor)))
      return mlir::failure();
  wires[equation.getResult()] = *result;
  return success();
}

} // namespace weft::reference
