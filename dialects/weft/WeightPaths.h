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

/// The weights that the morphisms of a program store, each found once; a morphism does not change after it
/// was asked for. Very many cells in a row take as long as their equations.
class StoredWeightTable {
public:
  void add(MorphismOp morphism) { morphisms[morphism.getSymNameAttr()] = morphism; }
  void remove(MorphismOp morphism) { morphisms.erase(morphism.getSymNameAttr()); }
  /// Null when there is none of that name.
  MorphismOp find(mlir::StringAttr symbol) const { return morphisms.lookup(symbol); }
  llvm::ArrayRef<OccurrenceWeight> of(MorphismOp morphism);

private:
  llvm::DenseMap<mlir::StringAttr, MorphismOp> morphisms;
  llvm::DenseMap<mlir::Operation *, std::unique_ptr<std::vector<OccurrenceWeight>>> known;
};

/// The type of the weight that a morphism stores under this path; none when it stores none.
std::optional<ObjectType> storedType(MorphismOp morphism, llvm::StringRef path,
                                     mlir::SymbolTableCollection &symbols);

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
