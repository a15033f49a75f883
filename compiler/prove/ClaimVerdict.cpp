#include "compiler/prove/ClaimVerdict.h"
#include "compiler/normalize/NormalForm.h"

using namespace mlir;

namespace weft::prove {

OwningOpRef<ModuleOp> networkOf(ModuleOp program, StringRef morphism, bool normal) {
  OwningOpRef<ModuleOp> copy = program.clone();
  (*copy)->setAttr("weft.entry", FlatSymbolRefAttr::get(program.getContext(), morphism));
  for (ClaimOp claim : llvm::make_early_inc_range(copy->getOps<ClaimOp>()))
    claim.erase();
  PassManager passes(program.getContext());
  addInlining(passes);
  if (normal)
    addNormalForm(passes);
  return succeeded(passes.run(*copy)) ? std::move(copy) : nullptr;
}

} // namespace weft::prove
