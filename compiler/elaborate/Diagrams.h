// Diagrams to boxes and frames. Wires between boxes are flat; declared wires of product type are packed at
// boxes.
#pragma once

#include "compiler/elaborate/Occurrences.h"
#include "compiler/elaborate/State.h"

namespace weft {

const ast::Diagram &withoutGroups(const ast::Diagram &diagram);
/// Whether a name for the diagram is the name of one box in it: an instance, under any frames.
bool singleInstance(const ast::Diagram &diagram);

/// The wires of a diagram by name; none when that cannot be told from its parts' declarations.
std::optional<DiagramShape> shapeOf(State &state, const ast::Diagram &diagram,
                                    const Environment &environment);
std::optional<DiagramShape> shapeOf(State &state, const Entity &morphism);

using Values = llvm::SmallVector<mlir::Value>;

class Diagrams {
public:
  Diagrams(State &state, const Environment &environment, Occurrences &occurrences, mlir::OpBuilder &builder)
      : state(state), environment(environment), occurrences(occurrences), builder(builder) {}

  /// The outputs for these inputs, both flat. `expected` are types that the outputs should have, when known.
  std::optional<Values> emit(const ast::Diagram &diagram, llvm::StringRef name, Values inputs,
                             llvm::ArrayRef<mlir::Type> expected);
  /// One box: a morphism, a box parameter, `id`, `copy`, `drop`, `swap`.
  std::optional<Values> emitInstance(const ast::Name &head, const ast::Brackets *brackets,
                                     llvm::StringRef name, Values inputs, llvm::ArrayRef<mlir::Type> expected,
                                     Range range);

  /// The types that the diagram takes when it stands alone; reports what does not say its types.
  std::optional<llvm::SmallVector<mlir::Type>> headTypes(const ast::Diagram &diagram);

  /// Several wires as one of `type`, and back.
  mlir::Value pack(Values leaves, Range range);
  void unpack(mlir::Value wire, Values &leaves, Range range);

  /// Where a wire comes from, for messages: `output wire 1 of `encode``.
  llvm::DenseMap<mlir::Value, std::string> origins;
  std::string origin(mlir::Value wire);

  /// A fold (or with `scan` its prefixes) of a monoid along the first axis of wires.
  std::optional<Values> emitMonoidFrame(const ast::Diagram &diagram, const MonoidValue &monoid, Values inputs,
                                        bool scan);

private:
  std::optional<Values> emitNamed(llvm::StringRef name, const ast::Diagram &diagram, Values inputs,
                                  llvm::ArrayRef<mlir::Type> expected);
  std::optional<Values> emitProduct(const ast::Diagram &diagram, Values inputs,
                                    llvm::ArrayRef<mlir::Type> expected);
  std::optional<Values> emitStructure(const ast::Name &head, const ast::Brackets *brackets, Values inputs,
                                      Range range);
  std::optional<Values> apply(const BoxValue &box, unsigned depth, llvm::StringRef name,
                              llvm::StringRef shown, Values inputs, Range range);
  // Frames.cpp
  std::optional<Values> emitFrame(const ast::Diagram &diagram, llvm::StringRef name, Values inputs);
  std::optional<Values> emitIterate(const ast::Diagram &diagram, llvm::StringRef name, Values inputs);
  struct FrameWires;
  bool frameRoles(const ast::Diagram &diagram, const Values &inputs, FrameWires &wires);
  std::optional<MonoidValue> monoidOf(const ast::Diagram &diagram);
  bool checkWeightsClosed(mlir::Region &region, llvm::StringRef axis, Range range);
  bool checkWeightsIfNeeded(const ast::Diagram &diagram, mlir::Region &body, llvm::StringRef axis);

  State &state;
  const Environment &environment;
  Occurrences &occurrences;
  mlir::OpBuilder &builder;
};

/// How a diagram is written: `map dense[A, B] over S`, shortened.
std::string writtenText(Range range);

} // namespace weft
