// A point at which networks are evaluated: small sizes, drawn inputs and weights.
#pragma once

#include "compiler/prove/BoundedEvaluation.h"
#include "compiler/reference/Interpreter.h"
#include "dialects/weft/AxisTable.h"

#include <random>
#include <set>

namespace weft::prove {

/// The parts of a morphism's edge, packed wires taken apart, in order and as the interpreter names them.
struct EdgePart {
  std::string name;
  ObjectType type;
};
std::vector<EdgePart> edgeParts(mlir::ArrayAttr names, mlir::ArrayAttr types);

/// What numbers are drawn. Reals: a few halves between −1 and 1; multiples of 1/8 between −2 and 2, which
/// read well in a counterexample; of 1/1024 between −1024 and 1024; or all between −1 and 1, −8 and 8, −64
/// and 64. Integers are small there. `near`: at and around the numbers that the programs name; `far`: of all
/// magnitudes, and integers from all that their type holds.
enum class Numbers { few, plain, wide, one, eight, many, near, far };

class PointSource {
public:
  PointSource(mlir::ModuleOp program, unsigned seed) : axes(program), random(seed) {}

  /// Sizes of the open axes: small, and different where they can be.
  std::map<std::string, int64_t> sizes(unsigned trial) const;
  /// What the programs name, for numbers near them.
  void setNamed(const std::set<double> &numbers) { named.assign(numbers.begin(), numbers.end()); }
  /// An array of drawn elements; none when it is too large, or its axis of indices is empty.
  std::optional<reference::Array> draw(ObjectType type, const std::map<std::string, int64_t> &sizes,
                                       Numbers numbers);
  /// How many different reals a wide draw takes its own from.
  static constexpr unsigned wideReals = (1u << 21) + 1;
  std::optional<int64_t> sizeOf(llvm::StringRef axis, const std::map<std::string, int64_t> &sizes) const;
  /// Makes the elements of a tensor that was drawn the numbers in turn, where its type holds them; a truth
  /// value says whether the number is positive.
  void fill(reference::Array &array, ObjectType type, const std::map<std::string, int64_t> &sizes,
            llvm::ArrayRef<double> numbers) const;

private:
  double real(Numbers numbers);
  int64_t integer(ObjectType type, Numbers numbers);
  double near(bool isWhole);
  double magnitude(unsigned bits);

  AxisTable axes;
  std::mt19937 random;
  std::vector<double> named;
  std::optional<double> around; // the one number that an array's elements are near to
};

/// Elements drawn at most for one tensor, and weights for one network: evaluation is slow.
constexpr int64_t mostDrawn = 200'000;

/// `x[0, 1] = 0.25`: the elements of small arrays, shortened.
std::string shown(llvm::StringRef name, const reference::Array &array);

/// What double cannot tell apart, as a part of the greater number and of 1.
constexpr double leastDifference = 1e-9;

/// Two evaluations once more, in bounds.
struct BothInBounds {
  BoundArrays left, right;
};

/// The first element in which outputs differ by more than `leastDifference`, and, where bounds
/// are given, for sure: whatever rounding does. Empty when there is none; what is undefined (NaN) differs
/// from nothing.
std::string firstDifference(const reference::Outcome &a, const reference::Outcome &b,
                            const BothInBounds *bounds = nullptr);

} // namespace weft::prove
