// The numbers that networks name: what they compute may change at them, and at no others, so that points are
// drawn around them.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"

#include <set>

namespace weft::prove {

struct NamedNumbers {
  std::set<double> numbers;       // constants, and sizes that are computed with or that bound a read
  std::set<std::string> openAxes; // that sizes in the networks are made of
  bool hasCases = false;          // something is compared, rounded or looked up
  bool hasIntegers = false;       // among the inputs and weights

  /// Whole numbers to try as sizes, the likely ones first: those named and the next ones, then what sums and
  /// products of two of them come to.
  std::vector<int64_t> sizes() const;
  /// The numbers, what they are with the other sign, 0, 1 and -1.
  std::vector<double> opposites() const;
  /// Where they are few, what sums and products of two come to, and these and a third: remainders and
  /// quotients that are named are met there.
  std::vector<double> solutions() const;
};

/// Of the networks, with what their folds are made of.
NamedNumbers namedNumbers(llvm::ArrayRef<NetworkOp> networks);

/// How many operations evaluating the network takes at such sizes, about.
double workOf(NetworkOp network, const AxisTable &axes, const std::map<std::string, int64_t> &sizes);

} // namespace weft::prove
