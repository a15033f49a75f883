#include "compiler/normalize/SlidingSums.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/SlidingRead.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// The read that a factor is, converted or not.
static ReadOp readBehind(Value factor) {
  if (auto convert = factor.getDefiningOp<ConvertOp>())
    factor = convert.getValue();
  return factor.getDefiningOp<ReadOp>();
}

static bool isZero(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  auto integer = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
  return isConstant(value, 0) || (integer && integer.getInt() == 0);
}

static Value wireOf(ReadOp read, EquationOp equation) {
  return equation.getWires()[cast<BlockArgument>(read.getWire()).getArgNumber() - equation.indices(0).size()];
}

const SlidingSum::Slide *SlidingSum::slideOf(Value index) const {
  const auto *found = llvm::find_if(moves, [&](const Slide &slide) { return slide.index == index; });
  return found == moves.end() ? nullptr : found;
}

// Whether a scalar depends on an index that is replaced.
bool SlidingSum::slides(Value value) const {
  bool found = slideOf(value);
  if (value.getDefiningOp())
    forEachPart(value, [&](Operation *op) {
      found |= llvm::any_of(op->getOperands(), [&](Value operand) { return slideOf(operand); });
    });
  return found;
}

bool SlidingSum::findSlides(ReadOp read) {
  if (read.getOtherwise().empty() || !isZero(read.getOtherwise().front().getTerminator()->getOperand(0)))
    return false;
  for (auto [axis, position] : llvm::enumerate(read.getPositions())) {
    if (isSimplePosition(position))
      continue;
    Slide slide{unsigned(axis), {}, 0, {}};
    if (!readAffine(position, 1, *axes, slide.rest))
      return false;
    for (auto &[index, coefficient] : slide.rest.terms)
      if (std::abs(coefficient) == 1 && llvm::is_contained(term.summed, index) && !slide.index) {
        slide.index = cast<BlockArgument>(index);
        slide.sign = coefficient;
      }
    if (!slide.index || slideOf(slide.index))
      return false;
    llvm::erase_if(slide.rest.terms, [&](auto &other) { return other.first == slide.index; });
    moves.push_back(std::move(slide));
  }
  auto isElsewhere = [&](const Slide &slide) {
    return llvm::any_of(read.getPositions(),
                        [&](Value position) { return isSimplePosition(position) && slides(position); }) ||
           llvm::any_of(moves, [&](const Slide &other) {
             return llvm::any_of(other.rest.terms, [&](auto &rest) { return rest.first == slide.index; });
           });
  };
  return moves.size() > 1 && llvm::none_of(moves, isElsewhere);
}

// Another factor is read at the replaced indices as they are, or in pairs.
bool SlidingSum::mayRead(Value factor) const {
  if (!slides(factor))
    return true;
  auto read = factor.getDefiningOp<ReadOp>();
  return read && read.getOtherwise().empty() && llvm::all_of(read.getPositions(), [&](Value position) {
           auto pair = position.getDefiningOp<PairOp>();
           return !slides(position) || isa<BlockArgument>(position) ||
                  (pair &&
                   llvm::all_of(pair.getParts(), [](Value part) { return isa<BlockArgument>(part); }));
         });
}

std::optional<SlidingSum> SlidingSum::find(EquationOp equation, FoldOp fold, const WeightFormulas &formulas,
                                           const AxisTable &axes) {
  std::optional<SmallVector<ProductTerm>> terms = expandSum(fold);
  if (!terms || terms->size() != 1 || terms->front().isNegative || !terms->front().replaced.empty())
    return std::nullopt;
  SlidingSum sum(equation, fold, axes);
  sum.term = terms->front();
  auto isWeight = [&](const ProductFactor &factor) {
    ReadOp read = readBehind(factor.value);
    return read && formulas.isWeight(wireOf(read, equation)) && !read.getOtherwise().empty();
  };
  auto found = llvm::find_if(sum.term.factors, isWeight);
  if (found == sum.term.factors.end() || !sum.findSlides(readBehind(found->value)))
    return std::nullopt;
  sum.weight = found - sum.term.factors.begin();
  for (auto [i, factor] : llvm::enumerate(sum.term.factors))
    if (factor.isInverse || (i != sum.weight && !sum.mayRead(factor.value)))
      return std::nullopt;
  return sum;
}

double SlidingSum::sizeOf(StringRef axis) const {
  return static_cast<double>(axes->size(axis).constant().value_or(ContractionOrder::openSize));
}

ProductCost SlidingSum::cost() {
  ReadOp read = readBehind(term.factors[weight].value);
  ProductCost cost;
  cost.flops = static_cast<double>(term.factors.size());
  for (BlockArgument index : equation.indices(0))
    cost.flops *= sizeOf(objectOf(index).getElement());
  ArrayRef<StringAttr> extents = objectOf(read.getWire()).getAxes();
  for (BlockArgument index : term.summed) {
    const Slide *slide = slideOf(index);
    cost.flops *= sizeOf(slide ? extents[slide->axis].getValue() : objectOf(index).getElement().getValue());
  }
  cost.bytes = bytesOf(objectOf(read.getResult()));
  for (StringAttr axis : extents)
    cost.bytes *= sizeOf(axis);
  return cost;
}

