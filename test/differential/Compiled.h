// One random program on its way through the compiler.
#pragma once

#include "compiler/elaborate/Elaborate.h"
#include "compiler/reference/Interpreter.h"
#include "mlir/IR/MLIRContext.h"

namespace weft::differential {

class Program {
public:
  Program(const std::string &path, const std::string &real);

  bool isValid() const { return static_cast<bool>(elaborated); }
  std::string messages() const { return diagnostics.text(); }
  mlir::ModuleOp network() { return *elaborated; }
  MorphismOp entry();

  /// False by a bug of the compiler.
  bool normalize();
  bool compile();
  reference::Outcome evaluateNormalForm(const reference::Call &call);
  reference::Outcome runCompiled(const reference::Call &call);

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  Diagnostics diagnostics;
  Sources sources;
  mlir::OwningOpRef<mlir::ModuleOp> elaborated, normal;
};

} // namespace weft::differential
