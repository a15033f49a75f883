// The equations of a cell with paths spelled out: whole boxes weight by weight, cells of boxes with the box's
// path in front, names of `where` replaced.
#pragma once

#include "compiler/elaborate/State.h"
#include "dialects/weft/WeightPaths.h"

namespace weft {

/// `path[patterns] = value`. Reads of weights in `value` are brackets whose head is the whole path.
struct Assignment {
  std::string path;
  std::vector<ast::Pattern> patterns;
  ast::ExprPtr value;
  Range range;
  std::string cell; // that says so
};

/// A new weight of a cell that is applied to a box: `attn.k`, with the axes around the box in front.
struct NewWeight {
  std::string path;
  ObjectType type;
  mlir::Attribute init;
  Range range;
};

/// The weights that a cell declares, by name: how many axes they have.
using NewWeights = std::map<std::string, size_t>;

struct TieExpansion {
  std::vector<Assignment> assignments;
  std::vector<NewWeight> added; // beside those that the cell itself declares
  Environment names;            // the generics of the cell, and of those that it applies to boxes
};

/// `subject` is what the cell starts from, with the generics in `environment`, `newWeights` are the weights
/// that the cell declares. Reports what is wrong; none then.
std::optional<TieExpansion> expandTies(State &state, const ast::Cell &cell, const Environment &environment,
                                       MorphismOp subject, const NewWeights &newWeights);

} // namespace weft
