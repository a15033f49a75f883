// The operation of one morphism while it is made, from equations, from a diagram, or from a cell.
#pragma once

#include "compiler/elaborate/Body.h"
#include "compiler/elaborate/TiePlan.h"

namespace weft {

struct WeightWire {
  std::string name; // as files call it
  std::string wire;
  mlir::Attribute initial;
};

class MorphismBody {
public:
  MorphismBody(State &state, Instance &instance, const Environment &environment)
      : state(state), instance(instance), environment(environment), ast(*instance.entity->morphism),
        body(state, this->environment, ast) {}

  void run(bool withBody) {
    size_t errors = state.diagnostics.errorCount();
    bool well = instance.entity->cell ? withBody && cell()
                : ast.diagram         ? withBody && diagram()
                                      : header() && (!withBody || wiring());
    instance.failed |= !well || !withBody || state.diagnostics.errorCount() != errors;
    finish();
  }

private:
  bool header();
  bool declareWires(const std::vector<ast::Typed> &wires, Wire::Role role, std::vector<std::string> &names,
                    std::vector<mlir::Type> &types);
  bool declareWeights();
  bool isLeftOut(const std::string &weight) const;
  bool closed(const ast::Weight &weight, ObjectType type);
  bool wiring();
  bool returnOutputs();
  void reportUnused();
  bool diagram();
  bool cell();
  bool declareStored(const TiePlan &plan);
  bool emitTied(TiePlan &plan, const Instance &subject);
  void createOp();
  void finish();

  State &state;
  Instance &instance;
  Environment environment;
  const ast::Morphism &ast;
  Body body;
  std::vector<WeightWire> weights;
  MorphismOp op;
};

} // namespace weft
