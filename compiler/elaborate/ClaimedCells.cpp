// Claims that two cells are the same map of weights: composed ones as the simple cells that make them,
// generic ones for axes of unknown size.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/CellGenerics.h"
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Instances.h"

using namespace mlir;

namespace weft {

namespace {

using WeightTypes = llvm::StringMap<ObjectType>;
using AxesByName = std::map<std::string, std::string>;

// One side of `claim a == b`: for each factor of what the cell starts from, the simple cells that are applied
// to it, one after the other.
class CellSide {
public:
  CellSide(State &state, const ast::Diagram &subject, const Entity &cell)
      : state(state), subject(withoutGroups(subject)), cell(cell) {}

  /// False, reported, when there are none that follow one another.
  bool findCells();
  size_t factors() const { return chains.size(); }
  /// The axes that the claim does not name, of the cell that is first at a factor.
  const std::vector<ast::Name> &openAxes(size_t factor) const;
  bool hasOpenAxes() const;
  /// Makes instances of all cells at a factor. `told` says what open axes are, and `start`, the weights of
  /// what the other side starts from, what it leaves out.
  bool instantiateFactor(size_t factor, const AxesByName &told, const WeightTypes &start);
  WeightTypes startOf(size_t factor) const;
  /// The morphisms that the cells make, by factor.
  ArrayAttr symbols() const;
  std::string text() const { return writtenText(subject.range); }
  StringRef firstSymbol() const { return instances.front().back(); }

private:
  using Chain = std::vector<const Entity *>;
  std::optional<std::vector<Chain>> chainsOf(const Entity &part);
  bool isTold(const Entity &made);
  bool append(std::vector<std::string> &symbols, const Entity &made,
              const std::optional<Environment> &environment);
  WeightTypes weightsOf(StringRef symbol) const;

