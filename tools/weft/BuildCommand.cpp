// `weft build`: object, header and manifest beside each other, and what else is asked for.
#include "compiler/pipeline/Phases.h"
#include "compiler/target/artifact/Artifact.h"
#include "dialects/weft/TieForms.h"
#include "lib/runtime/Sha256.h"
#include "lib/tensorfile/MappedFile.h"
#include "tools/weft/Checkpoint.h"
#include "tools/weft/Commands.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft {

namespace {

class Build {
public:
  Build(Compilation &compilation, const ToolOptions &options) : c(compilation), options(options) {}
  void run();

private:
  void readWeightValues();
  std::map<std::string, Sha256> hashes();
  bool write(llvm::StringRef suffix, llvm::StringRef text);
  void writeFiles(const Artifact &artifact);
  std::string path(llvm::StringRef suffix) { return options.output + suffix.str(); }
  void report(const std::optional<std::string> &problem) {
    if (problem)
      c.diagnostics.error("file.format", {}, *problem);
  }

  Compilation &c;
  const ToolOptions &options;
  Edge edge;
  WeightValues weights; // those that the object is to insist on
};

void Build::readWeightValues() {
  edge = edgeOf(entryOf(*c.network));
  AxisTable axes(*c.network);
  if (!options.weights.empty())
    weights = weightsFromFile(c, options, edge, axes);
  else if (options.seed)
    weights = drawWeights(edge, *options.seed, options.compilation.real, axes, c.diagnostics);
}

std::map<std::string, Sha256> Build::hashes() {
  std::map<std::string, Sha256> result;
  for (auto [wire, view] : llvm::zip(edge.weights, weights.views))
    weft_sha256(view.data, view.bytes, result[wire.name].data());
  return result;
}

bool Build::write(llvm::StringRef suffix, llvm::StringRef text) {
  std::span<const std::byte> pieces[] = {std::as_bytes(std::span(text))};
  std::optional<FileError> error = writeFile(path(suffix), pieces);
  if (error)
    c.diagnostics.error(error->name, {}, error->message);
  return !error;
}

void Build::writeFiles(const Artifact &artifact) {
  llvm::StringRef folder = llvm::sys::path::parent_path(options.output);
  if (!folder.empty())
    llvm::sys::fs::create_directories(folder, /*IgnoreExisting=*/true, llvm::sys::fs::all_all);
  if (!write(".o", artifact.object) || !write(".h", artifact.header) || !write(".json", artifact.manifest))
    return;
  if (options.shared)
    report(linkShared(path(".o"), path(".so")));
  if (options.archive)
    report(writeArchive(path(".o"), path(".a")));
  std::map<std::string, TensorView> views;
  for (auto [wire, view] : llvm::zip(edge.weights, weights.views))
    views[wire.name] = view;
  std::map<std::string, std::string> aliases;
  for (TieOp tie : tiesOf(*c.network, c.entryNetwork().getSymName()).ties())
    if (tie.getForm() != TieForm::own)
      aliases[tie.getPath().str()] = formText(tie);
  if (!views.empty())
    if (std::optional<FileError> error = writeSafetensors(path(".weights"), views, aliases))
      c.diagnostics.error(error->name, {}, error->message);
}

void Build::run() {
  if (!runUntil(c, "normal") || !selectTarget(c))
    return;
  readWeightValues();
  checkedSizes(AxisTable(*c.network), options.sizes, c.diagnostics);
  if (c.diagnostics.hasErrors())
    return;
  ArtifactOptions artifactOptions;
  artifactOptions.prefix =
      options.prefix.empty() ? llvm::sys::path::filename(options.output).str() : options.prefix;
  artifactOptions.unchecked = options.compilation.unchecked;
  artifactOptions.hashes = hashes();
  artifactOptions.foldAlgorithm = options.compilation.foldAlgorithm;
  std::optional<Artifact> artifact = buildArtifact(*c.normal, c.entryNetwork(), c.targets, artifactOptions);
  if (!artifact) {
    c.bug("asm");
    return;
  }
  writeFiles(*artifact);
}

} // namespace

int buildCommand(const ToolOptions &options) {
  Compilation c(options.compilation);
  Build(c, options).run();
  return finish(c, options);
}

} // namespace weft
