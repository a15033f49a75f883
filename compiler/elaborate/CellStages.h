// A composed cell that is applied to a box, as cells one after the other:
//
//   cell c : net => g { attn = a  head.W[v, m] = … }   cell a = x ; y
//     ⟹  c₁ : net => g₁ { attn = x  head.W[v, m] = … }   c : g₁ => g { attn = y }
//
// The laws: whiskering respects vertical composition, (y ∘ x) ▹ box = (y ▹ box) ∘ (x ▹ box), and interchange,
// (x ; y) * z = x * z ; y * id.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// What stands for a cell in a product where a factor stays as it is; no program can write it.
constexpr llvm::StringLiteral noCell = "";

class CellStages {
public:
  explicit CellStages(State &state) : state(state) {}

  /// The cells that come before the last of them, which `cell` becomes; none where no composed cell is
  /// applied.
  std::vector<std::unique_ptr<ast::Cell>> before(ast::Cell &cell);

private:
  using Rows = std::vector<std::vector<std::string>>; // outer `;`, inner `*`

  struct Split {
    Rows rows; // the stages as cells, the last one too
    std::vector<std::unique_ptr<ast::Cell>> before;
    bool open = true; // while what it applies is split
  };
  Split &split(ast::Cell &cell);
  std::vector<std::vector<ast::Tie>> tiesByStage(ast::Cell &cell);
  std::optional<Rows> rowsOf(const ast::Tie &tie);
  bool addRows(const ast::Cell &cell, Rows &rows);
  bool addBeside(const std::vector<ast::Name> &beside, Rows &rows);
  std::string declare(const ast::Cell &stage);

  State &state;
  std::map<const ast::Cell *, Split> splits;
  std::set<const ast::Cell *> openRows;
};

} // namespace weft
