// A law over integers and truth values as straight-line code on 64 bits, to try millions of values.
#pragma once

#include "compiler/prove/Law.h"
#include "llvm/ADT/DenseMap.h"

namespace weft::prove {

class FiniteProgram {
public:
  /// None when reals, infinities or something unknown stand in the law.
  static std::optional<FiniteProgram> of(const Law &law);

  /// The first values, in the order of the ranges with the last variable fastest, at which something does not
  /// hold, is undefined or does not fit 64 bits: for exact evaluation to judge. None: the law holds for all.
  std::optional<std::vector<int64_t>> firstDoubt(llvm::ArrayRef<std::pair<int64_t, int64_t>> ranges);

private:
  struct Step {
    Function function;
    bool isChoice = false;
    unsigned level = 0; // of the last variable that it depends on, counted from 1
    unsigned operands[3] = {0, 0, 0};
    unsigned result = 0;
  };
  struct Cell {
    int64_t value = 0;
    bool isDefined = true;
  };
  std::optional<unsigned> cellOf(TermRef term);
  bool add(TermRef term, std::vector<unsigned> &places);
  void run(unsigned fromLevel);
  Cell compute(const Step &step) const;
  bool isDoubtful() const;

  unsigned variables = 0;
  llvm::DenseMap<TermRef, unsigned> numbers;
  std::vector<Cell> cells;       // variables first
  std::vector<unsigned> levels;  // of cells
  std::vector<Step> steps;       // by level
  std::vector<unsigned> firstOf; // the first step of a level
  std::vector<unsigned> assumptions, lefts, rights, conditions, defined;
};

} // namespace weft::prove
