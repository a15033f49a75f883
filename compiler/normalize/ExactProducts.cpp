// Sums of products of small integers are sums of products of reals that hold them exactly:
//
//   y[m, n] = sum[k](i32(a[m, k]) * i32(b[k, n]))   ⟹   c[m, k] = f64(a[m, k])
//                                                        p[m, n] = sum[k](c[m, k] * f64(b[k, n]))
//                                                        y[m, n] = i32(p[m, n])
//
// The law: reals hold every integer up to 2^24 (f32) or 2^53 (f64), and no sum of such terms, in whatever
// order, leaves that range, so that nothing is rounded. The gain: the sum is a contraction in multiply-adds.
// A weight of few bits stays as it is stored, and is converted where it is used. Factors may be more than
// elements, `(i32(a[m, k]) - 3) * (i32(b[k, n]) + 5)`, as far as they raise no error.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/Magnitudes.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/PrefixFold.h"
#include "dialects/weft/Totality.h"
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
    if (!findFactors())
      return false;
    greatest = factors[0].greatest * factors[1].greatest;
    for (BlockArgument index : fold.indices())
      greatest *= axes.size(objectOf(index).getElement()).constant().value_or(mostPositions);
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
  struct Factor {
    Value value;
    ReadOp read; // the value is an element as it is; else null
    double greatest;
  };

  // Two, beside constants, which join the first.
  bool findFactors() {
    SmallVector<Value> all;
    splitProduct(fold.getArguments().front().getTerminator()->getOperand(0), all);
    for (Value value : all) {
      std::optional<Factor> factor = asFactor(value);
      if (!factor)
        return false;
      (isa<ConstantOp>(factor->value.getDefiningOp()) ? constants : factors).push_back(*factor);
    }
    if (factors.size() != 2)
      return false;
    for (const Factor &constant : constants)
      factors[0].greatest *= constant.greatest;
    return true;
  }

  // Without conversions that hold every value.
  std::optional<Factor> asFactor(Value value) {
    while (auto convert = value.getDefiningOp<ConvertOp>()) {
      if (!isTotalOperation(convert))
        break;
      value = convert.getValue();
    }
    auto read = value.getDefiningOp<ReadOp>();
    if (read && read->getParentOp() == fold && hasPlainDefault(read))
      if (double most = magnitudeOf(read); most > 0)
        return Factor{value, read, most};
    if (!value.getDefiningOp() || !isTotal(value))
      return std::nullopt;
    return Factor{value, nullptr, std::ldexp(1.0, magnitudeBits(value))};
  }

  // Whether a factor is used again and again, for an index of the result that only the other one has.
  bool isReused(unsigned i) {
    return llvm::any_of(equation.indices(0), [&](BlockArgument index) {
      return !dependsOn(factors[i].value, index, equation) &&
             dependsOn(factors[1 - i].value, index, equation);
    });
  }

  // A weight of few bits, in the place of columns.
  bool mayStay(unsigned i) {
    ReadOp read = i == 0 && !constants.empty() ? ReadOp() : factors[i].read;
    return read && !isGuarded(read) && objectOf(read.getResult()).isInteger() && isOfWeights(wireOf(read));
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
    return element.isInteger() ? std::ldexp(1.0, magnitudeBits(element)) : 0;
  }

  FoldOp writeFold() {
    auto exact = FoldOp::create(builder, fold.getLoc(), real,
                                FlatSymbolRefAttr::get(realSum().getSymNameAttr()), fold.getIndexNamesAttr());
    exact.setSkipsZeros(fold.getSkipsZeros());
    OpBuilder::InsertionGuard guard(builder);
    IRMapping ofMask;
    fold.getMask().cloneInto(&exact.getMask(), ofMask);
    Block *block = builder.createBlock(&exact.getArguments());
    IRMapping map;
    for (BlockArgument index : fold.indices())
      map.map(index, block->addArgument(index.getType(), index.getLoc()));
    std::optional<unsigned> stays = mayStay(1)   ? std::optional(1)
                                    : mayStay(0) ? std::optional(0)
                                                 : std::nullopt;
    SmallVector<Value> values;
    for (unsigned i : {0, 1})
      values.push_back(writeFactor(i, i != stays, map));
    Value product = ApplyOp::create(builder, fold.getLoc(), real, Function::mul, values);
    YieldOp::create(builder, fold.getLoc(), product);
    return exact;
  }

  // On a wire of its own where it is used again and again.
  Value writeFactor(unsigned i, bool mayMove, IRMapping &map) {
    Factor &factor = factors[i];
    bool hasConstants = i == 0 && !constants.empty();
    if (factor.read && !hasConstants && mayMove && isReused(i))
      return readConverted(factor.read, map);
    OpBuilder before(fold.getArguments().front().getTerminator());
    Value value = factor.value;
    for (const Factor &constant : hasConstants ? ArrayRef(constants) : ArrayRef<Factor>())
      value = ApplyOp::create(before, fold.getLoc(), type, Function::mul, ValueRange{constant.value, value});
    if (mayMove && isReused(i))
      return copied(splitOut(equation, converted(before, value), AxisOrder::asRead), map);
    return converted(builder, copied(value, map));
  }

  // In the new fold; the equation's arguments, of which there may be new ones, are what they are.
  Value copied(Value value, IRMapping &map) {
    for (BlockArgument argument : fold->getBlock()->getArguments())
      map.map(argument, argument);
    return copySlice(builder, value, map);
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
      positions.push_back(copied(position, map));
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
    return type.getElement() != "u8" && greatest < std::ldexp(1.0, static_cast<int>(magnitudeBits(type)));
  }

  EquationOp equation;
  FoldOp fold;
  const AxisTable &axes;
  ObjectType type, real;
  SmallVector<Factor, 2> factors, constants;
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
                       !fold.isRanged() && !findPrefix(fold, axes);
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
