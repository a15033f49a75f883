// Equations are resolved by substitution: on the right of another's equation a tied weight is the wire that
// its own equation defines; on the right of its own, the weight of that name that is kept.
#include "compiler/elaborate/TiePlan.h"
#include "compiler/elaborate/CellPaths.h"
#include "compiler/elaborate/TiePatterns.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

namespace {

// The equations of one weight. Where all stand at constant indices, each is a part of its own, which others
// read without going through the whole.
struct Target {
  const OccurrenceWeight *weight = nullptr;
  std::vector<Assignment *> clauses;
  std::vector<size_t> parts; // in the plan
  size_t whole = 0;
};

class Planner {
public:
  Planner(State &state, const Environment &environment, TieExpansion &expansion,
          ArrayRef<OccurrenceWeight> weights, const NewWeights &newWeights)
      : state(state), patterns(state, environment), expansion(expansion), newWeights(newWeights) {
    for (const NewWeight &weight : expansion.added)
      added.insert(weight.path);
    for (const OccurrenceWeight &weight : weights)
      known[weight.path] = &weight;
  }

  std::optional<TiePlan> run();

private:
  bool collect();
  bool checkClause(const Assignment &clause, const OccurrenceWeight &weight);
  void declare(Target &target);
  bool define(Target &target);
  void assemble(Target &target, const llvm::SmallDenseSet<size_t> &read);
  bool rewrite(ast::Expr &e, const Target &target, size_t clause, size_t node);
  bool rewriteRead(ast::Expr &e, const Target &target, size_t clause, size_t node);
  bool readOwn(ast::Expr &e, const Target &target, size_t clause);
  bool readTied(ast::Expr &e, const Target &other, size_t node);
  void readStored(ast::Expr &e, const OccurrenceWeight &weight);
  bool sort();

  bool atConstantsOf(const Assignment &clause, const ast::Expr &read) const;
  bool isAdded(StringRef path) const { return added.contains(path); }
  /// Keeps the weight of this path, or a part of it, under a wire; what was kept before stays.
  void store(StringRef path, StoredWeight weight);

  State &state;
  TiePatterns patterns;
  TieExpansion &expansion;
  const NewWeights &newWeights;
  llvm::StringMap<const OccurrenceWeight *> known;
  llvm::StringSet<> added;                              // new weights of cells applied to boxes
  llvm::StringSet<> indices;                            // of the equation that is rewritten
  llvm::StringMap<llvm::SmallVector<std::string>> kept; // wires that are stored, by the weight's path
  std::map<std::string, Target> targets;
  std::vector<std::string> written; // targets in the order written
  TiePlan plan;
};

} // namespace

// The wire of a weight that is kept. No program can write the name.
static std::string keptWire(const std::string &path) { return path + "'"; }

static std::vector<ast::Item> *itemsOf(ast::Expr &read) {
  return read.kind == ast::Expr::Kind::bracket ? &read.brackets.items : nullptr;
}

static const std::string &headOf(const ast::Expr &read) {
  return (read.kind == ast::Expr::Kind::bracket ? *read.children[0] : read).name.text;
}

static void rename(ast::Expr &read, const std::string &wire) {
  (read.kind == ast::Expr::Kind::bracket ? *read.children[0] : read).name.text = wire;
}

bool Planner::checkClause(const Assignment &clause, const OccurrenceWeight &weight) {
  for (auto [pattern, axis] : llvm::zip(clause.patterns, weight.type.getAxes())) {
    const AxisInfo &info = state.axis(axis.getValue());
    if (pattern.kind != ast::Pattern::Kind::number || !info.size.constant() ||
        pattern.number < *info.size.constant())
      continue;
    state
        .error("index.range", pattern.range,
               "axis `" + axis.str() + "` has " + std::to_string(*info.size.constant()) +
                   " elements, numbered from 0")
        .note(info.range, "`" + axis.str() + "` is declared here");
    return false;
  }
  return true;
}

