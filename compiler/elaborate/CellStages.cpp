#include "compiler/elaborate/CellStages.h"
#include "compiler/elaborate/CellPaths.h"
#include "compiler/elaborate/Cells.h"

namespace weft {

static constexpr size_t mostRows = 10'000;

// Cells side by side, row by row; one with fewer rows than another leaves its factor alone at the end.
bool CellStages::addBeside(const std::vector<ast::Name> &beside, Rows &rows) {
  size_t first = rows.size(), width = 0;
  for (const ast::Name &name : beside) {
    const Entity *part = state.scope.find(name.text, false);
    Rows own;
    if (!part || part->kind != EntityKind::cell || !addRows(*part->cell, own) || own.empty())
      return false;
    rows.resize(std::max(rows.size(), first + own.size()), std::vector<std::string>(width, noCell.str()));
    size_t more = own.front().size();
    width += more;
    if (rows.size() * width > mostRows)
      return false;
    for (size_t i = first; i < rows.size(); ++i)
      if (i - first < own.size())
        rows[i].insert(rows[i].end(), own[i - first].begin(), own[i - first].end());
      else
        rows[i].insert(rows[i].end(), more, noCell.str());
  }
  return true;
}

// The cells that are applied for a cell, in order; false for one that starts from no morphism, or is composed
// of itself, which is reported elsewhere.
bool CellStages::addRows(const ast::Cell &cell, Rows &rows) {
  if (!openRows.insert(&cell).second || openRows.size() > mostRows)
    return false;
  bool fine = llvm::all_of(cell.composition, [&](auto &beside) { return addBeside(beside, rows); });
  if (fine && cell.composition.empty()) {
    Split &inner = split(const_cast<ast::Cell &>(cell));
    fine = !inner.open;
    rows.insert(rows.end(), inner.rows.begin(), inner.rows.end());
  }
  openRows.erase(&cell);
  return fine;
}

// What is applied where a tie names a cell that is several; none for all else. Generics that are written are
// those of the first, and of one cell.
std::optional<CellStages::Rows> CellStages::rowsOf(const ast::Tie &tie) {
  if (tie.kind != ast::Tie::Kind::assign)
    return std::nullopt;
  bool isGeneric = tie.value->kind == ast::Expr::Kind::bracket;
  const ast::Expr &head = isGeneric ? *tie.value->children[0] : *tie.value;
  if (head.kind != ast::Expr::Kind::name)
    return std::nullopt;
  const Entity *entity = state.scope.find(head.name.text, false);
  Rows rows;
  bool isRow = entity && entity->kind == EntityKind::cell && addRows(*entity->cell, rows) && !rows.empty();
  return isRow && (!isGeneric || rows.front().size() == 1) ? std::optional(std::move(rows)) : std::nullopt;
}

// `low[N, M, R]`: the first cell of a row, with the generics that stand behind the row.
static ast::ExprPtr withGenerics(ast::ExprPtr cell, const ast::Expr &row) {
  ast::ExprPtr result = cloned(row, [](const ast::Expr &) { return nullptr; });
  result->children[0] = std::move(cell);
  return result;
}

static ast::Tie applied(const ast::Tie &tie, const std::vector<std::string> &cells, bool isFirst) {
  ast::Tie result;
  result.kind = ast::Tie::Kind::assign;
  result.range = tie.range;
  result.target = cloned(*tie.target, [](const ast::Expr &) { return nullptr; });
  for (const std::string &cell : cells) {
    ast::ExprPtr next = nameExpression(cell, tie.value->range);
    if (isFirst && tie.value->kind == ast::Expr::Kind::bracket)
      next = withGenerics(std::move(next), *tie.value);
    if (!result.value) {
      result.value = std::move(next);
      continue;
    }
    auto product = std::make_unique<ast::Expr>();
    product->kind = ast::Expr::Kind::binary;
    product->op = ast::Operator::multiply;
    product->range = tie.value->range;
    product->children.push_back(std::move(result.value));
    product->children.push_back(std::move(next));
    result.value = std::move(product);
  }
  return result;
}

// What the stage before makes, with the generics of the cell.
static ast::DiagramPtr subjectNamed(const ast::Name &name, const std::optional<ast::Generics> &generics) {
  auto diagram = std::make_unique<ast::Diagram>();
  diagram->kind = ast::Diagram::Kind::instance;
  diagram->range = name.range;
  diagram->name = name;
  if (generics) {
    ast::Brackets &brackets = diagram->brackets.emplace();
    brackets.range = name.range;
    for (const ast::Name &axis : generics->axes)
      brackets.items.push_back(expressionItem(nameExpression(axis.text, name.range)));
  }
  return diagram;
}

// All that is no row stands in the first stage.
std::vector<std::vector<ast::Tie>> CellStages::tiesByStage(ast::Cell &cell) {
  std::vector<std::vector<ast::Tie>> ties(1);
  for (ast::Tie &tie : cell.ties) {
    std::optional<Rows> rows = rowsOf(tie);
    for (size_t i = 0; rows && i < rows->size(); ++i) {
      ties.resize(std::max(ties.size(), i + 1));
      ties[i].push_back(applied(tie, (*rows)[i], i == 0));
    }
    if (!rows)
      ties.front().push_back(std::move(tie));
  }
  return ties;
}

// Under a name that no program can write.
std::string CellStages::declare(const ast::Cell &stage) {
  Entity entity(EntityKind::cell, {"cell " + stage.target.text, stage.name.range}, false);
  entity.cell = &stage;
  Entity *first = nullptr;
  return state.scope.add(std::move(entity), first)->name;
}

CellStages::Split &CellStages::split(ast::Cell &cell) {
  auto [place, isNew] = splits.try_emplace(&cell);
  Split &result = place->second;
  if (!isNew)
    return result;
  bool hasParameters = cell.generics && !cell.generics->parameters.empty();
  bool isPlain = cell.composition.empty() && !cell.along && !isCheckpoint(state, cell);
  std::vector<std::vector<ast::Tie>> ties(1);
  if (isPlain && !hasParameters)
    ties = tiesByStage(cell);
  else
    ties.front() = std::move(cell.ties);
  for (size_t i = 0; i + 1 < ties.size(); ++i) {
    auto stage = std::make_unique<ast::Cell>();
    stage->name = cell.name;
    stage->target = {cell.name.text + " " + std::to_string(i + 1), cell.name.range};
    if (cell.generics) {
      stage->generics.emplace().range = cell.generics->range;
      stage->generics->axes = cell.generics->axes;
    }
    stage->subject = std::move(cell.subject);
    stage->weights = std::move(cell.weights);
    cell.weights.clear();
    stage->ties = std::move(ties[i]);
    cell.subject = subjectNamed(stage->target, cell.generics);
    result.rows.push_back({declare(*stage)});
    result.before.push_back(std::move(stage));
  }
  cell.ties = std::move(ties.back());
  result.rows.push_back({cell.name.text});
  result.open = false;
  return result;
}

std::vector<std::unique_ptr<ast::Cell>> CellStages::before(ast::Cell &cell) {
  return std::move(split(cell).before);
}

} // namespace weft