  State &state;
  const ast::Diagram &subject;
  const Entity &cell;
  std::vector<Chain> chains;                       // what the cells make, by factor
  std::vector<std::vector<std::string>> instances; // the same
};

} // namespace

static constexpr size_t mostCells = 10'000;

std::optional<std::vector<CellSide::Chain>> CellSide::chainsOf(const Entity &part) {
  if (const Entity *made = state.madeByCell.lookup(part.cell))
    return std::vector<Chain>{{made}};
  std::vector<Chain> whole;
  size_t cells = 0;
  for (const std::vector<ast::Name> &beside : part.cell->composition) {
    std::vector<Chain> row;
    for (const ast::Name &name : beside) {
      std::optional<std::vector<Chain>> inner = chainsOf(*state.scope.find(name.text, false));
      if (!inner)
        return std::nullopt;
      llvm::append_range(row, *inner);
    }
    whole.resize(row.size());
    for (auto [chain, next] : llvm::zip(whole, row)) {
      llvm::append_range(chain, next);
      cells += next.size();
    }
    if (cells > mostCells) {
      state.error("limit", subject.range, "a claim compares at most 10000 cells in a row");
      return std::nullopt;
    }
  }
  return whole;
}

bool CellSide::findCells() {
  const ast::Cell &own = *cell.cell;
  if (own.along)
    return false; // refused where it stands
  if (own.composition.empty() && isCheckpoint(state, own)) {
    state
        .error("cell.target", subject.range,
               "`" + cell.name + "` says how a file holds weights, and is no map of them")
        .note("cells from one morphism to another are compared");
    return false;
  }
  if (!own.composition.empty()) {
    checkComposition(state, own);
    auto boundary = state.cellBoundaries.find(&own);
    if (boundary == state.cellBoundaries.end() || boundary->second.wrong)
      return false;
    if (subject.brackets) {
      state
          .error("call.arity", subject.brackets->range,
                 "`" + cell.name + "` is made of cells and has no generics of its own")
          .note(cell.range, "declared here");
      return false;
    }
  }
  std::optional<std::vector<Chain>> found = chainsOf(cell);
  if (found)
    chains = std::move(*found);
  instances.resize(chains.size());
  return !chains.empty();
}

const std::vector<ast::Name> &CellSide::openAxes(size_t factor) const {
  static const std::vector<ast::Name> none;
  const std::optional<ast::Generics> &generics = chains[factor].front()->morphism->generics;
  return generics && !subject.brackets ? generics->axes : none;
}

bool CellSide::hasOpenAxes() const {
  return llvm::any_of(llvm::seq(chains.size()), [&](size_t factor) { return !openAxes(factor).empty(); });
}

WeightTypes CellSide::weightsOf(StringRef symbol) const {
  WeightTypes types;
  for (const OccurrenceWeight &weight : state.workspace->weights.of(state.workspace->morphism(symbol)))
    types[weight.path] = weight.type;
  return types;
}

static std::string boxUnder(const Workspace &workspace, StringRef symbol) {
  auto boxes = workspace.morphism(symbol).block().getOps<BoxOp>();
  return (*boxes.begin()).getCallee().str();
}

WeightTypes CellSide::startOf(size_t factor) const {
  return weightsOf(boxUnder(*state.workspace, instances[factor].front()));
}

// A cell in stages is all of them.
bool CellSide::append(std::vector<std::string> &symbols, const Entity &made,
                      const std::optional<Environment> &environment) {
  const Instance *instance = environment ? instantiate(state, made, *environment, subject.range) : nullptr;
  if (!instance || instance->failed || !state.workspace->morphism(instance->symbol))
    return false;
  std::vector<std::string> stages{instance->symbol};
  for (const Entity *stage = stageBefore(state, made); stage; stage = stageBefore(state, *stage))
    stages.push_back(boxUnder(*state.workspace, stages.back()));
  symbols.insert(symbols.end(), stages.rbegin(), stages.rend());
  return true;
}

// A constant or a box without a default is told in the claim.
bool CellSide::isTold(const Entity &made) {
  if (!made.morphism->generics || subject.brackets)
    return true;
  for (const ast::Parameter &parameter : made.morphism->generics->parameters)
    if (!parameter.value) {
      std::string axes;
      for (const ast::Name &axis : made.morphism->generics->axes)
        axes += (axes.empty() ? "" : ", ") + axis.text;
      const std::string &name = made.cell->name.text;
      state.error("call.arity", subject.range, "`" + name + "` is not told `" + parameter.name.text + "`")
          .note(parameter.range, "declared here")
          .note("a claim tells it: `claim " + name + "[" + axes + "; " + parameter.name.text + " = …] == …`");
      return false;
    }
  return true;
}

bool CellSide::instantiateFactor(size_t factor, const AxesByName &told, const WeightTypes &start) {
  std::vector<std::string> &symbols = instances[factor];
  for (const Entity *made : chains[factor]) {
    bool isFirst = symbols.empty();
    if (!isTold(*made))
      return false;
    const ast::Brackets *brackets = isFirst && subject.brackets ? &*subject.brackets : nullptr;
    std::optional<Environment> environment =
        bindCellGenerics(state, *made, brackets, Environment(), isFirst ? start : weightsOf(symbols.back()),
                         subject.range, isFirst ? told : AxesByName());
    if (!append(symbols, *made, environment))
      return false;
  }
  return true;
}

ArrayAttr CellSide::symbols() const {
  SmallVector<Attribute> factors;
  for (const std::vector<std::string> &chain : instances) {
    SmallVector<Attribute> symbols;
    for (const std::string &symbol : chain)
      symbols.push_back(FlatSymbolRefAttr::get(&state.context, symbol));
    factors.push_back(ArrayAttr::get(&state.context, symbols));
  }
  return ArrayAttr::get(&state.context, factors);
}

// Where nothing tells the axes of the first side they are unknown ones, and so are those of the second, in
// order, where it has as many; else what the first starts from tells them.
static bool instantiateBoth(State &state, CellSide &first, CellSide &second) {
  for (size_t factor = 0; factor < std::max(first.factors(), second.factors()); ++factor) {
    AxesByName told, toldSecond;
    static const std::vector<ast::Name> none;
    const std::vector<ast::Name> &own = factor < first.factors() ? first.openAxes(factor) : none;
    const std::vector<ast::Name> &other = factor < second.factors() ? second.openAxes(factor) : none;
    for (size_t i = 0; i < own.size(); ++i) {
      told[own[i].text] = unknownAxis(state, own[i], first.text());
      if (own.size() == other.size())
        toldSecond[other[i].text] = told[own[i].text];
    }
    if (factor < first.factors() && !first.instantiateFactor(factor, told, {}))
      return false;
    WeightTypes start = factor < first.factors() ? first.startOf(factor) : WeightTypes();
    if (factor < second.factors() && !second.instantiateFactor(factor, toldSecond, start))
      return false;
  }
  return true;
}

bool claimSameCells(State &state, const ast::Claim &claim) {
  auto cellOf = [&](const ast::Diagram &subject) {
    const ast::Diagram &inner = withoutGroups(subject);
    const Entity *entity =
        inner.kind == ast::Diagram::Kind::instance ? state.scope.find(inner.name.text, false) : nullptr;
    return entity && entity->kind == EntityKind::cell ? entity : nullptr;
  };
  const Entity *left = cellOf(*claim.subject), *right = cellOf(*claim.other);
  if (!left || !right)
    return false;
  CellSide a(state, *claim.subject, *left), b(state, *claim.other, *right);
  if (!a.findCells() || !b.findCells())
    return true;
  bool isFirstOpen = a.hasOpenAxes() && !b.hasOpenAxes();
  if (!(isFirstOpen ? instantiateBoth(state, b, a) : instantiateBoth(state, a, b)))
    return true;
  OpBuilder builder = OpBuilder::atBlockEnd(state.workspace->module->getBody());
  auto op = ClaimOp::create(builder, state.location(claim.propertyRange), a.firstSymbol(), "== " + b.text(),
                            claim.assumed ? "assumed" : "open", FlatSymbolRefAttr(),
                            builder.getStringAttr(a.text()), StringAttr(), StringAttr());
  op->setAttr(cellsAttribute, builder.getArrayAttr({a.symbols(), b.symbols()}));
  return true;
}

} // namespace weft
