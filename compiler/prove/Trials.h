// At which points networks are compared.
#pragma once

#include "compiler/prove/NamedNumbers.h"
#include "compiler/prove/NetworkPoint.h"

namespace weft::prove {

/// One point to draw.
struct Trial {
  enum class Sign { any, negative, alternating }; // of tensors
  unsigned seed = 0;
  Sign sign = Sign::any;
  std::map<std::string, int64_t> sizes;
  Numbers exact = Numbers::plain, inDouble = Numbers::plain; // where it is evaluated so
  bool isNear = false;                                       // to the numbers that the programs name
  // By tensor: what its elements are in turn, where its type holds that.
  std::map<unsigned, std::vector<double>> held;

  void takeSide(reference::Array &array, unsigned tensor) const {
    bool isNegative = sign == Sign::negative || tensor % 2;
    for (double &real : array.reals)
      if (sign != Sign::any)
        real = isNegative ? -std::abs(real) : std::abs(real);
  }
};

/// Of small sizes; in double, networks of few drawn elements are evaluated at more of them.
constexpr unsigned smallTrials = 8, smallTrialsInDouble = 32;
constexpr int64_t mostOfSmall = 2'000;
Trial smallTrial(mlir::ModuleOp program, unsigned number);

/// Of sizes around the numbers that are named, and some moderate ones, as far as evaluating them is quick;
/// none of networks without open axes.
std::vector<Trial> sizeTrials(mlir::ModuleOp program, NetworkOp left, NetworkOp right,
                              const NamedNumbers &named);

/// Of sizes up to 3: none of something, one of it, equal sizes and other orders of them, as far as evaluating
/// them is quick; none of networks without open axes.
std::vector<Trial> shapeTrials(mlir::ModuleOp program, NetworkOp left, NetworkOp right,
                               const NamedNumbers &named);

/// Of small sizes, with numbers around those that are named, and every fourth time of all magnitudes; fewer
/// of networks that are not small.
std::vector<Trial> numberTrials(mlir::ModuleOp program, NetworkOp left, NetworkOp right, bool isSmall);

/// Numbers that are named and their opposites in all tensors, in one after the other, different ones in
/// several at once, and two in turn: equality with them, and what holds for all elements of a tensor or for
/// none, is met by such alone. Then what sums and products of them come to.
std::vector<Trial> constantTrials(mlir::ModuleOp program, NetworkOp left, NetworkOp right,
                                  const NamedNumbers &named, unsigned tensors);

} // namespace weft::prove
