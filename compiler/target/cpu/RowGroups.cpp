#include "compiler/target/cpu/RowGroups.h"
#include "compiler/target/cpu/FoldSchedules.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

BlockArgument RowGroup::index(EquationOp member, unsigned row) { return (*definedIndices(member))[row]; }

std::optional<unsigned> RowGroup::rowOf(EquationOp member, Value position) const {
  for (unsigned row = 0; row < rows; ++row)
    if (index(member, row) == position)
      return row;
  return std::nullopt;
}

// One clause, defined at its own indices, each a position of its own.
static bool definesPlainly(EquationOp equation) {
  return definedIndices(equation) &&
         llvm::all_of(equation.define(0).getPositions(), llvm::IsaPred<BlockArgument>);
}

// How many of the leading positions of a wire an equation reads at its own leading indices.
static unsigned sharedRows(EquationOp reader, Value wire) {
  SmallVector<BlockArgument> own = *definedIndices(reader);
  unsigned shared = std::min<unsigned>(own.size(), objectOf(wire).rank());
  for (auto [i, read] : llvm::enumerate(reader.getWires())) {
    if (read != wire)
      continue;
    for (Operation *user : reader.wireArgument(0, i).getUsers()) {
      auto element = dyn_cast<ReadOp>(user);
      if (!element)
        return 0;
      ValueRange positions = element.getPositions();
      unsigned same = 0;
      while (same < shared && positions[same] == own[same])
        ++same;
      shared = same;
    }
  }
  return shared;
}

static bool hasScan(EquationOp equation) {
  return llvm::any_of(llvm::seq<unsigned>(0, equation.getClauses().size()),
                      [&](unsigned clause) { return static_cast<bool>(scanOf(equation, clause)); });
}

// Of a running fold that goes on from one block of positions to the next, with axes inside of a position: how
// many leading positions of its result are rows, the last of them the position. 0 for any other.
static unsigned runningRows(EquationOp equation, const AxisTable &axes) {
  FoldOp fold = equation.getClauses().size() == 1 ? scanOf(equation, 0) : FoldOp();
  std::optional<PrefixFold> prefix = fold ? findPrefix(fold, axes) : std::nullopt;
  if (!prefix || !prefix->isForward || prefix->shift != 0 ||
      objectOf(prefix->position) != objectOf(prefix->along))
    return 0;
  ArrayRef<BlockArgument> indices = equation.indices(0);
  unsigned rows = llvm::find(indices, prefix->position) - indices.begin() + 1;
  std::optional<SmallVector<BlockArgument>> defined = definedIndices(equation);
  bool areRows =
      defined && rows < defined->size() && (*defined)[rows - 1] == prefix->position &&
      llvm::all_of(
          ArrayRef(*defined).take_front(rows),
          [&](BlockArgument index) { return llvm::is_contained(indices.take_front(rows), index); });
  return areRows ? rows : 0;
}

namespace {

class Grower {
public:
  Grower(const AxisTable &axes, const CpuTarget &target, const ContractionPlans &plans,
         llvm::function_ref<unsigned(ObjectType)> elementBytes, int64_t mostRunningRows,
         llvm::function_ref<bool(Operation *)> isFree)
      : axes(axes), target(target), plans(plans), elementBytes(elementBytes),
        mostRunningRows(mostRunningRows), isFree(isFree) {}

  /// The group that ends with an equation, or none.
  std::optional<RowGroup> grow(EquationOp last) {
    std::optional<SmallVector<BlockArgument>> indices = definedIndices(last);
    if (!indices || indices->empty() || hasScan(last))
      return std::nullopt;
    group.members = {last};
    group.rows = indices->size();
    while (addOne()) {
    }
    if (group.members.size() < 2 || !pays() || !chooseBlocked())
      return std::nullopt;
    llvm::sort(group.members, [](EquationOp a, EquationOp b) { return a->isBeforeInBlock(b); });
    return group;
  }

private:
  bool addOne() {
    for (EquationOp member : group.members)
      for (Value wire : member.getWires())
        if (auto producer = wire.getDefiningOp<EquationOp>(); producer && canJoin(producer)) {
          group.members.push_back(producer);
          return true;
        }
    return false;
  }

