// A fold whose components are extrema or linear over them becomes folds of single numbers:
//
//   c[s, e] = softmax[t](score(s, t), v[t, e])
//     ⟹  m[s] = max[t](score(s, t))   p[s, t] = expdiff(score(s, t), m[s])   z[s] = sum[t](p[s, t])
//         c[s, e] = sum[t](p[s, t] * v[t, e]) / z[s]
//
// The law: in a commutative monoid each element may be taken as the last one combined, and an idempotent
// grade is then the whole fold's, so an element's share in a linear component is its lifted value times
// β(grade of all, its own grade).
#include "compiler/normalize/ComponentMonoid.h"
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/PrefixFold.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_GRADEFOLDS
#include "compiler/normalize/Passes.h.inc"

namespace {

using Kind = ComponentShape::Kind;

struct Grader {
  EquationOp equation;
  FoldOp fold;
  MonoidOp monoid;
  ArrayRef<ComponentShape> shapes;
  OpBuilder builder;

  Grader(EquationOp equation, FoldOp fold, MonoidOp monoid, ArrayRef<ComponentShape> shapes)
      : equation(equation), fold(fold), monoid(monoid), shapes(shapes), builder(fold) {}

  void run();

private:
  void nameArguments();
  /// A fold over the same indices and mask, whose argument `argument` writes from what the fold's lift gives.
  FoldOp foldOf(unsigned component, llvm::function_ref<Value(ArrayRef<Value> lifted, Block &)> argument);
  Value coefficient(ArrayRef<Value> lifted);
  void followKey(FoldOp sum);
  Value share(unsigned component, ArrayRef<Value> lifted, Block &block);

  SmallVector<Value> grades;   // the fold of each extremum component
  Value computed;              // the coefficient inside the first linear component's fold
  Value shared;                // the coefficient's wire, once it is one
  SmallVector<Value> sharedAt; // where the first linear component reads it
  SmallVector<BlockArgument> firstIndices;
};

static void cloneInto(OpBuilder &builder, Block &from, IRMapping &map) {
  for (Operation &op : from.without_terminator())
    builder.clone(op, map);
}

FoldOp Grader::foldOf(unsigned component, llvm::function_ref<Value(ArrayRef<Value>, Block &)> argument) {
  MonoidOp part = componentMonoid(monoid, component, shapes[component].kind == Kind::linear);
  auto type = part.resultType();
  auto result = FoldOp::create(builder, fold.getLoc(), type, FlatSymbolRefAttr::get(part.getSymNameAttr()),
                               fold.getIndexNamesAttr());
  result.setGraded(("component `" + cast<StringAttr>(monoid.getComponents()[component]).getValue() +
                    "` of `" + monoid.getSymName() + "`, " +
                    (shapes[component].kind == Kind::extremum ? "its grade" : "linear over its grade"))
                       .str());
  if (!fold.getMask().empty()) {
    IRMapping map;
    fold.getMask().cloneInto(&result.getMask(), map);
  }
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&result.getArguments());
  IRMapping map;
  for (BlockArgument index : fold.indices())
    map.map(index, block->addArgument(index.getType(), index.getLoc()));
  Block &source = fold.getArguments().front();
  cloneInto(builder, source, map);
  Block &lift = monoid.getLift().front();
  for (auto [parameter, value] : llvm::zip(lift.getArguments(), source.getTerminator()->getOperands()))
    map.map(parameter, map.lookupOrDefault(value));
  cloneInto(builder, lift, map);
  auto lifted = llvm::map_to_vector(lift.getTerminator()->getOperands(),
                                    [&](Value value) { return map.lookupOrDefault(value); });
  YieldOp::create(builder, fold.getLoc(), argument(lifted, *block));
  // A component depends only on what its own lift depends on.
  eraseUnused(*block);
  return result;
}

