// The files of a compiled network: object, header, manifest, and what can be made of the object.
#pragma once

#include "compiler/target/artifact/NetworkDescription.h"
#include "compiler/target/cpu/CpuCode.h"
#include "llvm/IR/Module.h"

namespace weft {

struct Artifact {
  std::string object, header, manifest;
  std::vector<ProfiledStep> steps; // when a profile was asked for
  std::vector<ErrorSite> sites;    // what a number from `PREFIX_last_error_site` means
};

struct ArtifactOptions {
  std::string prefix;
  bool unchecked = false;
  bool profile = false;                            // as in CpuOptions
  std::map<std::string, Sha256> hashes;            // of weights, by path
  std::optional<FoldAlgorithm> foldAlgorithm = {}; // as in CpuOptions
};

/// Code for one kind of processor; its functions are `weft_call_0`, … by its place among the variants.
struct CodeVariant {
  CpuTarget target;
  CpuCode code;
};

/// All of it, from a network in normal form, for one or more processors of one triple: a context takes the
/// most demanding code that its processor can run. None by a bug of the compiler.
std::optional<Artifact> buildArtifact(mlir::ModuleOp program, NetworkOp network,
                                      llvm::ArrayRef<CpuTarget> targets, const ArtifactOptions &options);

/// Links the C interface (lib/runtime) and the network's descriptor into the module that the variants became;
/// then only `PREFIX_…` is visible. Comes after `optimizeModule`: the runtime is optimised already. False by
/// a bug of the compiler.
bool addInterface(llvm::Module &module, const NetworkDescription &network,
                  llvm::ArrayRef<CodeVariant> variants);

/// C99 and C++.
std::string headerText(const NetworkDescription &network);
/// JSON as docs/manifest.schema.json says.
std::string manifestText(const NetworkDescription &network, llvm::ArrayRef<CodeVariant> variants);

/// Files made of an object file; the error is a sentence. A shared library is linked by the system's C
/// compiler.
std::optional<std::string> linkShared(const std::string &objectPath, const std::string &outputPath);
std::optional<std::string> writeArchive(const std::string &objectPath, const std::string &outputPath);

} // namespace weft