  // Narrows the rows to what the producer shares, if that leaves any.
  bool canJoin(EquationOp producer) {
    Value wire = producer.getResult();
    if (producer->getBlock() != group.members.front()->getBlock() || isMember(producer) ||
        !isFree(producer) || !definesPlainly(producer))
      return false;
    unsigned rows = group.rows;
    for (Operation *user : wire.getUsers()) {
      if (!isMember(user))
        return false;
      rows = std::min(rows, sharedRows(cast<EquationOp>(user), wire));
    }
    if (hasScan(producer) || group.isRunning)
      return canJoinRunning(producer, rows);
    if (rows == 0 || !takesRows(producer, rows) ||
        !llvm::all_of(group.members, [&](EquationOp member) { return takesRows(member, rows); }))
      return false;
    group.rows = rows;
    return true;
  }

  // The rows of a running fold are all that come before its position, and the position. Panels would be those
  // of whole wires.
  bool canJoinRunning(EquationOp producer, unsigned shared) {
    unsigned rows = hasScan(producer) ? runningRows(producer, axes) : group.rows;
    bool isKept = rows > 0 && rows <= shared && (!group.isRunning || rows == group.rows) &&
                  isInPlace(producer) &&
                  llvm::all_of(group.members, [&](EquationOp member) { return isInPlace(member); });
    if (!isKept)
      return false;
    group.isRunning = true;
    group.rows = rows;
    group.blocked = rows - 1;
    return true;
  }

  bool isInPlace(EquationOp equation) {
    auto plan = plans.find(equation);
    return plan == plans.end() || plan->second.isInPlace;
  }

  bool isMember(Operation *op) const { return llvm::is_contained(group.members, op); }

  // Panels are packed before the first row: what they hold comes from outside, and no row is a column.
  bool takesRows(EquationOp member, unsigned rows) {
    auto plan = plans.find(member);
    if (plan == plans.end())
      return true;
    // Ranges are those of whole wires.
    if (plan->second.terms.asksForRanges())
      return false;
    auto producer = member.getWires()[plan->second.b.wire].getDefiningOp();
    if (producer && isMember(producer))
      return false;
    for (unsigned row = 0; row < rows; ++row)
      if (llvm::is_contained(plan->second.columns, RowGroup::index(member, row)))
        return false;
    return true;
  }

  // Some wire would be large: beyond the second cache, or growing with the square of open sizes. Panels are
  // read once a block of rows, so that they must stay in that cache.
  bool pays() {
    bool isLarge = false;
    if (group.isRunning)
      return llvm::any_of(group.members, [&](EquationOp member) {
        std::optional<Size> count = axes.count(objectOf(member.getResult()));
        std::optional<int64_t> known = count ? count->constant() : std::nullopt;
        return hasScan(member) &&
               (!known || *known * elementBytes(objectOf(member.getResult())) > bytesOfRunningBlock);
      });
    for (EquationOp member : group.members) {
      if (member == group.members.front())
        continue;
      ObjectType type = objectOf(member.getResult());
      unsigned open = llvm::count_if(type.getAxes(),
                                     [&](StringAttr axis) { return !axes.size(axis.getValue()).constant(); });
      std::optional<Size> count = axes.count(type);
      std::optional<int64_t> known = count ? count->constant() : std::nullopt;
      isLarge |= open > 1 || (known && *known * elementBytes(type) > target.level2);
    }
    return isLarge && llvm::all_of(group.members, [&](EquationOp member) {
             auto plan = plans.find(member);
             if (plan == plans.end())
               return true;
             std::optional<int64_t> bytes = panelBytes(plan->second);
             return !bytes || *bytes <= target.level2 / 2;
           });
  }

  // What running folds make at one position, if known.
  std::optional<int64_t> bytesOfRow() {
    int64_t bytes = 0;
    for (EquationOp member : group.members) {
      ObjectType type = objectOf(member.getResult());
      int64_t row = elementBytes(type);
      for (StringAttr axis : type.getAxes().drop_front(group.rows)) {
        std::optional<int64_t> size = axes.size(axis.getValue()).constant();
        if (!size)
          return std::nullopt;
        row *= *size;
      }
      bytes += hasScan(member) ? row : 0;
    }
    return bytes;
  }

