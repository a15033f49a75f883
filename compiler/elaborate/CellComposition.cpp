// Cells made of cells: `a ; b` where the second starts from what the first makes, `a * b` side by side.
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Diagrams.h"

using namespace mlir;

namespace weft {

constexpr size_t mostFactors = 10'000;

static std::string listed(const std::vector<std::string> &factors) {
  std::string text;
  for (size_t i = 0; i < factors.size() && i < 8; ++i)
    text += (i ? " * " : "") + factors[i];
  return "`" + text + (factors.size() > 8 ? " * …" : "") + "`";
}

const Entity *stageBefore(const State &state, const Entity &made) {
  if (!made.morphism->diagram)
    return nullptr;
  const ast::Diagram &subject = withoutGroups(*made.morphism->diagram);
  bool isNamed = subject.kind == ast::Diagram::Kind::instance;
  // No program writes such a name.
  const Entity *stage = isNamed && llvm::StringRef(subject.name.text).contains(' ')
                            ? state.scope.find(subject.name.text, false)
                            : nullptr;
  return stage && stage->cell ? stage : nullptr;
}

static std::string startOf(State &state, const ast::Cell &cell) {
  const Entity *made = state.madeByCell.lookup(&cell);
  while (const Entity *stage = made ? stageBefore(state, *made) : nullptr)
    made = stage;
  if (!made || !made->morphism->diagram)
    return "a diagram";
  const ast::Diagram &subject = withoutGroups(*made->morphism->diagram);
  return subject.kind == ast::Diagram::Kind::instance ? subject.name.text : "a diagram";
}

static const CellBoundary *compositionBoundary(State &state, const ast::Cell &cell);

// Null when the name is no cell, or one that is wrong itself.
static const CellBoundary *boundaryOf(State &state, const ast::Name &name) {
  const Entity *entity = state.scope.find(name.text, false);
  if (!entity || entity->kind != EntityKind::cell) {
    state.error("cell.target", name.range, "there is no cell `" + name.text + "`");
    return nullptr;
  }
  const ast::Cell &cell = *entity->cell;
  if (auto known = state.cellBoundaries.find(&cell); known != state.cellBoundaries.end()) {
    if (known->second.open)
      state.error("cell.cycle", name.range, "cell `" + name.text + "` is composed of itself");
    return known->second.open || known->second.wrong ? nullptr : &known->second;
  }
  if (!cell.composition.empty())
    return compositionBoundary(state, cell);
  if (isCheckpoint(state, cell) || cell.along) {
    Diagnostic &diagnostic =
        state.error("cell.target", name.range, "`" + name.text + "` makes no morphism, and is not composed");
    if (isCheckpoint(state, cell))
      diagnostic.note("it says how a file holds the weights of `" + writtenText(cell.subject->range) +
                      "`: compile that one, and the file is read by it");
    return nullptr;
  }
  CellBoundary &boundary = state.cellBoundaries[&cell];
  boundary.from = {startOf(state, cell)};
  boundary.to = {cell.target.text};
  return &boundary;
}

static const CellBoundary *compositionBoundary(State &state, const ast::Cell &cell) {
  CellBoundary &whole = state.cellBoundaries[&cell];
  whole.open = true;
  auto walk = [&] {
    if (state.tooDeep(cell.name.range))
      return false;
    for (const std::vector<ast::Name> &beside : cell.composition) {
      CellBoundary row;
      for (const ast::Name &name : beside) {
        const CellBoundary *one = boundaryOf(state, name);
        if (!one)
          return false;
        row.from.insert(row.from.end(), one->from.begin(), one->from.end());
        row.to.insert(row.to.end(), one->to.begin(), one->to.end());
        if (row.from.size() > mostFactors) {
          state.error("limit", name.range, "a product of cells has at most 10000 factors");
          return false;
        }
      }
      if (&beside == &cell.composition.front()) {
        whole.from = row.from;
      } else if (whole.to != row.from) {
        state.error("cell.target", beside.front().range,
                    "what follows starts from " + listed(row.from) + ", but what stands before it makes " +
                        listed(whole.to));
        return false;
      }
      whole.to = row.to;
    }
    return true;
  };
  whole.wrong = !walk();
  whole.open = false;
  return whole.wrong ? nullptr : &whole;
}

void checkComposition(State &state, const ast::Cell &cell) {
  if (!state.cellBoundaries.count(&cell))
    compositionBoundary(state, cell);
}

} // namespace weft
