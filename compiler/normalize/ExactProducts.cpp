// Sums of products of small integers are sums of products of reals that hold them exactly:
//
//   y[m, n] = sum[k](i32(a[m, k]) * i32(b[k, n]))   ⟹   c[m, k] = f64(a[m, k])
//                                                        p[m, n] = sum[k](c[m, k] * f64(b[k, n]))
//                                                        y[m, n] = i32(p[m, n])
//
// The law: reals hold every integer up to 2^24 (f32) or 2^53 (f64), and no sum of such terms, in whatever
// order, leaves that range, so that nothing is rounded. The gain: the sum is a contraction in multiply-adds.
// A weight of few bits stays as it is stored, and is converted where it is used.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/Totality.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_EXACTPRODUCTS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// What an open axis has at most: an axis of more would make the smallest tensor over it 256 GiB.
static constexpr double mostPositions = 0x1p38;

namespace {

class ExactProduct {
public:
  ExactProduct(EquationOp equation, FoldOp fold, const AxisTable &axes)
      : equation(equation), fold(fold), axes(axes), type(objectOf(fold.getResult())) {}

  bool find() {
    auto product = fold.getArguments().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>();
    if (!product || product.getFunction() != Function::mul || !findReads(product))
      return false;
    double terms = 1;
    for (BlockArgument index : fold.indices())
      terms *= axes.size(objectOf(index).getElement()).constant().value_or(mostPositions);
    greatest = terms * magnitudeOf(reads[0]) * magnitudeOf(reads[1]);
    return greatest <= 0x1p53;
  }

  void replace() {
    builder.setInsertionPoint(fold);
    real = ObjectType::get(builder.getContext(), greatest <= 0x1p24 ? "f32" : "f64");
    FoldOp exact = writeFold();
    builder.setInsertionPointAfter(exact);
    bool staysReal = true;
    for (OpOperand &use : llvm::make_early_inc_range(fold.getResult().getUses()))
      staysReal &= replaceUse(use, exact.getResult());
    // What is checked is no vector's: it would keep the sum from being a contraction.
    if (!staysReal)
      splitOut(equation, exact.getResult());
    prune(equation);
  }

private:
  // As they are: a conversion that may fail has to.
  bool findReads(ApplyOp product) {
    for (auto [value, read] : llvm::zip(product.getValues(), reads)) {
      while (auto convert = value.getDefiningOp<ConvertOp>()) {
        if (!isTotalOperation(convert))
          return false;
        value = convert.getValue();
      }
      read = value.getDefiningOp<ReadOp>();
      if (!read || read->getParentOp() != fold || magnitudeOf(read) == 0 || !hasPlainDefault(read))
        return false;
    }
    return true;
  }

  // Whether elements are read again and again, for an index of the result that only the other factor has.
  bool isReused(unsigned i) {
    return llvm::any_of(equation.indices(0), [&](BlockArgument index) {
      return !dependsOn(reads[i].getResult(), index, equation) &&
             dependsOn(reads[1 - i].getResult(), index, equation);
    });
  }

  // A weight of few bits, in the place of columns.
  bool mayStay(unsigned i) {
    return !isGuarded(reads[i]) && !objectOf(reads[i].getResult()).isIndex() && isOfWeights(wireOf(reads[i]));
  }

  static bool isGuarded(ReadOp read) { return !read.getOtherwise().empty(); }

  static IntegerAttr defaultOf(ReadOp read) {
    auto constant = read.getOtherwise().front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
    return constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
  }
  static bool hasPlainDefault(ReadOp read) { return !isGuarded(read) || defaultOf(read); }

  // Of what a read gives; 0 where it is not known to be small. A default has the type of the elements.
  double magnitudeOf(ReadOp read) {
    ObjectType element = objectOf(read.getResult());
    if (element.isIndex())
      return axes.size(element.getElement()).constant().value_or(0);
    return llvm::StringSwitch<double>(element.getElement())
        .Case("i8", 0x1p7)
        .Case("u8", 0x1p8)
        .Case("i16", 0x1p15)
        .Default(0);
  }

  FoldOp writeFold() {
    auto exact = FoldOp::create(builder, fold.getLoc(), real,
                                FlatSymbolRefAttr::get(realSum().getSymNameAttr()), fold.getIndexNamesAttr());
    exact.setSkipsZeros(fold.getSkipsZeros());
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&exact.getArguments());
    IRMapping map;
    for (BlockArgument index : fold.indices())
      map.map(index, block->addArgument(index.getType(), index.getLoc()));
    for (BlockArgument argument : block->getParentOp()->getBlock()->getArguments())
      map.map(argument, argument);
    std::optional<unsigned> stays = mayStay(1)   ? std::optional(1)
                                    : mayStay(0) ? std::optional(0)
                                                 : std::nullopt;
    SmallVector<Value> factors;
    for (unsigned i : {0, 1})
      factors.push_back(isReused(i) && i != stays
                            ? readConverted(reads[i], map)
                            : converted(builder, copySlice(builder, reads[i].getResult(), map)));
    Value product = ApplyOp::create(builder, fold.getLoc(), real, Function::mul, factors);
    YieldOp::create(builder, fold.getLoc(), product);
    return exact;
  }