// A wire that is read at pairs with a replaced index, by the parts of these pairs.
Value SlidingSum::splitWire(ReadOp read) {
  OpBuilder builder(equation);
  Location location = fold.getLoc();
  Value wire = wireOf(read, equation);
  SmallVector<StringAttr> split;
  for (auto [axis, position] : llvm::zip(objectOf(wire).getAxes(), read.getPositions()))
    if (auto pair = position.getDefiningOp<PairOp>(); pair && slides(position))
      for (Value part : pair.getParts())
        split.push_back(objectOf(part).getElement());
    else
      split.push_back(axis);
  if (split.size() == objectOf(wire).getAxes().size())
    return read.getWire();
  auto parts = EquationOp::create(builder, location, objectOf(wire).over(split), equation.getNameAttr(),
                                  nullptr, nullptr, ValueRange{wire}, 1);
  Block *block = builder.createBlock(&parts.getClauses()[0]);
  SmallVector<Value> indices, positions;
  for (StringAttr axis : split)
    indices.push_back(block->addArgument(ObjectType::get(builder.getContext(), axis.getValue()), location));
  BlockArgument source = block->addArgument(wire.getType(), location);
  ArrayRef<Value> rest = indices;
  for (Value position : read.getPositions()) {
    auto pair = position.getDefiningOp<PairOp>();
    size_t count = pair && slides(position) ? pair.getParts().size() : 1;
    positions.push_back(
        count == 1 && !(pair && slides(position))
            ? rest.front()
            : PairOp::create(builder, location, position.getType(), rest.take_front(count)).getResult());
    rest = rest.drop_front(count);
  }
  Value element = ReadOp::create(builder, location, objectOf(wire).scalar(), source, positions).getResult();
  DefineOp::create(builder, location, element, indices);
  return addWire(equation, parts.getResult()).front();
}

// What the replaced index is where the weight is read at its new one.
Value SlidingSum::numberOf(OpBuilder &builder, const Slide &slide, IRMapping &map) {
  Location location = fold.getLoc();
  Type integer = ObjectType::get(builder.getContext(), "i64");
  auto constant = [&](int64_t number) -> Value {
    return ConstantOp::create(builder, location, integer, builder.getI64IntegerAttr(number));
  };
  auto apply = [&](Function function, Value a, Value b) -> Value {
    return ApplyOp::create(builder, location, integer, function, ValueRange{a, b});
  };
  auto asNumber = [&](Value index) -> Value { return ConvertOp::create(builder, location, integer, index); };
  Value total = asNumber(map.lookup(slide.index));
  if (slide.sign < 0)
    total = apply(Function::mul, total, constant(-1));
  for (auto &[index, coefficient] : slide.rest.terms)
    total = apply(Function::add, total,
                  apply(Function::mul, asNumber(map.lookup(index)), constant(-slide.sign * coefficient)));
  return apply(Function::add, total, constant(-slide.sign * slide.rest.constant));
}

Value SlidingSum::weightRead(OpBuilder &builder, IRMapping &map) {
  Value factor = term.factors[weight].value;
  ReadOp read = readBehind(factor);
  SmallVector<Value> positions;
  for (auto [axis, position] : llvm::enumerate(read.getPositions())) {
    const auto *slide = llvm::find_if(moves, [&, axis = axis](const Slide &it) { return it.axis == axis; });
    positions.push_back(slide == moves.end() ? copySlice(builder, position, map) : map.lookup(slide->index));
  }
  Value element =
      ReadOp::create(builder, fold.getLoc(), read.getResult().getType(), read.getWire(), positions)
          .getResult();
  if (factor == read.getResult())
    return element;
  return ConvertOp::create(builder, fold.getLoc(), factor.getType(), element);
}

Value SlidingSum::otherRead(OpBuilder &builder, ReadOp read, Value wire, IRMapping &map) {
  SmallVector<Value> positions;
  auto add = [&](Value position) {
    const Slide *slide = slideOf(position);
    positions.push_back(slide ? numberOf(builder, *slide, map) : copySlice(builder, position, map));
  };
  for (Value position : read.getPositions())
    if (auto pair = position.getDefiningOp<PairOp>(); pair && slides(position))
      llvm::for_each(pair.getParts(), add);
    else
      add(position);
  Type type = read.getResult().getType();
  auto guarded = ReadOp::create(builder, fold.getLoc(), type, wire, positions);
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&guarded.getOtherwise());
  Value zero = ConstantOp::create(builder, fold.getLoc(), type, builder.getF64FloatAttr(0));
  YieldOp::create(builder, fold.getLoc(), zero);
  return guarded.getResult();
}

Value SlidingSum::write() {
  SmallVector<Value> wires;
  for (auto [i, factor] : llvm::enumerate(term.factors))
    wires.push_back(i != weight && slides(factor.value) ? splitWire(factor.value.getDefiningOp<ReadOp>())
                                                        : Value());
  OpBuilder builder(fold);
  Location location = fold.getLoc();
  Type type = fold.getResult().getType();
  auto sum = FoldOp::create(builder, location, type, fold.getMonoidAttr(), ArrayAttr());
  Block *block = builder.createBlock(&sum.getArguments());
  IRMapping map;
  for (BlockArgument argument : equation.getClauses()[0].front().getArguments())
    map.map(argument, argument);
  ArrayRef<StringAttr> extents = objectOf(readBehind(term.factors[weight].value).getWire()).getAxes();
  for (BlockArgument index : term.summed) {
    const Slide *slide = slideOf(index);
    Type own = slide ? ObjectType::get(builder.getContext(), extents[slide->axis].getValue())
                     : cast<ObjectType>(index.getType());
    map.map(index, block->addArgument(own, location));
  }
  Value product;
  for (auto [i, factor] : llvm::enumerate(term.factors)) {
    Value value = i == weight ? weightRead(builder, map)
                  : wires[i]  ? otherRead(builder, factor.value.getDefiningOp<ReadOp>(), wires[i], map)
                              : copySlice(builder, factor.value, map);
    product = product
                  ? Value(ApplyOp::create(builder, location, type, Function::mul, ValueRange{product, value}))
                  : value;
  }
  YieldOp::create(builder, location, product);
  return sum.getResult();
}

} // namespace weft
