// The C interface of lib/runtime, linked into a network's module under the network's own names.
#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/artifact/DescriptorConstants.h"
#include "lib/runtime/Bitcode.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"

namespace weft {

// The functions that a header declares; each becomes `PREFIX_…`.
static constexpr llvm::StringRef publicFunctions[] = {
    "cpu",          "create",      "destroy",    "last_error",  "last_error_site",  "status_text",
    "bind_weights", "bind_weight", "bind_input", "skip_hashes", "set_parallel_for", "scratch_size",
    "call_network"};

static bool linkRuntime(llvm::Module &module, llvm::StringRef triple) {
  llvm::Linker linker(module);
  for (const EmbeddedBitcode &embedded : runtimeBitcode(llvm::StringRef(triple).split('-').first)) {
    llvm::StringRef bytes(reinterpret_cast<const char *>(embedded.bytes), embedded.size);
    llvm::Expected<std::unique_ptr<llvm::Module>> part =
        llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, embedded.name), module.getContext());
    if (!part) {
      llvm::consumeError(part.takeError());
      return false;
    }
    // Which compiler made the runtime is no part of a network.
    if (llvm::NamedMDNode *ident = (*part)->getNamedMetadata("llvm.ident"))
      ident->eraseFromParent();
    (*part)->setTargetTriple(module.getTargetTriple());
    (*part)->setDataLayout(module.getDataLayout());
    if (linker.linkInModule(std::move(*part)))
      return false;
  }
  return true;
}

bool addInterface(llvm::Module &module, const NetworkDescription &network,
                  llvm::ArrayRef<CodeVariant> variants) {
  if (!linkRuntime(module, variants.front().target.triple) || !addDescriptor(module, network, variants))
    return false;
  llvm::SmallPtrSet<llvm::GlobalValue *, 16> visible;
  for (llvm::StringRef name : publicFunctions) {
    llvm::Function *function = module.getFunction(("weft_" + name).str());
    if (!function || function->isDeclaration())
      return false;
    function->setName(network.prefix + "_" + (name == "call_network" ? "call" : name.str()));
    visible.insert(function);
  }
  for (llvm::GlobalValue &value : module.global_values())
    if (!value.isDeclaration() && !visible.contains(&value)) {
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
      value.setDSOLocal(true);
    }
  return !llvm::verifyModule(module);
}

} // namespace weft
