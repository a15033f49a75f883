// Exact sizes of axes: integer polynomials over open axes and over atoms `P div k`, kept in normal form,
// so that equality is a comparison and never a trial of numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// An exact size. Coefficients are 64-bit; an operation that would not fit gives no value (`std::nullopt`),
/// which the caller reports as the error `limit`.
class Size {
public:
  Size(int64_t constant = 0);
  static Size open(std::string axis);

  friend std::optional<Size> add(const Size &, const Size &);
  friend std::optional<Size> subtract(const Size &, const Size &);
  friend std::optional<Size> multiply(const Size &, const Size &);
  /// Rounds down; `k` > 0. Simplified when every coefficient is divisible, else an atom.
  friend std::optional<Size> floorDivide(const Size &, int64_t k);
  /// The exact quotient, when the normal form shows that there is one.
  friend std::optional<Size> exactDivide(const Size &, const Size &);

  std::optional<int64_t> constant() const;
  bool operator==(const Size &) const = default;
  /// Open axes in it, in order of name.
  std::vector<std::string> openAxes() const;
  /// Bounds when open axes are ≥ 0: none means unbounded (or not known).
  std::optional<int64_t> lowerBound() const;
  std::optional<int64_t> upperBound() const;

  enum class Comparison { equal, different, unknown };
  /// Whether the two are equal for all sizes of the open axes, for none, or that cannot be told.
  Comparison compare(const Size &) const;

  /// The value at the given sizes of the open axes; none when one is missing or it does not fit.
  std::optional<int64_t>
  evaluate(const std::function<std::optional<int64_t>(std::string_view)> &sizeOf) const;

  /// `4 * Seq + (Seq + 1) div 2 + 3`; parses back.
  std::string text() const;
  static std::optional<Size> parse(std::string_view text);

  /// Read-only access for code generation: a sum of terms, each a coefficient times powers of atoms.
  struct Atom {
    std::string axis;                     // an open axis, when `dividend` is null
    std::shared_ptr<const Size> dividend; // else `dividend div divisor`
    int64_t divisor = 1;
    bool operator==(const Atom &) const;
    bool operator<(const Atom &) const;
  };
  using Monomial = std::map<Atom, unsigned>;
  const std::map<Monomial, int64_t> &terms() const { return polynomial; }

private:
  std::map<Monomial, int64_t> polynomial; // no zero coefficients
};

} // namespace weft