bool Planner::collect() {
  for (Assignment &assignment : expansion.assignments) {
    const OccurrenceWeight &weight = *known.lookup(assignment.path);
    if (!checkClause(assignment, weight))
      return false;
    Target &target = targets[assignment.path];
    if (!target.weight)
      written.push_back(assignment.path);
    target.weight = &weight;
    for (Assignment *other : target.clauses)
      if (!patterns.disjoint(*other, assignment)) {
        state.error("cell.twice", assignment.range, "weight `" + assignment.path + "` is tied a second time")
            .note(other->range, "it is tied here");
        return false;
      }
    target.clauses.push_back(&assignment);
  }
  return true;
}

// The wires of one weight: parts first, when there are several equations.
void Planner::declare(Target &target) {
  const OccurrenceWeight &weight = *target.weight;
  bool parted = target.clauses.size() > 1 && llvm::all_of(target.clauses, [&](const Assignment *clause) {
                  return llvm::any_of(clause->patterns,
                                      [&](auto &pattern) { return patterns.constant(pattern).has_value(); });
                });
  for (size_t i = 0; i < target.clauses.size() && parted; ++i) {
    TiedWeight part;
    part.wire = weight.path + "." + std::to_string(i) + "'";
    part.range = target.clauses[i]->range;
    SmallVector<StringAttr> axes;
    for (auto [pattern, axis] : llvm::zip(target.clauses[i]->patterns, weight.type.getAxes()))
      if (!patterns.constant(pattern))
        axes.push_back(axis);
    part.type = weight.type.over(axes);
    target.parts.push_back(plan.tied.size());
    plan.tied.push_back(std::move(part));
  }
  TiedWeight whole;
  whole.wire = whole.path = weight.path;
  whole.type = weight.type;
  whole.range = target.clauses.front()->range;
  whole.cell = target.clauses.front()->cell;
  target.whole = plan.tied.size();
  plan.tied.push_back(std::move(whole));
}

static std::unique_ptr<ast::Equation> clauseOf(const std::string &wire, std::vector<ast::Pattern> patterns,
                                               ast::ExprPtr value, Range range) {
  auto equation = std::make_unique<ast::Equation>();
  equation->kind = ast::Equation::Kind::define;
  equation->range = range;
  equation->names.push_back({wire, range});
  equation->indexed = !patterns.empty();
  equation->patterns = std::move(patterns);
  equation->value = std::move(value);
  return equation;
}

// The equations of a target, their reads renamed to wires.
bool Planner::define(Target &target) {
  bool well = true;
  for (size_t i = 0; i < target.clauses.size(); ++i) {
    Assignment &clause = *target.clauses[i];
    size_t node = target.parts.empty() ? target.whole : target.parts[i];
    indices = indicesOf(clause);
    well &= rewrite(*clause.value, target, i, node);
    std::vector<ast::Pattern> left;
    for (const ast::Pattern &pattern : clause.patterns)
      if (target.parts.empty() || !patterns.constant(pattern))
        left.push_back(pattern);
    TiedWeight &tied = plan.tied[node];
    std::string name = target.weight->path;
    tied.clauses.push_back(clauseOf(name, std::move(left), std::move(clause.value), clause.range));
  }
  return well;
}

// The whole of its parts: those that are read elsewhere by their wires, others as they are written.
void Planner::assemble(Target &target, const llvm::SmallDenseSet<size_t> &read) {
  TiedWeight &whole = plan.tied[target.whole];
  for (auto [clause, number] : llvm::zip(target.clauses, target.parts)) {
    TiedWeight &part = plan.tied[number];
    ast::ExprPtr value;
    if (read.contains(number)) {
      std::vector<ast::Item> items;
      for (const ast::Pattern &pattern : clause->patterns)
        if (!patterns.constant(pattern))
          items.push_back(itemOf(pattern));
      value = readExpression(part.wire, std::move(items), clause->range);
      whole.needs.push_back(number);
    } else {
      value = std::move(part.clauses.front()->value);
      whole.needs.insert(whole.needs.end(), part.needs.begin(), part.needs.end());
      part.clauses.clear();
    }
    whole.clauses.push_back(clauseOf(whole.wire, clause->patterns, std::move(value), clause->range));
  }
}

