// A network's object in this process, called by its C interface.
#pragma once

#include "compiler/target/artifact/NetworkDescription.h"
#include "compiler/target/cpu/LoadedCode.h"
#include "lib/runtime/Parallel.h"

namespace weft {

class LoadedNetwork {
public:
  /// Why a call of the interface did not succeed.
  struct Failure {
    int status;                   // a `weft_status`
    std::string message;          // `PREFIX_last_error`: `place: what happened [name]`
    std::optional<unsigned> site; // of a run-time error: its number in `Artifact::sites`
  };

  /// The object's own bytes, loaded and given a context. Null when that fails.
  static std::unique_ptr<LoadedNetwork> load(llvm::StringRef object, llvm::StringRef prefix,
                                             std::string &error);
  ~LoadedNetwork();

  /// Threads for all that follows; null: none. They outlive the network.
  void setParallel(const weft_parallel *parallel);
  std::optional<Failure> bindWeights(llvm::ArrayRef<char> safetensors);
  std::optional<Failure> bindWeight(const std::string &name, const void *data, size_t bytes);
  std::optional<Failure> bindInput(const std::string &name, const void *data);
  /// Scratch at these sizes (open axes in order).
  std::optional<Failure> scratchSize(llvm::ArrayRef<int64_t> sizes, int64_t &bytes);
  /// With scratch of the network's own, kept from call to call.
  std::optional<Failure> call(llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<const void *> inputs,
                              llvm::ArrayRef<void *> outputs);
  /// The same over memory of the caller; what `weft bench` measures.
  int callRaw(const int64_t *sizes, const void *const *inputs, void *const *outputs, void *scratch,
              size_t scratchBytes);

private:
  struct Functions;
  LoadedNetwork() = default;
  std::optional<Failure> failure(int status);

  std::unique_ptr<LoadedCode> code;
  std::unique_ptr<Functions> functions;
  void *context = nullptr;
  void *scratch = nullptr;
  int64_t scratchBytes = 0;
};

} // namespace weft
