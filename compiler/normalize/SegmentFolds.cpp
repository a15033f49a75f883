// A fold under a mask that compares a key of each element with an index from outside looks at the elements of
// that key only:
//
//   y[v] = M[e where key[e] == v](x[e])
//   ⟹  begin, end, order, sorted = segments key
//       y[v] = M[p within (begin[v], end[v])](x[if sorted then p else order[p]])
//
// The law: a fold is over the elements that its mask leaves, in their order, and sorting keeps the order of
// equal keys. So no law of the monoid is asked for. The keys are sorted where they are defined: outside of
// loops that do not change them, and once for all folds.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/KeyedFolds.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_SEGMENTFOLDS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

// `key == index` in the mask of a fold.
struct KeyTest {
  ApplyOp comparison;
  Value key;
  BlockArgument index;
  unsigned element; // which of the fold's indices has keys
};

class Segmenter {
public:
  explicit Segmenter(const AxisTable &axes) : axes(axes) {}

  void run(EquationOp equation) {
    while (segmentOne(equation)) {
    }
  }

private:
  bool segmentOne(EquationOp equation) {
    FoldOp fold;
    std::optional<KeyTest> test;
    equation->walk([&](FoldOp candidate) {
      fold = candidate;
      test = candidate.isRanged() ? std::nullopt : findTest(candidate, equation);
      return test ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (!test)
      return false;
    ReadOp keys = asRead(*test, fold, equation);
    SmallVector<Value> batch(keys.getPositions().drop_back());
    unsigned clause = clauseOf(fold, equation);
    Value wire =
        equation
            .getWires()[cast<BlockArgument>(keys.getWire()).getArgNumber() - equation.indices(clause).size()];
    SegmentsOp segments = segmentsOf(wire, objectOf(test->index).getElement(), equation);
    rewrite(fold, equation, *test, batch, segments);
    prune(equation);
    return true;
  }

  static unsigned clauseOf(FoldOp fold, EquationOp equation) {
    Region *region = fold->getParentRegion();
    while (region->getParentOp() != equation)
      region = region->getParentOp()->getParentRegion();
    return region->getRegionNumber();
  }

  // Terms before the test would not have been evaluated for all elements: nor is the key, if any can fail.
  std::optional<KeyTest> findTest(FoldOp fold, EquationOp equation) {
    if (fold.getMask().empty())
      return std::nullopt;
    SmallVector<Value> terms;
    splitConjunction(fold.getMask().front().getTerminator()->getOperand(0), terms);
    for (Value term : terms) {
      if (std::optional<KeyTest> test = asTest(term, fold, equation))
        return test;
      if (!isTotal(term))
        return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<KeyTest> asTest(Value term, FoldOp fold, EquationOp equation) {
    auto comparison = term.getDefiningOp<ApplyOp>();
    if (!comparison || comparison.getFunction() != Function::eq)
      return std::nullopt;
    for (unsigned side : {0u, 1u}) {
      Value key = comparison.getValues()[side], other = comparison.getValues()[1 - side];
      // An index beside integers is converted to one.
      if (auto convert = other.getDefiningOp<ConvertOp>(); convert && isTotalOperation(convert))
        other = convert.getValue();
      auto index = dyn_cast<BlockArgument>(other);
      if (!index || !objectOf(index).isIndex() || !isOutside(index, fold) || !key.getDefiningOp())
        continue;
      if (!keepsValue(key) || !isTotal(key))
        continue;
      std::optional<int64_t> size = axes.size(objectOf(index).getElement().getValue()).constant();
      SmallVector<BlockArgument> needed = indicesOf(key, equation);
      if (size.value_or(fewKeys + 1) <= fewKeys || llvm::is_contained(needed, index))
        continue;
      auto own = fold.getMask().getArguments();
      auto ofFold = llvm::filter_to_vector(needed, [&](Value i) { return llvm::is_contained(own, i); });
      if (ofFold.size() == 1)
        return KeyTest{comparison, key, index, cast<BlockArgument>(ofFold[0]).getArgNumber()};
    }
    return std::nullopt;
  }

  // Whether a wire of the value's own type holds it, whatever it is: integers are computed as if exact.
  static bool keepsValue(Value value) {
    if (objectOf(value).isReal() || objectOf(value).isBool())
      return false;
    auto apply = value.getDefiningOp<ApplyOp>();
    return objectOf(value).isIndex() || isa<ReadOp, ConvertOp>(value.getDefiningOp()) ||
           (apply && apply.getFunction() == Function::mod);
  }

  static bool isOutside(Value value, FoldOp fold) {
    return !fold.getMask().isAncestor(value.getParentRegion()) &&
           !fold.getArguments().isAncestor(value.getParentRegion());
  }

  // The keys as a wire that is read at indices from outside and then the element: where they are none, they
  // become one.
  ReadOp asRead(KeyTest &test, FoldOp fold, EquationOp equation) {
    Value element = fold.getMask().getArgument(test.element);
    if (auto convert = test.key.getDefiningOp<ConvertOp>();
        convert && convert.getValue().getDefiningOp<ReadOp>() &&
        (objectOf(convert.getValue()).isInteger() ||
         objectOf(convert.getValue()).getElement() == objectOf(test.index).getElement()))
      test.key = convert.getValue();
    auto read = test.key.getDefiningOp<ReadOp>();
    bool isPlain = read && read.getOtherwise().empty() && read.getPositions().back() == element &&
                   llvm::all_of(read.getPositions().drop_back(), [&](Value position) {
                     return isa<BlockArgument>(position) && isOutside(position, fold);
                   });
    if (isPlain)
      return read;
    // Others may use the key as well: the test gets its own.
    Operation *own = test.key.getDefiningOp()->clone();
    OpBuilder(test.comparison).insert(own);
    Value split = splitOut(equation, own->getResult(0));
    auto keys = equation.getWires().back().getDefiningOp<EquationOp>();
    keys.setName("keys");
    moveOutOfLoops(keys);
    shareKeys(equation, keys);
    return split.getDefiningOp<ReadOp>();
  }

  static bool isLoop(Operation *op) { return isa<ScanOp, IterateOp>(op); }

  static void moveOutOfLoops(EquationOp equation) {
    for (Operation *around = equation->getParentOp(); isLoop(around); around = around->getParentOp()) {
      bool isFree = llvm::all_of(equation.getWires(), [&](Value wire) {
        return !around->getRegion(0).isAncestor(wire.getParentRegion());
      });
      if (!isFree)
        return;
      equation->moveBefore(around);
    }
  }

  // Keys that were computed before are not computed again.
  void shareKeys(EquationOp equation, EquationOp keys) {
    for (EquationOp earlier : computed)
      if (earlier->getBlock() == keys->getBlock() && earlier->isBeforeInBlock(keys) &&
          OperationEquivalence::isEquivalentTo(earlier, keys, OperationEquivalence::IgnoreLocations)) {
        equation->setOperand(equation->getNumOperands() - 1, earlier.getResult());
        keys.erase();
        return;
      }
    computed.push_back(keys);
  }

  SegmentsOp segmentsOf(Value keys, StringAttr values, EquationOp user) {
    SegmentsOp &known = made[{keys, values}];
    if (known)
      return known;
    Operation *place = keys.getParentBlock()->findAncestorOpInBlock(*user);
    OpBuilder builder(place);
    MLIRContext *context = builder.getContext();
    SmallVector<StringAttr> bounded(objectOf(keys).getAxes());
    StringAttr elements = bounded.back();
    bounded.back() = values;
    ObjectType bounds = ObjectType::get(context, "i64").over(bounded);
    ObjectType order = ObjectType::get(context, elements.getValue()).over(objectOf(keys).getAxes());
    known = SegmentsOp::create(builder, user.getLoc(), bounds, bounds, order,
                               ObjectType::get(context, "bool"), keys);
    return known;
  }

  void rewrite(FoldOp fold, EquationOp equation, KeyTest &test, SmallVector<Value> batch,
               SegmentsOp segments) {
    unsigned clause = clauseOf(fold, equation);
    auto argument = [&](Value wire) -> Value {
      for (auto [i, known] : llvm::enumerate(equation.getWires()))
        if (known == wire)
          return equation.wireArgument(clause, i);
      return addWire(equation, wire)[clause];
    };
    auto read = [&](OpBuilder &builder, Value wire, Value last) {
      SmallVector<Value> positions(batch);
      positions.push_back(last);
      ObjectType type = objectOf(wire).scalar();
      return ReadOp::create(builder, fold.getLoc(), type, wire, positions).getResult();
    };
    // Wires first: adding one moves no argument.
    Value begin = argument(segments.getBegin()), end = argument(segments.getEnd());
    Value order = argument(segments.getOrder()), sortedWire = argument(segments.getSorted());
    OpBuilder top(&equation.getClauses()[clause].front(), equation.getClauses()[clause].front().begin());
    Value sorted =
        ReadOp::create(top, fold.getLoc(), objectOf(sortedWire), sortedWire, ValueRange()).getResult();
    OpBuilder before(fold);
    Value low = read(before, begin, test.index), high = read(before, end, test.index);
    fold.getRangeMutable().assign({low, high});
    if (test.element)
      fold.setRangedAttr(before.getI64IntegerAttr(test.element));

    removeTest(fold, test);
    for (Region *region : {&fold.getMask(), &fold.getArguments()}) {
      if (region->empty())
        continue;
      BlockArgument position = region->getArgument(test.element);
      OpBuilder inside(&region->front(), region->front().begin());
      auto choice = IfOp::create(inside, fold.getLoc(), position.getType(), sorted);
      position.replaceAllUsesWith(choice.getResult());
      inside.createBlock(&choice.getThenRegion());
      YieldOp::create(inside, fold.getLoc(), ValueRange(position));
      inside.createBlock(&choice.getElseRegion());
      YieldOp::create(inside, fold.getLoc(), read(inside, order, position));
    }
  }

  // The test holds of all elements in the range.
  static void removeTest(FoldOp fold, KeyTest &test) {
    Block &mask = fold.getMask().front();
    if (mask.getTerminator()->getOperand(0) == test.comparison.getResult()) {
      fold.getMask().dropAllReferences();
      mask.erase();
      return;
    }
    OpBuilder builder(test.comparison);
    Value truth = ConstantOp::create(builder, fold.getLoc(), test.comparison.getResult().getType(),
                                     builder.getI64IntegerAttr(1));
    test.comparison.getResult().replaceAllUsesWith(truth);
  }

  const AxisTable &axes;
  llvm::DenseMap<std::pair<Value, StringAttr>, SegmentsOp> made;
  SmallVector<EquationOp> computed;
};

struct SegmentFolds : impl::SegmentFoldsBase<SegmentFolds> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    Segmenter segmenter(axes);
    for (EquationOp equation : equationsOf(getOperation()))
      segmenter.run(equation);
  }
};
} // namespace

} // namespace weft