bool Planner::rewrite(ast::Expr &e, const Target &target, size_t clause, size_t node) {
  bool well = true;
  bool isRead = e.kind == ast::Expr::Kind::name ||
                (e.kind == ast::Expr::Kind::bracket && e.children[0]->kind == ast::Expr::Kind::name);
  if (isRead && (known.count(headOf(e)) || isAdded(headOf(e))))
    well &= rewriteRead(e, target, clause, node);
  bool headGone = e.kind == ast::Expr::Kind::bracket || e.kind == ast::Expr::Kind::call;
  for (ast::ExprPtr &child : e.children)
    if (!headGone || child != e.children.front() || child->kind == ast::Expr::Kind::bracket)
      if (!(e.kind == ast::Expr::Kind::call && child == e.children.front() &&
            child->kind == ast::Expr::Kind::name))
        well &= rewrite(*child, target, clause, node);
  for (ast::Item &item : e.brackets.items)
    if (item.value)
      well &= rewrite(*item.value, target, clause, node);
  if (e.brackets.where)
    well &= rewrite(*e.brackets.where, target, clause, node);
  return well;
}

bool Planner::rewriteRead(ast::Expr &e, const Target &target, size_t clause, size_t node) {
  std::string head = headOf(e);
  if (newWeights.count(head))
    return true;
  if (isAdded(head)) {
    rename(e, keptWire(head));
    return true;
  }
  const OccurrenceWeight &weight = *known.lookup(head);
  size_t positions = itemsOf(e) ? itemsOf(e)->size() : 0;
  if (positions != weight.type.rank()) {
    state.error("cell.axis", e.range,
                "weight `" + head + "` is `" + text(weight.type) + "`, with " +
                    counted(weight.type.rank(), "axis") + ", and " + counted(positions, "position") +
                    " stand here");
    return false;
  }
  if (std::vector<ast::Item> *items = itemsOf(e))
    for (auto [item, axis] : llvm::zip(*items, weight.type.getAxes()))
      patterns.settle(item, axis.getValue(), indices);
  auto other = targets.find(head);
  if (other == targets.end()) {
    readStored(e, weight);
    return true;
  }
  bool own = &other->second == &target && (target.parts.empty() || atConstantsOf(*target.clauses[clause], e));
  return own ? readOwn(e, target, clause) : readTied(e, other->second, node);
}

void Planner::store(StringRef path, StoredWeight weight) {
  SmallVector<std::string> &wires = kept[path];
  if (llvm::is_contained(wires, weight.wire))
    return;
  wires.push_back(weight.wire);
  plan.stored.push_back(std::move(weight));
}

void Planner::readStored(ast::Expr &e, const OccurrenceWeight &weight) {
  std::string wire = keptWire(weight.path);
  rename(e, wire);
  store(weight.path, {weight.path, wire, weight.type, weight.init, e.range, true});
}

bool Planner::atConstantsOf(const Assignment &clause, const ast::Expr &read) const {
  if (read.kind != ast::Expr::Kind::bracket)
    return false;
  return llvm::all_of(llvm::zip(clause.patterns, read.brackets.items), [&](auto pair) {
    std::optional<unsigned> here = patterns.constant(std::get<0>(pair));
    return !here || patterns.constant(std::get<1>(pair)) == here;
  });
}

// The kept weight: without the axes at which every read has the same constant.
bool Planner::readOwn(ast::Expr &e, const Target &target, size_t clause) {
  const Assignment &assignment = *target.clauses[clause];
  const OccurrenceWeight &weight = *target.weight;
  SmallVector<StringAttr> axes;
  std::vector<ast::Item> items;
  std::string place;
  if (std::vector<ast::Item> *all = itemsOf(e))
    for (auto [pattern, item, axis] : llvm::zip(assignment.patterns, *all, weight.type.getAxes())) {
      if (std::optional<unsigned> number = patterns.constant(item)) {
        place += "." + std::to_string(*number);
      } else if (patterns.same(pattern, item)) {
        axes.push_back(axis);
        items.push_back(std::move(item));
      } else {
        state
            .error("cell.cycle", item.range,
                   "weight `" + weight.path + "` is tied to itself at another index")
            .note("on the right of its own equation a weight stands at the indices of the left, or at a "
                  "constant")
            .note("let the cell take a new weight, `weights V: " + text(weight.type) +
                  "`, and write `V` on the right: it may stand at any index");
        return false;
      }
    }
  ObjectType type = weight.type.over(axes);
  // Two parts that are both kept are told apart by their constants.
  std::string wire = keptWire(weight.path + place);
  ArrayRef<std::string> wires = kept[weight.path];
  bool several = !wires.empty() && wires.front() != wire;
  store(weight.path, {several ? weight.path + place : weight.path, wire, type, weight.init, e.range, false});
  if (several && target.parts.empty()) {
    state.error("cell.cycle", e.range, "weight `" + weight.path + "` is tied to itself at several constants")
        .note("one of its positions is kept; the others are gone");
    return false;
  }
  ast::ExprPtr read = readExpression(wire, std::move(items), e.range);
  e = std::move(*read);
  return true;
}

