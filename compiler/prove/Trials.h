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
  std::optional<double>
      constant; // each element, of all tensors or of that number, is this, where its type holds it
  std::optional<unsigned> only;

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

/// Of small sizes, with numbers around those that are named, and every fourth time of all magnitudes.
constexpr unsigned numberTrialsOfSmall = 16, numberTrialsOfLarge = 4;
std::vector<Trial> numberTrials(mlir::ModuleOp program, unsigned count);

/// Each number that is named, and its opposite, in all tensors and in one after the other: equality with it,
/// and what holds for all elements of a tensor or for none, is met by such alone.
std::vector<Trial> constantTrials(mlir::ModuleOp program, const NamedNumbers &named, unsigned tensors);

} // namespace weft::prove
