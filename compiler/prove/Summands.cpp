#include "compiler/prove/Summands.h"

#include <algorithm>
#include <set>

namespace weft::prove {

namespace {

// Calls `visit` with pieces of text, and whether each is a token.
template <typename Visit> void eachPiece(const std::string &text, Visit visit) {
  for (size_t at = 0; at < text.size();) {
    size_t next = text[at] == '$' ? text.find(';', at) + 1 : std::min(text.find('$', at), text.size());
    visit(text.substr(at, next - at), text[at] == '$');
    at = next;
  }
}

// Products of more sums than this keep the order in which they were written; equal ones may then look
// different.
constexpr size_t mostOrders = 720;

std::string textWith(const Product &product, const std::vector<BoundIndex> &order, unsigned height) {
  std::map<std::string, std::string> names;
  std::string axes;
  for (const BoundIndex &index : order) {
    names[index.token] = "#" + std::to_string(height) + "." + std::to_string(names.size()) + ";";
    axes += (axes.empty() ? "" : ",") + index.axis;
  }
  std::vector<std::string> factors;
  for (const Factor &factor : product.factors)
    factors.push_back(replaced(factor.text, names));
  std::sort(factors.begin(), factors.end());
  std::string result = axes.empty() ? "" : "sum{" + axes + "}";
  for (const std::string &factor : factors)
    result += "*" + factor;
  return result;
}

// The least text over all orders of the indices.
std::string canonicalText(const Product &product, unsigned height) {
  std::vector<BoundIndex> order = product.bound;
  auto byAxis = [](const BoundIndex &a, const BoundIndex &b) {
    return a.axis != b.axis ? a.axis < b.axis : a.token < b.token;
  };
  std::sort(order.begin(), order.end(), byAxis);
  std::string least = textWith(product, order, height);
  for (size_t tried = 1; tried < mostOrders && std::next_permutation(order.begin(), order.end(), byAxis);
       ++tried)
    if (std::is_sorted(order.begin(), order.end(),
                       [](const BoundIndex &a, const BoundIndex &b) { return a.axis < b.axis; }))
      least = std::min(least, textWith(product, order, height));
  return least;
}

} // namespace

std::string replaced(const std::string &text, const std::map<std::string, std::string> &tokens) {
  std::string result;
  eachPiece(text, [&](const std::string &piece, bool isToken) {
    auto known = isToken ? tokens.find(piece) : tokens.end();
    result += known == tokens.end() ? piece : known->second;
  });
  return result;
}

std::vector<std::string> tokensIn(const std::string &text) {
  std::vector<std::string> result;
  eachPiece(text, [&](const std::string &piece, bool isToken) {
    if (isToken && std::find(result.begin(), result.end(), piece) == result.end())
      result.push_back(piece);
  });
  return result;
}

Summands::Summands(Rational constant) {
  if (constant != 0)
    products.push_back({{}, {}, constant});
}

Summands::Summands(Factor factor) { products.push_back({{}, {std::move(factor)}, 1}); }

unsigned Summands::height() const {
  unsigned most = 0;
  for (const Product &product : products)
    for (const Factor &factor : product.factors)
      most = std::max(most, factor.height);
  return most;
}

std::optional<Rational> Summands::constant() const {
  if (products.empty())
    return Rational(0);
  if (products.size() == 1 && products[0].factors.empty() && products[0].bound.empty())
    return products[0].coefficient;
  return std::nullopt;
}

std::string Summands::text() const {
  std::map<std::string, Rational> sorted;
  for (const Product &product : products) {
    auto [place, isNew] = sorted.emplace(canonicalText(product, height() + 1), product.coefficient);
    if (!isNew)
      place->second = place->second + product.coefficient;
  }
  std::string result;
  for (auto &[text, coefficient] : sorted)
    if (coefficient != 0)
      result += (result.empty() ? "" : "+") + prove::text(coefficient) + text;
  return "(" + result + ")";
}

Summands Summands::summedOver(const BoundIndex &index, const Summands &size, Tokens &tokens) const {
  Summands with, without;
  for (Product product : products) {
    bool isMentioned = std::any_of(product.factors.begin(), product.factors.end(), [&](const Factor &factor) {
      return factor.text.find(index.token) != std::string::npos;
    });
    if (isMentioned)
      product.bound.push_back(index);
    (isMentioned ? with : without).products.push_back(std::move(product));
  }
  return with + without.times(size, tokens);
}

Summands Summands::operator+(const Summands &other) const {
  Summands sum = *this;
  sum.products.insert(sum.products.end(), other.products.begin(), other.products.end());
  return sum;
}

Summands Summands::scaled(const Rational &number) const {
  Summands result;
  for (Product product : products) {
    product.coefficient = product.coefficient * number;
    if (product.coefficient != 0)
      result.products.push_back(std::move(product));
  }
  return result;
}

Summands Summands::times(const Summands &other, Tokens &tokens) const {
  Summands result;
  for (const Product &left : products)
    for (const Product &right : other.products) {
      Product product = left;
      product.coefficient = left.coefficient * right.coefficient;
      // Each side has its own sums, although both may come from one text.
      std::map<std::string, std::string> fresh;
      for (BoundIndex index : right.bound) {
        fresh[index.token] = tokens.next();
        product.bound.push_back({fresh[index.token], index.axis});
      }
      for (const Factor &factor : right.factors)
        product.factors.push_back({replaced(factor.text, fresh), factor.height});
      result.products.push_back(std::move(product));
      if (result.isTooLarge())
        return result;
    }
  return result;
}

} // namespace weft::prove
