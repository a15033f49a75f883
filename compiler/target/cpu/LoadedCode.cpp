#include "compiler/target/cpu/LoadedCode.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"

namespace weft {

LoadedCode::LoadedCode(std::unique_ptr<llvm::orc::LLJIT> jit) : jit(std::move(jit)) {}
LoadedCode::~LoadedCode() = default;

std::unique_ptr<LoadedCode> LoadedCode::load(llvm::StringRef object, std::string &error) {
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit) {
    error = llvm::toString(jit.takeError());
    return nullptr;
  }
  if (llvm::Error failure =
          (*jit)->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "network.o"))) {
    error = llvm::toString(std::move(failure));
    return nullptr;
  }
  return std::unique_ptr<LoadedCode>(new LoadedCode(std::move(*jit)));
}

void *LoadedCode::find(llvm::StringRef name) {
  auto address = jit->lookup(name);
  if (!address) {
    llvm::consumeError(address.takeError());
    return nullptr;
  }
  return address->toPtr<void *>();
}

} // namespace weft
