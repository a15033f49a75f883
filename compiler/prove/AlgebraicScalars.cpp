#include "compiler/prove/AlgebraicWriter.h"

using namespace mlir;

namespace weft::prove {

// Larger networks are evaluated at points instead.
static constexpr size_t mostSteps = 200'000;

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// `sum` by what it does: the operation adds, the unit is 0, lift and lower hand on.
static bool isSum(MonoidOp monoid) {
  auto yields = [](Region &region) { return region.front().getTerminator()->getOperand(0); };
  auto hands = [&](Region &region) {
    return region.front().getNumArguments() == 1 && yields(region) == region.front().getArgument(0);
  };
  if (monoid.getCarrier().size() != 1 || !monoid.hasUnit() || !hands(monoid.getLift()) ||
      !hands(monoid.getLower()))
    return false;
  auto add = yields(monoid.getCombine()).getDefiningOp<ApplyOp>();
  auto unit = yields(monoid.getUnit()).getDefiningOp<ConstantOp>();
  Block &both = monoid.getCombine().front();
  if (!add || add.getFunction() != Function::add || !unit ||
      !llvm::is_contained(add.getValues(), both.getArgument(0)) ||
      !llvm::is_contained(add.getValues(), both.getArgument(1)))
    return false;
  auto real = dyn_cast<FloatAttr>(unit.getValue());
  auto integer = dyn_cast<IntegerAttr>(unit.getValue());
  return (real && real.getValue().isZero()) || (integer && integer.getValue().isZero());
}

void AlgebraicWriter::evaluate(Block &block, Scalars &scalars, EquationOp equation, unsigned clause) {
  for (Operation &op : block.without_terminator()) {
    if (isGivenUp || ++steps > mostSteps || op.getNumResults() != 1) {
      giveUp();
      return;
    }
    Summands value = valueOf(op, scalars, equation, clause);
    if (value.isTooLarge())
      giveUp();
    scalars[op.getResult(0)] = std::move(value);
  }
}

Summands AlgebraicWriter::yieldOf(Region &region, Scalars scalars, EquationOp equation, unsigned clause,
                                  unsigned which) {
  evaluate(region.front(), scalars, equation, clause);
  return scalars.lookup(region.front().getTerminator()->getOperand(which));
}

// A factor whose text, tokens apart, is given a number, so that texts stay short.
Factor AlgebraicWriter::opaque(const std::string &text, unsigned height) {
  std::map<std::string, std::string> places;
  std::string list;
  for (const std::string &token : tokensIn(text)) {
    places[token] = "?" + std::to_string(places.size());
    list += (list.empty() ? "" : ",") + token;
  }
  return {"f" + numbers(replaced(text, places)) + "[" + list + "]", height};
}

Factor AlgebraicWriter::function(const std::string &name, ArrayRef<Summands> arguments, bool sorted) {
  unsigned height = 0;
  std::vector<std::string> texts;
  for (const Summands &argument : arguments) {
    texts.push_back(argument.text());
    height = std::max(height, argument.height());
  }
  if (sorted)
    llvm::sort(texts);
  std::string text = name;
  for (const std::string &one : texts)
    text += " " + one;
  return opaque(text, height + 1);
}

Summands AlgebraicWriter::valueOf(Operation &op, Scalars &scalars, EquationOp equation, unsigned clause) {
  auto get = [&](Value value) { return scalars.lookup(value); };
  auto all = [&](ValueRange values) { return llvm::map_to_vector(values, get); };
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
      return Summands(Rational(integer.getInt(), 1));
    double number = cast<FloatAttr>(constant.getValue()).getValueAsDouble();
    return std::isfinite(number) ? Summands(rationalOf(number)) : Summands(Factor{std::to_string(number), 0});
  }
  if (auto size = dyn_cast<SizeOp>(op))
    return sizeOf(size.getAxis());
  if (auto apply = dyn_cast<ApplyOp>(op))
    return applied(apply, all(apply.getValues()));
  if (auto read = dyn_cast<ReadOp>(op))
    return valueOfRead(read, all(read.getPositions()), scalars, equation, clause);
  if (auto convert = dyn_cast<ConvertOp>(op)) {
    ObjectType from = objectOf(convert.getValue()), to = objectOf(convert.getResult());
    bool same = keepsValue(to) && (to.isReal() ? !from.isBool() : !from.isReal() && !from.isBool());
    return same ? get(convert.getValue()) : function("to " + to.getElement().str(), get(convert.getValue()));
  }
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getProved()
               ? get(index.getNumber())
               : function("in " + objectOf(index.getResult()).getElement().str(), get(index.getNumber()));
  if (isa<PairOp, InjectOp>(op))
    return function((isa<PairOp>(op) ? "pair " : "part ") + objectOf(op.getResult(0)).getElement().str(),
                    all(op.getOperands()));
  if (auto choice = dyn_cast<IfOp>(op))
    return chosen(get(choice.getCondition()), yieldOf(choice.getThenRegion(), scalars, equation, clause),
                  yieldOf(choice.getElseRegion(), scalars, equation, clause));
  if (auto fold = dyn_cast<FoldOp>(op))
    return folded(fold, scalars, equation, clause);
  return giveUp();
}

