// The weights of a morphism and of all boxes inside it, by path.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// One weight of one occurrence. Its path leaves indices out (`body.attn.Wq`); the axes of enclosing `chain`
/// and `each` stand first in its type, the outer before the inner.
struct OccurrenceWeight {
  std::string path;
  ObjectType type;
  mlir::Attribute init; // an InitAttr, or unit when the program says nothing
  mlir::Location location;
};

/// `base` and `name` joined by a dot; an empty one adds no level.
std::string joinPath(llvm::StringRef base, llvm::StringRef name);

/// All weights that a morphism stores, in order: its own, then those of its boxes as written, without tied
/// ones.
std::vector<OccurrenceWeight> weightsOf(MorphismOp morphism);

/// Whether a morphism is one 2-cell: a box with ties, and the equations that its ties need.
bool isCell(MorphismOp morphism);
/// The box of a cell.
BoxOp boxOfCell(MorphismOp cell);

/// The weights of all occurrences under a morphism, as if no cell tied any: what each box's own morphism
/// declares. The same order as in the diagram.
std::vector<OccurrenceWeight> occurrencesOf(MorphismOp morphism);
/// The same for a block (a morphism's or a frame's body), as `collectWeights`.
void collectOccurrences(mlir::Block &block, llvm::StringRef path, llvm::ArrayRef<mlir::StringAttr> axes,
                        std::vector<OccurrenceWeight> &weights);

/// All weights stored for the boxes and calls inside a block (a morphism's or a frame's body), whose paths
/// start with `path` and whose types start with `axes`.
void collectWeights(mlir::Block &block, llvm::StringRef path, llvm::ArrayRef<mlir::StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights);

/// The same for one morphism: its own weights and those inside.
void collectWeights(MorphismOp morphism, llvm::StringRef path, llvm::ArrayRef<mlir::StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights);

} // namespace weft