  // Of one batch, if known.
  std::optional<int64_t> panelBytes(const ContractionPlan &plan) {
    int64_t bytes = plan.packedBytes;
    for (ArrayRef<BlockArgument> indices : {ArrayRef(plan.summed), ArrayRef(plan.columns)})
      for (BlockArgument index : indices) {
        std::optional<int64_t> size = axes.size(objectOf(index).getElement().getValue()).constant();
        if (!size)
          return std::nullopt;
        bytes *= *size;
      }
    return bytes;
  }

  // The row that every contraction has as one of its rows; of several the longest.
  bool chooseBlocked() {
    if (group.isRunning) {
      int64_t row = bytesOfRow().value_or(bytesOfRunningBlock / 8);
      group.blockRows = std::clamp<int64_t>(bytesOfRunningBlock / row, 1, mostRunningRows);
      return true;
    }
    int64_t best = -1;
    int64_t unit = 1;
    for (unsigned row = 0; row < group.rows; ++row) {
      unsigned contractions = 0;
      bool fits = llvm::all_of(group.members, [&](EquationOp member) {
        auto plan = plans.find(member);
        if (plan == plans.end())
          return true;
        ++contractions;
        unit = std::max<int64_t>(unit, plan->second.tileRows);
        return llvm::is_contained(plan->second.rows, RowGroup::index(member, row));
      });
      StringRef axis = objectOf(RowGroup::index(group.last(), row)).getElement().getValue();
      int64_t size = axes.size(axis).constant().value_or(std::numeric_limits<int64_t>::max());
      if (fits && contractions && size > best) {
        best = size;
        group.blocked = row;
      }
    }
    group.blockRows = unit * tilesOfBlock;
    return best > 0;
  }

  /// Of the first cache (bytes).
  static constexpr int64_t bytesOfRunningBlock = 32768;

  /// Enough rows that a panel is read from the first cache more often than from the second.
  static constexpr int64_t tilesOfBlock = 4;

  const AxisTable &axes;
  const CpuTarget &target;
  const ContractionPlans &plans;
  llvm::function_ref<unsigned(ObjectType)> elementBytes;
  int64_t mostRunningRows;
  llvm::function_ref<bool(Operation *)> isFree;
  RowGroup group;
};

} // namespace

RowGroups::RowGroups(NetworkOp network, const AxisTable &axes, const CpuTarget &target,
                     const ContractionPlans &plans, llvm::function_ref<unsigned(ObjectType)> elementBytes,
                     int64_t mostRunningRows, llvm::function_ref<bool(Value)> isBound)
    : axes(axes) {
  auto isFree = [&](Operation *op) {
    return !groupOf.contains(op) && !isBound(cast<EquationOp>(op).getResult());
  };
  std::function<void(Block &)> findIn = [&](Block &block) {
    for (Operation &op : llvm::reverse(block)) {
      if (isa<ScanOp, IterateOp>(op))
        findIn(op.getRegion(0).front());
      auto equation = dyn_cast<EquationOp>(op);
      if (!equation || !isFree(equation))
        continue;
      std::optional<RowGroup> group =
          Grower(axes, target, plans, elementBytes, mostRunningRows, isFree).grow(equation);
      if (!group)
        continue;
      groups.push_back(std::make_unique<RowGroup>(*group));
      for (EquationOp member : group->members)
        groupOf[member] = groups.back().get();
    }
  };
  findIn(network.block());
}

const RowGroup *RowGroups::find(Operation *equation) const { return groupOf.lookup(equation); }

const RowGroup *RowGroups::keeperOf(Value wire) const {
  const RowGroup *group = groupOf.lookup(wire.getDefiningOp());
  return group && group->last().getResult() != wire ? group : nullptr;
}

std::optional<Size> RowGroups::keptRow(Value wire) const {
  ArrayRef<StringAttr> inRow = objectOf(wire).getAxes().drop_front(keeperOf(wire)->rows);
  std::optional<Size> count = Size(1);
  for (StringAttr axis : inRow)
    count = count ? multiply(*count, axes.size(axis.getValue())) : std::nullopt;
  return count && !inRow.empty() ? add(*count, Size(elementsBetweenRows)) : count;
}

std::optional<Size> RowGroups::keptElements(Value wire) const {
  std::optional<Size> row = keptRow(wire);
  return row ? multiply(*row, Size(keeperOf(wire)->blockRows)) : std::nullopt;
}

} // namespace weft
