// The generics of a cell that is applied to a box: `attn = low[Model, Rank]`.
#pragma once

#include "compiler/elaborate/TieExpansion.h"

namespace weft {

/// What the generics of a cell stand for at a box whose weights are `here`, by their paths inside of the box.
/// Axes that the brackets leave out are those of `told`, else what these weights tell. `made` is the morphism
/// that the cell makes. `advice` says what to write where axes are missing.
std::optional<Environment> bindCellGenerics(State &state, const Entity &made, const ast::Brackets *brackets,
                                            const Environment &caller,
                                            const llvm::StringMap<ObjectType> &here, Range range,
                                            std::map<std::string, std::string> told = {},
                                            const std::string &advice = "");

/// What to write where the axes of a cell are missing that `cell` applies to a box, as `written` there: a row
/// of cells takes those of its first.
std::string axesAdvice(const State &state, const ast::Cell &cell, const Entity &made, Range written);

/// Renames generics in an equation that leaves its cell, and enters in `names` what the new names stand for;
/// no program can write them. `place` tells apart one use of the cell from another.
class GenericRenaming {
public:
  GenericRenaming(const std::string &place, const Environment &inner, Environment &names);
  void rename(Assignment &assignment) const;

private:
  void rename(ast::Name &name) const;
  void rename(ast::Expr &e) const;
  void rename(ast::Item &item) const;
  void rename(ast::Pattern &pattern) const;

  llvm::StringMap<std::string> renamed;
};

} // namespace weft
