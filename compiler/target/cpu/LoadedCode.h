// Machine code of a network in this process.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <string>

namespace llvm::orc {
class LLJIT;
}

namespace weft {

class LoadedCode {
public:
  /// Null when the object cannot be linked; `error` says why.
  static std::unique_ptr<LoadedCode> load(llvm::StringRef object, std::string &error);
  ~LoadedCode();

  /// The address of a function of the object; null when there is none.
  void *find(llvm::StringRef name);

private:
  explicit LoadedCode(std::unique_ptr<llvm::orc::LLJIT> jit);
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace weft
