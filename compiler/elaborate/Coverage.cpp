// Patterns as sets: two are disjoint when some position is; together they cover when no case is left.
#include "compiler/elaborate/Coverage.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/IndexInference.h"

#include <numeric>

using namespace mlir;

namespace weft {

namespace {

// A pattern with names resolved: everything, one element, one summand with a pattern inside, or parts.
struct Shape {
  enum class Kind { everything, element, summand, tuple };
  Kind kind = Kind::everything;
  unsigned number = 0; // of the element or summand
  std::vector<Shape> parts;
};

using Row = std::vector<Shape>;

class Coverage {
public:
  Coverage(State &state, const Environment &environment) : state(state), environment(environment) {}

  Shape shape(const ast::Pattern &pattern, StringRef axis);
  static bool meet(const Shape &a, const Shape &b);
  static bool meet(const Row &a, const Row &b) {
    return llvm::all_of(llvm::zip(a, b),
                        [](auto pair) { return meet(std::get<0>(pair), std::get<1>(pair)); });
  }
  /// An element that no row has, as text for each column; none when all are covered.
  std::optional<std::vector<std::string>> missing(std::vector<Row> rows, std::vector<std::string> axes);

  bool exhausted = false;

private:
  std::optional<std::vector<std::string>> missingFirst(const std::vector<Row> &rows,
                                                       const std::vector<std::string> &axes);
  State &state;
  const Environment &environment;
  size_t steps = 0;
};

} // namespace

Shape Coverage::shape(const ast::Pattern &pattern, StringRef axis) {
  const AxisInfo &info = state.axis(axis);
  Shape result;
  switch (pattern.kind) {
  case ast::Pattern::Kind::name: {
    if (const Entity *element = elementOf(state, environment, pattern)) {
      result.kind = Shape::Kind::element;
      result.number = element->number;
    }
    return result;
  }
  case ast::Pattern::Kind::summand: {
    result.kind = Shape::Kind::summand;
    std::string summand = findAxis(state, pattern.name.text, environment);
    result.number = llvm::find(info.parts, summand) - info.parts.begin();
    result.parts.push_back(shape(pattern.children.front(), summand));
    return result;
  }
  case ast::Pattern::Kind::number:
    result.kind = Shape::Kind::element;
    result.number = pattern.number;
    return result;
  case ast::Pattern::Kind::tuple:
    break;
  }
  result.kind = Shape::Kind::tuple;
  for (auto [child, part] : llvm::zip(pattern.children, info.parts))
    result.parts.push_back(shape(child, part));
  return result;
}

bool Coverage::meet(const Shape &a, const Shape &b) {
  if (a.kind == Shape::Kind::everything || b.kind == Shape::Kind::everything)
    return true;
  if (a.kind != b.kind || a.number != b.number)
    return false;
  return meet(a.parts, b.parts);
}

// What a column is split into: of an axis whose elements have no names, the numbers that stand there and the
// first that does not.
static std::vector<unsigned> casesOf(const AxisInfo &axis, const std::vector<Row> &rows) {
  unsigned count = axis.kind == AxisKind::product ? 1
                   : axis.kind == AxisKind::sum   ? axis.parts.size()
                                                  : axis.elements.size();
  if (count) {
    std::vector<unsigned> all(count);
    std::iota(all.begin(), all.end(), 0u);
    return all;
  }
  std::set<unsigned> numbers;
  for (const Row &row : rows)
    if (row.front().kind == Shape::Kind::element)
      numbers.insert(row.front().number);
  std::vector<unsigned> cases(numbers.begin(), numbers.end());
  unsigned other = 0;
  while (numbers.count(other))
    ++other;
  if (!axis.size.constant() || other < *axis.size.constant())
    cases.push_back(other);
  return cases;
}

// The first column is split by the elements, summands or factors of its axis; each case asks for the rest.
std::optional<std::vector<std::string>> Coverage::missingFirst(const std::vector<Row> &rows,
                                                               const std::vector<std::string> &axes) {
  const AxisInfo &axis = state.axis(axes.front());
  std::vector<std::string> rest(axes.begin() + 1, axes.end());
  bool product = axis.kind == AxisKind::product;
  for (unsigned number : casesOf(axis, rows)) {
    std::vector<std::string> inner;
    if (product)
      inner = axis.parts;
    else if (axis.kind == AxisKind::sum)
      inner = {axis.parts[number]};
    std::vector<Row> chosen;
    for (const Row &row : rows) {
      const Shape &first = row.front();
      bool everything = first.kind == Shape::Kind::everything;
      if (!everything && first.number != number)
        continue;
      Row next = everything ? Row(inner.size()) : first.parts;
      next.insert(next.end(), row.begin() + 1, row.end());
      chosen.push_back(std::move(next));
    }
    std::vector<std::string> columns(inner);
    columns.insert(columns.end(), rest.begin(), rest.end());
    std::optional<std::vector<std::string>> found = missing(std::move(chosen), std::move(columns));
    if (!found)
      continue;
    std::string text;
    for (size_t i = 0; i < inner.size(); ++i)
      text += (i ? ", " : "") + (*found)[i];
    text = product                      ? "(" + text + ")"
           : axis.kind == AxisKind::sum ? axis.parts[number] + " " + text
           : axis.elements.empty()      ? std::to_string(number)
                                        : axis.elements[number];
    std::vector<std::string> result{text};
    result.insert(result.end(), found->begin() + inner.size(), found->end());
    return result;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> Coverage::missing(std::vector<Row> rows,
                                                          std::vector<std::string> axes) {
  if (++steps > 100000) {
    exhausted = true;
    return std::nullopt;
  }
  if (rows.empty())
    return std::vector<std::string>(axes.size(), "_");
  if (axes.empty())
    return std::nullopt;
  bool split = llvm::any_of(rows, [](const Row &row) { return row.front().kind != Shape::Kind::everything; });
  if (split)
    return missingFirst(rows, axes);
  for (Row &row : rows)
    row.erase(row.begin());
  std::optional<std::vector<std::string>> found =
      missing(std::move(rows), std::vector<std::string>(axes.begin() + 1, axes.end()));
  if (found)
    found->insert(found->begin(), "_");
  return found;
}

static bool checkSummands(State &state, const Environment &environment, const ast::Pattern &pattern,
                          StringRef axis) {
  const AxisInfo &info = state.axis(axis);
  if (pattern.kind == ast::Pattern::Kind::tuple)
    return llvm::all_of(llvm::zip(pattern.children, info.parts), [&](auto pair) {
      return checkSummands(state, environment, std::get<0>(pair), std::get<1>(pair));
    });
  if (pattern.kind != ast::Pattern::Kind::summand)
    return true;
  std::string summand = findAxis(state, pattern.name.text, environment);
  if (info.kind == AxisKind::sum && llvm::is_contained(info.parts, summand))
    return checkSummands(state, environment, pattern.children.front(), summand);
  state
      .error("index.axis", pattern.name.range,
             "`" + pattern.name.text + "` is no summand of axis `" + axis.str() + "`")
      .note(info.range, "`" + axis.str() + "` is declared here");
  return false;
}

bool checkCoverage(State &state, const Environment &environment, ArrayRef<const ast::Equation *> clauses,
                   ObjectType type) {
  std::vector<std::string> axes;
  for (StringAttr axis : type.getAxes())
    axes.push_back(axis.str());
  Coverage coverage(state, environment);
  std::vector<Row> rows;
  for (const ast::Equation *clause : clauses) {
    Row row;
    for (auto [pattern, axis] : llvm::zip(clause->patterns, axes)) {
      if (!checkSummands(state, environment, pattern, axis))
        return false;
      row.push_back(coverage.shape(pattern, axis));
    }
    rows.push_back(std::move(row));
  }
  const ast::Name &name = clauses.front()->names[0];
  for (size_t i = 0; i < rows.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (Coverage::meet(rows[i], rows[j])) {
        state.error("wire.redefined", clauses[i]->range, "this defines elements of `" + name.text + "` again")
            .note(clauses[j]->range, "they are defined here");
        return false;
      }
  std::optional<std::vector<std::string>> missing = coverage.missing(std::move(rows), axes);
  if (coverage.exhausted)
    state.error("limit", name.range, "the patterns of `" + name.text + "` are too many to compare");
  if (!missing || coverage.exhausted)
    return !coverage.exhausted;
  std::string element;
  for (const std::string &part : *missing)
    element += (element.empty() ? "" : ", ") + part;
  state.error("wire.uncovered", name.range, "no equation defines `" + name.text + "[" + element + "]`")
      .note(state.tying ? "write an equation for it, which may keep what is there: `W[1, i] = W[1, i]`"
                        : "write an equation for it: the patterns on the left cover the wire");
  return false;
}

} // namespace weft
