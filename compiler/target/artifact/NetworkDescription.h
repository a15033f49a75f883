// What callers of a compiled network need to know: its edge in the words of C.
#pragma once

#include "dialects/weft/AxisTable.h"

#include <array>
#include <map>

namespace weft {

using Sha256 = std::array<uint8_t, 32>;

/// An input, weight or output.
struct EdgeTensor {
  std::string name;
  std::string member; // the name in C
  ObjectType type;
  mlir::Attribute init;             // of a weight: an InitAttr, or unit
  std::vector<std::string> aliases; // of a weight: the other occurrences that are views of it
  std::optional<Sha256> hash;       // of a weight's bytes, when the object is to insist on them
};

struct NetworkDescription {
  explicit NetworkDescription(AxisTable axes) : axes(std::move(axes)) {}

  std::string prefix; // of every symbol of the object
  std::string name;   // of the network in the program
  std::string real;   // `f32` or `f64`
  mlir::ModuleOp program;
  AxisTable axes;
  /// Of the open axes in order: callers give sizes of the used ones only, under these names in C.
  std::vector<bool> axisIsUsed;
  std::vector<std::string> sizeMembers;
  /// Used axes whose size is computed from open ones: it must not be negative.
  std::vector<std::string> checkedAxes;
  std::vector<EdgeTensor> inputs, weights, outputs;
  /// What the weights of the occurrences are made of; null when nothing says so.
  TiesOp ties;
  /// The numbers of elements of all wires that depend on open axes: they must fit in memory.
  std::vector<Size> wireCounts;

  /// `float`, `uint16_t`, …: how C sees an element.
  llvm::StringRef cType(ObjectType type) const;
  /// The open axes that callers give sizes of, in order.
  std::vector<std::string> usedAxes() const;
  /// `F32`, `I64`, …: how safetensors calls an element.
  llvm::StringRef storedType(ObjectType type) const;
};

/// `prefix` may be any text: it is made an identifier of C.
NetworkDescription describeNetwork(mlir::ModuleOp program, NetworkOp network, llvm::StringRef prefix,
                                   const std::map<std::string, Sha256> &hashes = {});

} // namespace weft