// The wire of another equation: a part, when the constants say which, else the whole.
bool Planner::readTied(ast::Expr &e, const Target &other, size_t node) {
  for (auto [i, part] : llvm::enumerate(other.parts)) {
    const Assignment &clause = *other.clauses[i];
    if (!atConstantsOf(clause, e))
      continue;
    std::vector<ast::Item> items;
    for (auto [pattern, item] : llvm::zip(clause.patterns, e.brackets.items))
      if (!patterns.constant(pattern))
        items.push_back(std::move(item));
    plan.tied[node].needs.push_back(part);
    ast::ExprPtr read = readExpression(plan.tied[part].wire, std::move(items), e.range);
    e = std::move(*read);
    return true;
  }
  plan.tied[node].needs.push_back(other.whole);
  return true;
}

// Depth first, without recursion: a cell may have very many equations.
bool Planner::sort() {
  enum class Mark { waiting, active, done };
  std::vector<Mark> marks(plan.tied.size(), Mark::waiting);
  for (size_t first = 0; first < plan.tied.size(); ++first) {
    std::vector<std::pair<size_t, size_t>> path;
    if (marks[first] == Mark::waiting && !plan.tied[first].clauses.empty())
      path.push_back({first, 0});
    while (!path.empty()) {
      auto &[node, next] = path.back();
      marks[node] = Mark::active;
      if (next == plan.tied[node].needs.size()) {
        marks[node] = Mark::done;
        plan.order.push_back(node);
        path.pop_back();
        continue;
      }
      size_t need = plan.tied[node].needs[next++];
      if (marks[need] == Mark::active) {
        std::string around;
        auto start = llvm::find_if(path, [&](auto &step) { return step.first == need; });
        auto nameOf = [&](size_t i) {
          const std::string &wire = plan.tied[i].clauses.front()->names[0].text;
          return "`" + wire + "`";
        };
        for (auto it = start; it != path.end(); ++it)
          around += nameOf(it->first) + " needs ";
        Diagnostic &error =
            state.error("cell.cycle", plan.tied[need].range, "weight " + nameOf(need) + " is tied to itself");
        error.note(around + nameOf(need));
        if (need == node)
          error.note("positions that no equation gives, if they are to stay, need one: `w[2] = w[2]`");
        return false;
      }
      if (marks[need] == Mark::waiting)
        path.push_back({need, 0});
    }
  }
  return true;
}

std::optional<TiePlan> Planner::run() {
  if (!collect())
    return std::nullopt;
  for (const NewWeight &added : expansion.added)
    plan.stored.push_back({added.path, keptWire(added.path), added.type, added.init, added.range, false});
  for (const std::string &path : written)
    declare(targets[path]);
  bool well = true;
  for (const std::string &path : written)
    well &= define(targets[path]);
  llvm::SmallDenseSet<size_t> read;
  for (const TiedWeight &tied : plan.tied)
    read.insert(tied.needs.begin(), tied.needs.end());
  for (const std::string &path : written)
    if (Target &target = targets[path]; !target.parts.empty())
      assemble(target, read);
  if (!well || !sort())
    return std::nullopt;
  return std::move(plan);
}

std::optional<TiePlan> planTies(State &state, const Environment &environment, TieExpansion expansion,
                                ArrayRef<OccurrenceWeight> weights, const NewWeights &newWeights) {
  return Planner(state, environment, expansion, weights, newWeights).run();
}

} // namespace weft
