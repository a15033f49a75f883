// Runs passes of Weft, or any part of its pipeline, on network IR in a file.
#include "compiler/normalize/Passes.h"
#include "dialects/weft/WeftDialect.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<weft::WeftDialect>();
  mlir::registerTransformsPasses();
  weft::registerWeftNormalizePasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Weft's optimizer driver\n", registry));
}
