#include "compiler/target/artifact/LoadedNetwork.h"
#include "compiler/target/artifact/Identifier.h"
#include "lib/runtime/Descriptor.h"
#include "lib/runtime/Status.h"

#include <cstdlib>

namespace weft {

// The functions of the object, by the declarations of its header.
struct LoadedNetwork::Functions {
  int (*create)(void **, uint32_t);
  void (*destroy)(void *);
  const char *(*lastError)(const void *);
  int64_t (*lastErrorSite)(const void *);
  void (*setParallelFor)(void *, const weft_parallel *);
  int (*bindWeights)(void *, const void *, size_t);
  int (*bindWeight)(void *, const char *, const void *, size_t);
  int (*bindInput)(void *, const char *, const void *);
  size_t (*scratchSize)(void *, const int64_t *);
  int (*call)(void *, const int64_t *, const void *const *, void *const *, void *, size_t);
};

std::unique_ptr<LoadedNetwork> LoadedNetwork::load(llvm::StringRef object, llvm::StringRef prefix,
                                                   std::string &error) {
  std::unique_ptr<LoadedNetwork> network(new LoadedNetwork);
  network->code = LoadedCode::load(object, error);
  if (!network->code)
    return nullptr;
  network->functions = std::make_unique<Functions>();
  Functions &f = *network->functions;
  auto find = [&](auto &function, llvm::StringRef name) {
    std::string symbol = identifierOf(prefix) + "_" + name.str();
    function = reinterpret_cast<std::decay_t<decltype(function)>>(network->code->find(symbol));
    if (!function && error.empty())
      error = "the object has no function `" + symbol + "`";
  };
  find(f.create, "create");
  find(f.destroy, "destroy");
  find(f.lastError, "last_error");
  find(f.lastErrorSite, "last_error_site");
  find(f.setParallelFor, "set_parallel_for");
  find(f.bindWeights, "bind_weights");
  find(f.bindWeight, "bind_weight");
  find(f.bindInput, "bind_input");
  find(f.scratchSize, "scratch_size");
  find(f.call, "call");
  if (!error.empty())
    return nullptr;
  if (int status = f.create(&network->context, WEFT_ABI_VERSION)) {
    error = status == WEFT_CPU ? std::string("this processor lacks `") + f.lastError(nullptr) + "`"
                               : "status " + std::to_string(status);
    return nullptr;
  }
  return network;
}

LoadedNetwork::~LoadedNetwork() {
  if (context)
    functions->destroy(context);
  std::free(scratch);
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::failure(int status) {
  if (status == WEFT_OK)
    return std::nullopt;
  Failure failure{status, functions->lastError(context), {}};
  if (int64_t site = functions->lastErrorSite(context); site >= 0)
    failure.site = static_cast<unsigned>(site);
  return failure;
}

void LoadedNetwork::setParallel(const weft_parallel *parallel) {
  functions->setParallelFor(context, parallel);
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::bindWeights(llvm::ArrayRef<char> safetensors) {
  return failure(functions->bindWeights(context, safetensors.data(), safetensors.size()));
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::bindWeight(const std::string &name, const void *data,
                                                                size_t bytes) {
  return failure(functions->bindWeight(context, name.c_str(), data, bytes));
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::bindInput(const std::string &name, const void *data) {
  return failure(functions->bindInput(context, name.c_str(), data));
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::scratchSize(llvm::ArrayRef<int64_t> sizes,
                                                                 int64_t &bytes) {
  bytes = static_cast<int64_t>(functions->scratchSize(context, sizes.data()));
  return bytes ? std::nullopt : failure(WEFT_SIZE_MISMATCH);
}

std::optional<LoadedNetwork::Failure> LoadedNetwork::call(llvm::ArrayRef<int64_t> sizes,
                                                          llvm::ArrayRef<const void *> inputs,
                                                          llvm::ArrayRef<void *> outputs) {
  int64_t needed = 0;
  if (std::optional<Failure> wrong = scratchSize(sizes, needed))
    return wrong;
  if (needed > scratchBytes) {
    std::free(scratch);
    scratch = std::malloc(needed);
    scratchBytes = scratch ? needed : 0;
    if (!scratch)
      return Failure{
          WEFT_MEMORY, "there are no " + std::to_string(needed) + " bytes of memory for a call", {}};
  }
  return failure(callRaw(sizes.data(), inputs.data(), outputs.data(), scratch, scratchBytes));
}

int LoadedNetwork::callRaw(const int64_t *sizes, const void *const *inputs, void *const *outputs,
                           void *scratch, size_t scratchBytes) {
  return functions->call(context, sizes, inputs, outputs, scratch, scratchBytes);
}

} // namespace weft