// β with the grade of everything on the left and the element's own on the right.
Value Grader::coefficient(ArrayRef<Value> lifted) {
  unsigned width = shapes.size();
  Block &combine = monoid.getCombine().front();
  IRMapping map;
  for (unsigned k = 0, grade = 0; k < width; ++k) {
    if (shapes[k].kind != Kind::extremum)
      continue;
    map.map(combine.getArgument(k), grades[grade]);
    map.map(combine.getArgument(k + width), lifted[k]);
    // An extremum with the whole's is the whole's.
    map.map(combine.getTerminator()->getOperand(k), grades[grade++]);
  }
  const ComponentShape *linear =
      llvm::find_if(shapes, [](auto &shape) { return shape.kind == Kind::linear; });
  Value product;
  std::function<Value(Value)> copy = [&](Value value) -> Value {
    if (map.contains(value))
      return map.lookup(value);
    for (Value operand : value.getDefiningOp()->getOperands())
      copy(operand);
    builder.clone(*value.getDefiningOp(), map);
    return map.lookup(value);
  };
  for (const Factor &factor : linear->coefficient) {
    Value value = copy(factor.value);
    if (!product && !factor.inverse) {
      product = value;
      continue;
    }
    if (!product)
      product = ConstantOp::create(builder, fold.getLoc(), value.getType(), builder.getF64FloatAttr(1));
    product = ApplyOp::create(builder, fold.getLoc(), value.getType(),
                              factor.inverse ? Function::divide : Function::mul, ValueRange{product, value});
  }
  return product;
}

Value Grader::share(unsigned component, ArrayRef<Value> lifted, Block &block) {
  Value own = lifted[component];
  Value weight;
  if (shared) {
    SmallVector<Value> positions;
    for (Value position : sharedAt) {
      auto *index = llvm::find(firstIndices, position);
      positions.push_back(index == firstIndices.end() ? position
                                                      : block.getArgument(index - firstIndices.begin()));
    }
    weight = ReadOp::create(builder, fold.getLoc(), own.getType(), shared, positions).getResult();
  } else {
    weight = computed = coefficient(lifted);
  }
  if (!weight)
    return own;
  if (isConstant(own, 1))
    return weight;
  return ApplyOp::create(builder, fold.getLoc(), own.getType(), Function::mul, ValueRange{weight, own});
}

// An argument that holds a fold is read by several of the new folds: it is computed once, on a wire.
void Grader::nameArguments() {
  Operation *yield = fold.getArguments().front().getTerminator();
  for (Value value : SmallVector<Value>(yield->getOperands())) {
    bool holdsFold = false;
    forEachPart(value, [&](Operation *op) { holdsFold |= isa<FoldOp>(op); });
    if (holdsFold)
      splitOut(equation, value);
  }
}

// Of `key[e] == v` in a mask, the key, and the index from outside that it is compared with.
static std::pair<Value, BlockArgument> keyOf(FoldOp fold) {
  if (fold.getMask().empty())
    return {};
  SmallVector<Value> terms;
  splitConjunction(fold.getMask().front().getTerminator()->getOperand(0), terms);
  for (Value term : terms) {
    auto test = term.getDefiningOp<ApplyOp>();
    if (!test || test.getFunction() != Function::eq)
      continue;
    for (unsigned side : {0u, 1u}) {
      Value key = test.getValues()[side];
      auto index = dyn_cast<BlockArgument>(test.getValues()[1 - side]);
      if (index && cast<ObjectType>(index.getType()).isIndex() && index.getType() == key.getType() &&
          key.getDefiningOp<ReadOp>() && !fold.getMask().isAncestor(index.getParentRegion()) && isTotal(key))
        return {key, index};
    }
  }
  return {};
}

// Where the mask holds, the index is the element's key: by that the coefficient is the element's alone, and
// not one for each index and element.
void Grader::followKey(FoldOp sum) {
  auto [key, index] = keyOf(sum);
  if (!key)
    return;
  // Copied where the coefficient stands: with the mask's own indices for the key, with the key for the index.
  auto copied = [&](Value value, IRMapping map) {
    OpBuilder at(computed.getDefiningOp());
    forEachPart(value, [&](Operation *op) {
      for (Value operand : op->getOperands())
        if (isa<BlockArgument>(operand) && !map.contains(operand))
          map.map(operand, operand);
    });
    return copySlice(at, value, map);
  };
  IRMapping ofMask;
  for (auto [inMask, here] : llvm::zip(sum.getMask().front().getArguments(), sum.indices()))
    ofMask.map(inMask, here);
  IRMapping ofIndex;
  ofIndex.map(index, copied(key, ofMask));
  Value fresh = copied(computed, ofIndex);
  computed.replaceAllUsesWith(fresh);
  computed = fresh;
}

