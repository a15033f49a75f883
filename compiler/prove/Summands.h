// Sums of products of factors, with sums over indices in front of the products: the normal form behind
// AlgebraicForm.
#pragma once

#include "compiler/prove/Rational.h"

#include <map>
#include <string>
#include <vector>

namespace weft::prove {

/// Something that is no sum or product. Its text mentions indices as tokens (`$7;`) and sums inside it as
/// `#height.n;`.
struct Factor {
  std::string text;
  unsigned height = 0; // how deep sums and functions stand in it

  bool operator<(const Factor &other) const { return text < other.text; }
};

/// An index that a product is summed over.
struct BoundIndex {
  std::string token, axis;
};

struct Product {
  std::vector<BoundIndex> bound;
  std::vector<Factor> factors;
  Rational coefficient = 1;
};

/// Makes index tokens that nothing else has.
class Tokens {
public:
  std::string next() { return "$" + std::to_string(count++) + ";"; }

private:
  size_t count = 0;
};

/// The text with each token replaced.
std::string replaced(const std::string &text, const std::map<std::string, std::string> &tokens);
/// The index tokens of a text, each once, in the order of their first places.
std::vector<std::string> tokensIn(const std::string &text);

class Summands {
public:
  Summands() = default;
  Summands(Rational constant);
  Summands(Factor factor);

  std::vector<Product> products;

  bool isTooLarge() const { return products.size() > 512; }
  unsigned height() const;
  /// The sorted text, in which equal products are one; sums over indices are named by their height.
  std::string text() const;
  /// The number, if it is one.
  std::optional<Rational> constant() const;
  /// Puts a sum over the index in front; a product that does not mention it is taken `size` times instead.
  Summands summedOver(const BoundIndex &index, const Summands &size, Tokens &tokens) const;

  Summands operator+(const Summands &other) const;
  Summands scaled(const Rational &number) const;
  Summands times(const Summands &other, Tokens &tokens) const;
};

} // namespace weft::prove
