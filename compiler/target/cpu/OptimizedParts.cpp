// Each part is a module of its own, in a context of its own, which a thread may use: it goes there and comes
// back as bitcode. What parts share has to have a name that they all see, and is internal again at the end.
// Constants stay visible in every part.
#include "compiler/target/cpu/OptimizedParts.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace weft {

// Of a part, about; the work that parts come with is little beside it.
static constexpr size_t instructionsOfPart = 6'000;

namespace {

using Bitcode = llvm::SmallString<0>;
using Parts = std::vector<llvm::DenseSet<const llvm::GlobalValue *>>;

Bitcode bitcodeOf(const llvm::Module &module) {
  Bitcode bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::WriteBitcodeToFile(module, stream);
  return bytes;
}

std::unique_ptr<llvm::Module> parsed(const Bitcode &bytes, llvm::LLVMContext &context) {
  llvm::Expected<std::unique_ptr<llvm::Module>> module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "weft"), context);
  if (module)
    return std::move(*module);
  llvm::consumeError(module.takeError());
  return nullptr;
}

// The first part has what may be inlined; the others have the rest, in order.
Parts partsOf(const llvm::Module &module) {
  Parts parts(1);
  size_t instructions = instructionsOfPart;
  for (const llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    if (!function.hasFnAttribute(llvm::Attribute::NoInline) || !function.hasLocalLinkage()) {
      parts.front().insert(&function);
      continue;
    }
    if (instructions >= instructionsOfPart) {
      parts.emplace_back();
      instructions = 0;
    }
    parts.back().insert(&function);
    instructions += function.getInstructionCount();
  }
  for (const llvm::GlobalVariable &variable : module.globals())
    parts.front().insert(&variable);
  return parts;
}

Bitcode bitcodeOf(const llvm::Module &module, const Parts &parts, size_t number) {
  llvm::ValueToValueMapTy map;
  std::unique_ptr<llvm::Module> part = llvm::CloneModule(module, map, [&](const llvm::GlobalValue *value) {
    auto variable = llvm::dyn_cast<llvm::GlobalVariable>(value);
    return (variable && variable->isConstant()) || parts[number].contains(value);
  });
  if (number > 0)
    for (llvm::GlobalVariable &variable : part->globals())
      if (variable.hasInitializer())
        variable.setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
  return bitcodeOf(*part);
}

} // namespace

bool optimizeInParts(std::unique_ptr<llvm::Module> &module,
                     llvm::function_ref<bool(llvm::Module &)> optimize) {
  Parts parts = partsOf(*module);
  if (parts.size() <= 2)
    return optimize(*module);
  std::vector<std::string> internal;
  for (llvm::GlobalValue &value : module->global_values())
    if (value.hasLocalLinkage()) {
      internal.push_back(value.getName().str());
      value.setLinkage(llvm::GlobalValue::ExternalLinkage);
      value.setVisibility(llvm::GlobalValue::HiddenVisibility);
    }
  std::vector<Bitcode> code(parts.size());
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency());
  for (size_t number = 0; number < parts.size(); ++number) {
    code[number] = bitcodeOf(*module, parts, number);
    pool.async([&bytes = code[number], optimize] {
      llvm::LLVMContext context;
      std::unique_ptr<llvm::Module> part = parsed(bytes, context);
      bytes = part && optimize(*part) ? bitcodeOf(*part) : Bitcode();
    });
  }
  pool.wait();
  llvm::LLVMContext &context = module->getContext();
  module = parsed(code.front(), context);
  for (const Bitcode &bytes : llvm::drop_begin(code)) {
    std::unique_ptr<llvm::Module> part = module ? parsed(bytes, context) : nullptr;
    if (!part || llvm::Linker::linkModules(*module, std::move(part)))
      return false;
  }
  for (const std::string &name : internal)
    if (llvm::GlobalValue *value = module->getNamedValue(name)) {
      value->setVisibility(llvm::GlobalValue::DefaultVisibility);
      value->setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  return true;
}

} // namespace weft
