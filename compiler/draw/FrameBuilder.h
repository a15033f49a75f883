// One block of a diagram as a frame: its operations as nodes, its values as wires.
#pragma once

#include "compiler/draw/AxisIndices.h"
#include "compiler/draw/Flops.h"
#include "lib/draw/Picture.h"
#include "llvm/ADT/StringMap.h"

namespace weft {

/// What the frames of one picture share.
struct PictureState {
  draw::Picture &picture;
  const AxisTable &axes;
  const AxisIndices &indices;
  Flops flops;
  llvm::DenseMap<mlir::Operation *, int> morphisms{}; // frames of morphisms that are done
  std::vector<std::optional<Size>> numbers{};         // that the weights of each frame hold
  llvm::DenseMap<int, size_t> cellWeights{};          // how many weights frames of cells store
};

/// Puts a frame among those of the picture; `numbers` are those that its weights hold.
int addFrame(PictureState &state, draw::Frame frame, std::optional<Size> numbers);

/// Lists the weights of the boxes below a node; how many numbers they hold.
std::optional<Size> listWeights(const PictureState &state, mlir::Operation &op, draw::Node &node);
/// The same for a node that stands for a frame, its paths under `level`.
std::optional<Size> listWeightsInside(const PictureState &state, llvm::StringRef level, draw::Node &node);
void addNumbers(std::optional<Size> &total, const std::optional<Size> &more);

/// Sees to it that a weight that a cell ties is listed in every frame down to its own; false when the frame
/// has none of that path.
bool listTied(PictureState &state, draw::Frame &frame, const draw::InnerWeight &weight);

/// The frame of a morphism; made once.
int frameOf(PictureState &state, MorphismOp morphism);

/// The frame of a morphism that a cell makes; `box` is what the cell starts from, its weights tied.
int frameOfCell(PictureState &state, MorphismOp made, BoxOp box);

/// What the boxes of morphisms that stand side by side are called: `linear_1`, `linear_2` when they are
/// alike.
std::vector<std::string> factorNames(llvm::ArrayRef<MorphismOp> factors);

/// The frame of morphisms side by side, `f * g`, and of what cells tie of either.
int frameOfProduct(PictureState &state, llvm::ArrayRef<MorphismOp> factors);

/// `real[Seq, Model]`, or a product `(…, …)`.
std::string typeText(mlir::Type type);

/// A port of a frame, for a wire of a type.
draw::Port portOf(const PictureState &state, llvm::StringRef name, mlir::Type type);

/// A symbol without what its generics were given: `dense` of `dense[Model, Hidden]`.
std::string baseName(llvm::StringRef symbol);

/// `net.weft:12`; empty when the file is not known.
std::string sourceText(mlir::Location location);

/// A box that takes and gives numbers and has no weights.
bool isScalarBox(BoxOp box);

class FrameBuilder {
public:
  FrameBuilder(PictureState &state, draw::Frame &frame) : state(state), frame(frame) {}

  /// Arguments first: what stands for inputs, then for weights. Then all operations and the wires between.
  void build(mlir::Block &block, unsigned inputs, llvm::ArrayRef<std::string> outputNames);
  /// Puts the frame among those of the picture.
  int finish();

private:
  void addNode(mlir::Operation &op);
  void addBox(BoxOp box, draw::Node &node);
  void addEquation(EquationOp equation, draw::Node &node);
  void addRepetition(mlir::Operation &op, draw::Node &node);
  void addCopy(CopyOp copy);
  void addWeights(mlir::Block &block, unsigned inputs);
  int insideOf(mlir::Operation &op, draw::FrameKind kind, llvm::StringRef axis);
  void nameResults(mlir::Operation &op, int placed);
  int place(mlir::Operation &op, draw::Node node);
  void connect(mlir::Value value, draw::End to, bool onTop, llvm::StringRef name);
  bool comesFromAbove(mlir::Value value);
  std::string unique(std::string name);
  std::string wireName(mlir::Value value);

  PictureState &state;
  draw::Frame &frame;
  // Where each value starts, what it is called, and whether it falls from above.
  struct Source {
    draw::End end;
    std::string name;
    bool above = false;
  };
  llvm::DenseMap<mlir::Value, Source> sources;
  llvm::StringMap<unsigned> names; // how often each was asked for
  std::optional<Size> weightNumbers;
};

} // namespace weft
