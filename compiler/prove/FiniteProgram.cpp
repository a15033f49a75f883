#include "compiler/prove/FiniteProgram.h"
#include "compiler/prove/Effort.h"
#include "llvm/ADT/STLExtras.h"

namespace weft::prove {

std::optional<unsigned> FiniteProgram::cellOf(TermRef term) {
  if (auto known = numbers.find(term); known != numbers.end())
    return known->second;
  if (term->sort == Sort::real)
    return std::nullopt;
  auto place = [&](Cell cell, unsigned level) {
    cells.push_back(cell);
    levels.push_back(level);
    return numbers[term] = cells.size() - 1;
  };
  if (term->kind == Term::Kind::variable)
    return numbers[term] = term->number;
  if (term->kind == Term::Kind::constant) {
    constexpr int64_t most = int64_t(1) << 62;
    if (!isInteger(term->value) || abs(term->value.num) > most)
      return std::nullopt;
    return place({int64_t(term->value.num), true}, 0);
  }
  if (term->kind == Term::Kind::undefined)
    return place({0, false}, 0);
  if (term->kind != Term::Kind::apply && term->kind != Term::Kind::choose)
    return std::nullopt;
  Step step;
  step.function = term->function;
  step.isChoice = term->kind == Term::Kind::choose || term->function == Function::select;
  for (auto [i, operand] : llvm::enumerate(term->operands)) {
    std::optional<unsigned> cell = cellOf(operand);
    if (!cell)
      return std::nullopt;
    step.operands[i] = *cell;
    step.level = std::max(step.level, levels[*cell]);
  }
  step.result = place({}, step.level);
  steps.push_back(step);
  return step.result;
}

bool FiniteProgram::add(TermRef term, std::vector<unsigned> &places) {
  std::optional<unsigned> cell = cellOf(term);
  if (cell)
    places.push_back(*cell);
  return cell.has_value();
}

std::optional<FiniteProgram> FiniteProgram::of(const Law &law) {
  FiniteProgram program;
  program.variables = law.variables.size();
  program.cells.resize(program.variables);
  for (unsigned i = 0; i < program.variables; ++i)
    program.levels.push_back(i + 1);
  bool good = true;
  for (TermRef assumption : law.assumptions)
    good = good && program.add(assumption, program.assumptions);
  for (auto &[left, right] : law.equations)
    good = good && program.add(left, program.lefts) && program.add(right, program.rights);
  for (TermRef condition : law.conditions)
    good = good && program.add(condition, program.conditions);
  for (auto &[term, variable] : law.admitted)
    good = good && program.add(term, program.defined);
  if (!good)
    return std::nullopt;
  // Operands have lower results, or lower levels.
  llvm::sort(program.steps, [](const Step &a, const Step &b) {
    return std::tie(a.level, a.result) < std::tie(b.level, b.result);
  });
  for (unsigned level = 0; level <= program.variables; ++level)
    program.firstOf.push_back(
        llvm::partition_point(program.steps, [&](const Step &step) { return step.level < level; }) -
        program.steps.begin());
  return program;
}

FiniteProgram::Cell FiniteProgram::compute(const Step &step) const {
  const Cell &a = cells[step.operands[0]], &b = cells[step.operands[1]];
  if (!a.isDefined)
    return {0, false};
  if (step.isChoice)
    return a.value ? b : cells[step.operands[2]];
  if (!b.isDefined)
    return {0, false};
  int64_t x = a.value, y = b.value, result = 0;
  auto truth = [](bool value) { return Cell{value, true}; };
  switch (step.function) {
  case Function::add:
    return __builtin_add_overflow(x, y, &result) ? Cell{0, false} : Cell{result, true};
  case Function::sub:
    return __builtin_sub_overflow(x, y, &result) ? Cell{0, false} : Cell{result, true};
  case Function::mul:
    return __builtin_mul_overflow(x, y, &result) ? Cell{0, false} : Cell{result, true};
  case Function::neg:
    return __builtin_sub_overflow(int64_t(0), x, &result) ? Cell{0, false} : Cell{result, true};
  case Function::abs:
    return x == INT64_MIN ? Cell{0, false} : Cell{x < 0 ? -x : x, true};
  case Function::min:
    return {std::min(x, y), true};
  case Function::max:
    return {std::max(x, y), true};
  // Both towards minus infinity.
  case Function::div:
    if (y == 0 || (x == INT64_MIN && y == -1))
      return {0, false};
    return {x / y - (x % y != 0 && (x < 0) != (y < 0)), true};
  case Function::mod:
    if (y == 0 || y == -1)
      return {0, y != 0};
    return {x % y + (x % y != 0 && (x < 0) != (y < 0) ? y : 0), true};
  case Function::eq:
    return truth(x == y);
  case Function::ne:
    return truth(x != y);
  case Function::lt:
    return truth(x < y);
  case Function::le:
    return truth(x <= y);
  case Function::gt:
    return truth(x > y);
  case Function::ge:
    return truth(x >= y);
  case Function::not_:
    return truth(!x);
  case Function::and_:
    return truth(x && y);
  case Function::or_:
    return truth(x || y);
  default:
    return {0, false};
  }
}

void FiniteProgram::run(unsigned fromLevel) {
  for (unsigned i = firstOf[fromLevel]; i < steps.size(); ++i)
    cells[steps[i].result] = compute(steps[i]);
}

bool FiniteProgram::isDoubtful() const {
  for (unsigned place : assumptions) {
    if (!cells[place].isDefined)
      return true;
    if (!cells[place].value)
      return false;
  }
  for (auto [left, right] : llvm::zip(lefts, rights))
    if (!cells[left].isDefined || !cells[right].isDefined || cells[left].value != cells[right].value)
      return true;
  return llvm::any_of(conditions, [&](unsigned i) { return !cells[i].isDefined || !cells[i].value; }) ||
         llvm::any_of(defined, [&](unsigned i) { return !cells[i].isDefined; });
}

std::optional<std::vector<int64_t>>
FiniteProgram::firstDoubt(llvm::ArrayRef<std::pair<int64_t, int64_t>> ranges) {
  for (auto [i, range] : llvm::enumerate(ranges)) {
    if (range.first > range.second)
      return std::nullopt;
    cells[i].value = range.first;
  }
  for (unsigned level = 0;;) {
    Effort::spend();
    run(level);
    if (isDoubtful()) {
      std::vector<int64_t> values;
      for (unsigned i = 0; i < variables; ++i)
        values.push_back(cells[i].value);
      return values;
    }
    // The next values: the last variable moves first.
    unsigned place = variables;
    while (place && cells[place - 1].value == ranges[place - 1].second) {
      cells[place - 1].value = ranges[place - 1].first;
      --place;
    }
    if (!place)
      return std::nullopt;
    ++cells[place - 1].value;
    level = place;
  }
}

} // namespace weft::prove
