// What a network takes and gives at its edge, as tensors: read from files, checked, sized, and shown.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "lib/source/Source.h"
#include "lib/tensorfile/Tensor.h"

#include <map>

namespace weft {

/// A wire or weight of the entry.
struct EdgeWire {
  std::string name;
  ObjectType type;
  mlir::Attribute init; // of a weight
};

/// The entry's inputs, weights and outputs; packed wires by their parts.
struct Edge {
  std::vector<EdgeWire> inputs, weights, outputs;
};

/// The morphism that is compiled.
MorphismOp entryOf(mlir::ModuleOp program);
/// Of a program whose cells are composed: weights are those that its `weft.ties` stores.
Edge edgeOf(MorphismOp entry);

using Sizes = std::map<std::string, int64_t>;

/// Reads `--in wire=file` into a tensor of each input wire, in order.
std::vector<Tensor> readInputs(const Edge &edge, llvm::ArrayRef<std::string> arguments, llvm::StringRef real,
                               Diagnostics &diagnostics);

/// The sizes that are given; reports what is no open axis, and what is no size.
Sizes checkedSizes(const AxisTable &axes, const Sizes &given, Diagnostics &diagnostics);

/// The sizes of all open axes: those that `given` says, those that the inputs' shapes show. Whatever does not
/// agree is `size.mismatch`, whatever stays open `size.unknown`.
Sizes solveSizes(const Edge &edge, llvm::ArrayRef<Tensor> inputs, const AxisTable &axes, const Sizes &given,
                 Diagnostics &diagnostics);

/// The shape of a wire at these sizes.
std::vector<int64_t> shapeOf(ObjectType type, const AxisTable &axes, const Sizes &sizes);

/// Whether the wires together fit this machine's memory; reports `limit` when they do not. `what` names them.
bool fitInMemory(llvm::ArrayRef<EdgeWire> wires, llvm::StringRef what, llvm::StringRef real,
                 const AxisTable &axes, const Sizes &sizes, Diagnostics &diagnostics);

/// Index inputs lie in their axes; else `index.range`, with the place.
void checkIndices(const Edge &edge, llvm::ArrayRef<Tensor> inputs, const AxisTable &axes, const Sizes &sizes,
                  Diagnostics &diagnostics);

/// Stores a number as the tensor's element type.
void writeElement(Tensor &tensor, size_t i, double value);
/// The same for a tensor of integers, which hold it.
void writeInteger(Tensor &tensor, size_t i, int64_t value);

/// `name : type [shape]` and the values, as numpy prints them, long ones abridged.
std::string shown(const std::string &name, ObjectType type, const Tensor &tensor);

} // namespace weft
