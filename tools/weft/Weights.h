// The weights of a network: in a file that is seen as memory, or drawn, or put together from a file.
#pragma once

#include "compiler/target/artifact/LoadedNetwork.h"
#include "lib/tensorfile/Safetensors.h"
#include "tools/weft/Wires.h"

namespace weft {

/// Where each weight of an edge lies, in its order, and what holds them.
struct WeightValues {
  WeightValues() = default;
  explicit WeightValues(std::vector<Tensor> tensors);
  WeightValues(SafetensorsFile whole, const Edge &edge);

  std::vector<TensorView> views;

  /// Pages of a file are given back once they are packed.
  std::optional<LoadedNetwork::Failure> bind(LoadedNetwork &network, const Edge &edge) const;

private:
  std::vector<Tensor> own;
  std::optional<SafetensorsFile> file; // these weights under their own names, and nothing else
};

/// The weights of a safetensors file, under their own names, each checked.
WeightValues readWeights(const Edge &edge, const std::string &path, llvm::StringRef real,
                         const AxisTable &axes, Diagnostics &diagnostics);
/// The weights drawn as the program says; none when they do not fit in memory.
WeightValues drawWeights(const Edge &edge, uint64_t seed, llvm::StringRef real, const AxisTable &axes,
                         Diagnostics &diagnostics);

} // namespace weft
