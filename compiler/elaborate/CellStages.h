// A composed cell that is applied to a box, as cells one after the other:
//
//   cell c : net => g { attn = a  head.W[v, m] = … }   cell a = x ; y
//     ⟹  c₁ : net => g₁ { attn = x  head.W[v, m] = … }   c : g₁ => g { attn = y }
//
// The law: whiskering respects vertical composition, (y ∘ x) ▹ box = (y ▹ box) ∘ (x ▹ box).
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

class CellStages {
public:
  explicit CellStages(State &state) : state(state) {}

  /// The cells that come before the last of them, which `cell` becomes; none where no composed cell is
  /// applied.
  std::vector<std::unique_ptr<ast::Cell>> before(ast::Cell &cell);

private:
  struct Split {
    std::vector<std::string> rows; // the stages as cells, the last one too
    std::vector<std::unique_ptr<ast::Cell>> before;
    bool open = true; // while what it applies is split
  };
  Split &split(ast::Cell &cell);
  std::vector<std::vector<ast::Tie>> tiesByStage(ast::Cell &cell);
  std::optional<std::vector<std::string>> rowsOf(const ast::Tie &tie);
  bool addRows(const ast::Cell &cell, std::vector<std::string> &rows);
  std::string declare(const ast::Cell &stage);

  State &state;
  std::map<const ast::Cell *, Split> splits;
  std::set<const ast::Cell *> openRows;
};

} // namespace weft
