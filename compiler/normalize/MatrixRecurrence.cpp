#include "compiler/normalize/MatrixRecurrence.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/PrefixFold.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Finder {
public:
  Finder(EquationOp state, const AxisTable &axes) : axes(axes) { found.state = state; }

  std::optional<MatrixRecurrence> find() {
    if (!findRunning() || !findReader() || !readLift() || !sortDimensions() || !isWorthIt())
      return std::nullopt;
    return std::move(found);
  }

private:
  bool findRunning() {
    EquationOp state = found.state;
    if (state.getClauses().size() != 1)
      return false;
    DefineOp define = state.define(0);
    found.running = define.getValue().getDefiningOp<FoldOp>();
    if (!found.running || found.running.indices().size() != 1 || found.running.isRanged() ||
        !isPlain(define.getPositions()))
      return false;
    std::optional<PrefixFold> prefix = findPrefix(found.running, axes);
    if (!prefix || !prefix->isForward || prefix->isMasked || (prefix->shift != 0 && prefix->shift != -1) ||
        prefix->along.getType() != prefix->position.getType() ||
        !llvm::is_contained(define.getPositions(), prefix->position))
      return false;
    found.isExclusive = prefix->shift == -1;
    position = prefix->position;
    found.monoid =
        SymbolTable::lookupNearestSymbolFrom<MonoidOp>(found.running, found.running.getMonoidAttr());
    std::optional<RecurrenceShape> shape = recurrenceShape(found.monoid);
    bool isReal = llvm::all_of(found.monoid.getCarrier(), [&](Attribute type) {
      return cast<TypeAttr>(type).getValue() == objectOf(state.getResult()).scalar();
    });
    StringRef element = objectOf(state.getResult()).getElement();
    if (!shape || !isReal || (element != "real" && element != "f32" && element != "f64") ||
        !found.monoid.licenses("associative") || !liftLiesInDomain(found.monoid))
      return false;
    found.shape = *shape;
    return true;
  }

  // Each position an index, and none twice.
  static bool isPlain(ValueRange positions) {
    llvm::SmallDenseSet<Value> seen;
    return llvm::all_of(positions, [&](Value position) {
      return isa<BlockArgument>(position) && seen.insert(position).second;
    });
  }

  // One sum of products reads the state, at indices of its own and of the reader.
  bool findReader() {
    Value wire = found.state.getResult();
    auto reader = wire.hasOneUse() ? dyn_cast<EquationOp>(*wire.user_begin()) : EquationOp();
    if (!reader || reader->getBlock() != found.state->getBlock() || reader.getClauses().size() != 1)
      return false;
    found.reader = reader;
    auto number = llvm::find(reader.getWires(), wire) - reader.getWires().begin();
    BlockArgument argument = reader.wireArgument(0, number);
    auto read = argument.hasOneUse() ? dyn_cast<ReadOp>(*argument.user_begin()) : ReadOp();
    auto sum = read ? dyn_cast<FoldOp>(read->getParentOp()) : FoldOp();
    if (!sum || !sum.getMask().empty() || sum.isRanged() || !read.getOtherwise().empty() ||
        !isPlain(read.getPositions()) || sum.getResult().getType() != read.getResult().getType() ||
        !isReorderableSum(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(sum, sum.getMonoidAttr())))
      return false;
    found.sum = sum;
    splitProduct(sum.getArguments().front().getTerminator()->getOperand(0), found.query);
    if (llvm::count(found.query, read.getResult()) != 1)
      return false;
    llvm::erase(found.query, read.getResult());
    return llvm::all_of(found.query, isTotal) && matchIndices(read);
  }

  bool matchIndices(ReadOp read) {
    auto own = found.reader.indices(0);
    auto summed = found.sum.indices();
    unsigned rows = 0;
    for (auto [defined, at] : llvm::zip(found.state.define(0).getPositions(), read.getPositions())) {
      auto index = cast<BlockArgument>(at);
      bool isRow = llvm::is_contained(summed, index);
      if (!isRow && !llvm::is_contained(own, index))
        return false;
      if (defined == position) {
        if (isRow)
          return false;
        found.time = index;
        continue;
      }
      StateDimension &dimension = addDimension(index);
      dimension.inState = cast<BlockArgument>(defined);
      rows += isRow;
      (isRow ? found.rows : others).push_back(&dimension);
    }
    // A row that the state does not have would count it several times.
    return rows > 0 && rows == summed.size();
  }

  StateDimension &addDimension(BlockArgument inReader) {
    StateDimension &dimension = found.all.emplace_back();
    dimension.axis = objectOf(inReader).getElement();
    dimension.inReader = inReader;
    return dimension;
  }

  // What is folded, once lifted: its grade, and the factors of its value.
  bool readLift() {
    Block &block = found.running.getArguments().front();
    Block &lift = found.monoid.getLift().front();
    OpBuilder builder(block.getTerminator());
    IRMapping map;
    for (auto [parameter, value] : llvm::zip(lift.getArguments(), block.getTerminator()->getOperands()))
      map.map(parameter, value);
    auto lifted = [&](unsigned component) {
      return copySlice(builder, lift.getTerminator()->getOperand(component), map);
    };
    if (found.shape.grade)
      found.grade = lifted(*found.shape.grade);
    SmallVector<Value> factors;
    splitProduct(lifted(found.shape.value), factors);
    for (Value factor : factors) {
      bool hasRow = llvm::any_of(
          found.rows, [&](StateDimension *row) { return dependsOn(factor, row->inState, found.state); });
      (hasRow ? found.left : found.right).push_back(factor);
    }
    return llvm::all_of(factors, isTotal) && (!found.grade || isTotal(found.grade));
  }

  // Columns are what only the right factors need; what only the query needs comes beside its position.
  bool sortDimensions() {
    llvm::SmallDenseSet<Value> ofQuery;
    for (Value factor : found.query)
      if (factor.getDefiningOp())
        for (BlockArgument index : indicesOf(factor, found.reader))
          ofQuery.insert(index);
    for (StateDimension *dimension : others) {
      bool isColumn = !ofQuery.contains(dimension->inReader) &&
                      !(found.grade && dependsOn(found.grade, dimension->inState, found.state)) &&
                      llvm::none_of(found.left, [&](Value value) {
                        return dependsOn(value, dimension->inState, found.state);
                      });
      (isColumn ? found.columns : found.batch).push_back(dimension);
    }
    for (BlockArgument index : found.reader.indices(0))
      if (index != found.time && ofQuery.contains(index) &&
          llvm::none_of(found.all, [&](StateDimension &known) { return known.inReader == index; }))
        found.more.push_back(&addDimension(index));
    return !found.columns.empty();
  }

  // Matrices that fill tiles, over more positions than one chunk.
  bool isWorthIt() {
    auto count = [&](ArrayRef<StateDimension *> dimensions) {
      int64_t product = 1;
      for (StateDimension *dimension : dimensions)
        product *= axes.size(dimension->axis.getValue()).constant().value_or(leastRows);
      return product;
    };
    std::optional<int64_t> positions = axes.size(objectOf(found.time).getElement().getValue()).constant();
    return count(found.rows) >= leastRows && count(found.columns) >= leastColumns &&
           positions.value_or(leastPositions) >= leastPositions;
  }

  static constexpr int64_t leastRows = 8, leastColumns = 16, leastPositions = 64;

  const AxisTable &axes;
  MatrixRecurrence found;
  BlockArgument position;               // in the state's equation
  SmallVector<StateDimension *> others; // of the state, but rows
};

} // namespace

std::optional<MatrixRecurrence> findMatrixRecurrence(EquationOp state, const AxisTable &axes) {
  return Finder(state, axes).find();
}

} // namespace weft