void Grader::run() {
  nameArguments();
  unsigned width = shapes.size();
  SmallVector<Value> results(width);
  for (unsigned k = 0; k < width; ++k) {
    if (shapes[k].kind != Kind::extremum)
      continue;
    FoldOp extremum = foldOf(k, [&](ArrayRef<Value> lifted, Block &) { return lifted[k]; });
    results[k] = splitOut(equation, extremum.getResult());
    grades.push_back(results[k]);
  }
  unsigned linear = llvm::count_if(shapes, [](auto &shape) { return shape.kind == Kind::linear; });
  for (unsigned k = 0; k < width; ++k) {
    if (shapes[k].kind != Kind::linear)
      continue;
    FoldOp sum = foldOf(k, [&](ArrayRef<Value> lifted, Block &block) { return share(k, lifted, block); });
    results[k] = sum.getResult();
    if (shared || linear < 2 || shapes[k].coefficient.empty())
      continue;
    // The coefficients of all linear components are the same: computed once, on a wire.
    followKey(sum);
    firstIndices.assign(sum.indices().begin(), sum.indices().end());
    auto read = splitOut(equation, computed).getDefiningOp<ReadOp>();
    shared = read.getWire();
    sharedAt.assign(read.getPositions().begin(), read.getPositions().end());
  }
  IRMapping map;
  Block &lower = monoid.getLower().front();
  for (auto [parameter, value] : llvm::zip(lower.getArguments(), results))
    map.map(parameter, value);
  cloneInto(builder, lower, map);
  fold.getResult().replaceAllUsesWith(map.lookupOrDefault(lower.getTerminator()->getOperand(0)));
  fold.erase();
}

// Linear components must agree on their coefficient, start from 0, and compute in the precision of their
// wires.
bool allows(MonoidOp monoid, ArrayRef<ComponentShape> shapes) {
  if (!monoid.hasUnit() || !monoid.licenses("associative") || !liftLiesInDomain(monoid) || shapes.size() < 2)
    return false;
  const ComponentShape *first = nullptr;
  for (auto [k, shape] : llvm::enumerate(shapes)) {
    StringRef element = cast<ObjectType>(cast<TypeAttr>(monoid.getCarrier()[k]).getValue()).getElement();
    if (element != "real" && element != "f32" && element != "f64")
      return false;
    Value unit = monoid.getUnit().front().getTerminator()->getOperand(k);
    if (!unit.getDefiningOp<ConstantOp>())
      return false;
    if (shape.kind != Kind::linear)
      continue;
    if (!isConstant(unit, 0))
      return false;
    if (first && first->coefficient.size() != shape.coefficient.size())
      return false;
    for (unsigned i = 0; first && i < shape.coefficient.size(); ++i)
      if (first->coefficient[i].inverse != shape.coefficient[i].inverse ||
          !OperationEquivalence::isEquivalentTo(first->coefficient[i].value.getDefiningOp(),
                                                shape.coefficient[i].value.getDefiningOp(),
                                                OperationEquivalence::IgnoreLocations))
        return false;
    first = &shape;
  }
  return first;
}

// Parts of the fold are evaluated on wires of their own: nothing in it may raise an error there that it does
// not here.
bool mayMove(FoldOp fold) {
  auto values = fold.getArguments().front().getTerminator()->getOperands();
  return llvm::all_of(values, isTotal);
}

struct GradeFolds : impl::GradeFoldsBase<GradeFolds> {
  void runOnOperation() override {
    SmallVector<std::pair<EquationOp, FoldOp>> folds;
    for (EquationOp equation : equationsOf(getOperation()))
      equation->walk([&](FoldOp fold) { folds.push_back({equation, fold}); });
    AxisTable axes(getOperation());
    for (auto [equation, fold] : folds) {
      // One running fold is less work than a row of coefficients for every position.
      if (findPrefix(fold, axes))
        continue;
      auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
      auto shapes = gradedShape(monoid);
      if (!shapes || !allows(monoid, *shapes) || !mayMove(fold))
        continue;
      Grader(equation, fold, monoid, *shapes).run();
      prune(equation);
    }
  }
};

} // namespace

} // namespace weft