Summands AlgebraicWriter::chosen(const Summands &condition, const Summands &yes, const Summands &no) {
  return yes.text() == no.text() ? yes : Summands(function("if", {condition, yes, no}));
}

Summands AlgebraicWriter::sizeOf(StringRef axis) {
  if (std::optional<int64_t> known = axes.size(axis).constant())
    return Summands(Rational(*known, 1));
  return Summands(Factor{"size(" + axis.str() + ")", 0});
}

Summands AlgebraicWriter::applied(ApplyOp apply, ArrayRef<Summands> values) {
  switch (apply.getFunction()) {
  case Function::add:
    return values[0] + values[1];
  case Function::sub:
    return values[0] + values[1].scaled(-1);
  case Function::neg:
    return values[0].scaled(-1);
  case Function::mul:
    return values[0].times(values[1], tokens);
  case Function::divide:
    return values[0].times(inverse(values[1]), tokens);
  case Function::select:
    return chosen(values[0], values[1], values[2]);
  case Function::min:
  case Function::max:
  case Function::eq:
  case Function::ne:
  case Function::and_:
  case Function::or_:
    return Summands(function(stringifyFunction(apply.getFunction()).str(), values, true));
  default:
    return Summands(function(stringifyFunction(apply.getFunction()).str(), values));
  }
}

// Nothing cancels: x / x is 1 only where x is not 0.
Summands AlgebraicWriter::inverse(const Summands &value) {
  if (value.products.size() != 1 || !value.products[0].bound.empty())
    return Summands(function("inverse", value));
  Product product = value.products[0];
  product.coefficient = Rational(1) / product.coefficient;
  for (Factor &factor : product.factors)
    factor = opaque("inverse " + factor.text, factor.height);
  Summands result;
  result.products.push_back(product);
  return result;
}

std::string AlgebraicWriter::readText(const std::string &wire, ArrayRef<Summands> positions) {
  std::string text = wire + "[";
  for (const Summands &position : positions)
    text += position.text();
  return text + "]";
}

Summands AlgebraicWriter::valueOfRead(ReadOp read, ArrayRef<Summands> positions, const Scalars &scalars,
                                      EquationOp equation, unsigned clause) {
  unsigned number = cast<BlockArgument>(read.getWire()).getArgNumber() - equation.indices(clause).size();
  Value wire = equation.getWires()[number];
  auto source = wire.getDefiningOp<EquationOp>();
  if (read.getOtherwise().empty() && source && isWrittenOut(source))
    return valueOfPlain(source, positions);
  std::string text = readText(nameOf(wire), positions);
  unsigned height = 0;
  for (const Summands &position : positions)
    height = std::max(height, position.height());
  if (!read.getOtherwise().empty()) {
    Summands other = yieldOf(read.getOtherwise(), scalars, equation, clause);
    text += " else " + other.text();
    height = std::max(height, other.height() + 1);
  }
  return Summands(Factor{text, height});
}

Summands AlgebraicWriter::folded(FoldOp fold, Scalars scalars, EquationOp equation, unsigned clause) {
  auto monoid = symbols.lookup<MonoidOp>(fold.getMonoid());
  std::vector<BoundIndex> bound;
  Region &arguments = fold.getArguments();
  for (auto [i, index] : llvm::enumerate(fold.indices())) {
    bound.push_back({tokens.next(), objectOf(index).getElement().str()});
    scalars[index] = Summands(Factor{bound.back().token, 0});
    if (!fold.getMask().empty())
      scalars[fold.getMask().front().getArgument(i)] = scalars[index];
  }
  std::optional<Summands> mask;
  if (!fold.getMask().empty())
    mask = yieldOf(fold.getMask(), scalars, equation, clause);
  if (monoid && isSum(monoid)) {
    Summands value = yieldOf(arguments, scalars, equation, clause);
    if (mask)
      value = value.times(Summands(function("where", *mask)), tokens);
    for (const BoundIndex &index : bound)
      value = value.summedOver(index, sizeOf(index.axis), tokens);
    return value;
  }
  // Any other fold stands for itself; its indices keep their order.
  unsigned height = mask ? mask->height() : 0;
  std::string text = mask ? mask->text() : "";
  for (unsigned i = 0; i < arguments.front().getTerminator()->getNumOperands(); ++i) {
    Summands value = yieldOf(arguments, scalars, equation, clause, i);
    text += " of " + value.text();
    height = std::max(height, value.height());
  }
  // The indices' places are told apart from those of sums by their own sign.
  std::map<std::string, std::string> places;
  std::string over;
  for (const BoundIndex &index : bound) {
    places[index.token] = "%" + std::to_string(height + 1) + "." + std::to_string(places.size()) + ";";
    over += " " + index.axis;
  }
  return Summands(opaque("fold " + fold.getMonoid().str() + over + " " + replaced(text, places), height + 1));
}

} // namespace weft::prove