  Value converted(OpBuilder &at, Value value) { return ConvertOp::create(at, fold.getLoc(), real, value); }

  Value wireOf(ReadOp read) {
    return equation
        .getWires()[cast<BlockArgument>(read.getWire()).getArgNumber() - equation.indices(0).size()];
  }

  // The same element of a wire that has been converted whole.
  Value readConverted(ReadOp read, IRMapping &map) {
    BlockArgument wire = addWire(equation, convertedWire(wireOf(read))).front();
    SmallVector<Value> positions;
    for (Value position : read.getPositions())
      positions.push_back(copySlice(builder, position, map));
    auto result = ReadOp::create(builder, read.getLoc(), real, wire, positions);
    if (isGuarded(read)) {
      OpBuilder::InsertionGuard guard(builder);
      builder.createBlock(&result.getOtherwise());
      double number = static_cast<double>(defaultOf(read).getInt());
      Value constant = ConstantOp::create(builder, read.getLoc(), real, builder.getF64FloatAttr(number));
      YieldOp::create(builder, read.getLoc(), constant);
    }
    return result.getResult();
  }

  // Where the wire is defined: outside of loops that do not change it.
  Value convertedWire(Value wire) {
    OpBuilder before(equation.getContext());
    before.setInsertionPointAfterValue(wire);
    ObjectType of = objectOf(wire);
    auto conversion = EquationOp::create(before, fold.getLoc(), real.over(of.getAxes()),
                                         equation.getNameAttr(), nullptr, nullptr, ValueRange(), 1);
    OpBuilder inside(before.getContext());
    Block *block = inside.createBlock(&conversion.getClauses()[0]);
    SmallVector<Value> positions;
    for (StringAttr axis : of.getAxes())
      positions.push_back(block->addArgument(ObjectType::get(axis.getContext(), axis, {}), fold.getLoc()));
    Value argument = addWire(conversion, wire).front();
    auto element = ReadOp::create(inside, fold.getLoc(), of.scalar(), argument, positions);
    DefineOp::create(inside, fold.getLoc(), converted(inside, element.getResult()), positions);
    return conversion.getResult();
  }

  // The sum of the exact type, with the laws that the program's has.
  MonoidOp realSum() {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    std::string name = monoid.getSymName().str() + "." + real.getElement().str();
    auto module = monoid->getParentOfType<ModuleOp>();
    if (auto known = module.lookupSymbol<MonoidOp>(name))
      return known;
    OpBuilder at(monoid);
    Location location = monoid.getLoc();
    auto sum = MonoidOp::create(at, location, at.getStringAttr(name), monoid.getComponents(),
                                at.getTypeArrayAttr({real}), monoid.getLiftArguments(), monoid.getLaws());
    auto yields = [&](Region &region, unsigned arguments, llvm::function_ref<Value(Block &)> value) {
      Block *block = at.createBlock(&region);
      for (unsigned i = 0; i < arguments; ++i)
        block->addArgument(real, location);
      YieldOp::create(at, location, value(*block));
    };
    yields(sum.getUnit(), 0,
           [&](Block &) -> Value { return ConstantOp::create(at, location, real, at.getF64FloatAttr(0)); });
    yields(sum.getCombine(), 2, [&](Block &block) -> Value {
      return ApplyOp::create(at, location, real, Function::add, block.getArguments());
    });
    for (Region *region : {&sum.getLift(), &sum.getLower()})
      yields(*region, 1, [](Block &block) { return block.getArgument(0); });
    return sum;
  }

  // As a real where the program makes one of it, and it surely fits its own type.
  bool replaceUse(OpOperand &use, Value exact) {
    auto convert = dyn_cast<ConvertOp>(use.getOwner());
    bool staysReal = convert && objectOf(convert.getResult()).isReal() && fits();
    use.set(staysReal ? exact : ConvertOp::create(builder, fold.getLoc(), type, exact).getResult());
    return staysReal;
  }

  bool fits() {
    unsigned bits = llvm::StringSwitch<unsigned>(type.getElement())
                        .Case("i64", 64)
                        .Case("i32", 32)
                        .Case("i16", 16)
                        .Default(0);
    return bits && greatest < std::ldexp(1.0, bits - 1);
  }

  EquationOp equation;
  FoldOp fold;
  const AxisTable &axes;
  ObjectType type, real;
  ReadOp reads[2];
  double greatest = 0; // of the sum of any of the terms
  OpBuilder builder{fold};
};

struct ExactProducts : impl::ExactProductsBase<ExactProducts> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    SmallVector<std::pair<EquationOp, FoldOp>> sums;
    for (EquationOp equation : equationsOf(getOperation()))
      equation->walk([&](FoldOp fold) {
        auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
        bool isPlain = fold->getParentOp() == equation && equation.getClauses().size() == 1 &&
                       fold.getMask().empty() && !fold.isRanged();
        if (isPlain && objectOf(fold.getResult()).isInteger() && isReorderableSum(monoid))
          sums.push_back({equation, fold});
      });
    for (auto [equation, fold] : sums)
      if (ExactProduct product(equation, fold, axes); product.find())
        product.replace();
  }
};

} // namespace

} // namespace weft
