#include "compiler/prove/AlgebraicForm.h"
#include "compiler/prove/Summands.h"
#include "dialects/weft/AxisTable.h"

using namespace mlir;

namespace weft::prove {

namespace {

// Larger networks are evaluated at points instead.
constexpr size_t mostSteps = 200'000;
constexpr unsigned mostDeep = 200;

ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// `sum` by what it does: the operation adds, the unit is 0, lift and lower hand on.
bool isSum(MonoidOp monoid) {
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

// Sixteen-bit wires round what goes through them.
bool keepsValue(ObjectType type) { return type.getElement() != "f16" && type.getElement() != "bf16"; }

class Writer {
public:
  Writer(NetworkOp network, TextNumbers &numbers)
      : network(network), symbols(network->getParentOp()), axes(cast<ModuleOp>(network->getParentOp())),
        numbers(numbers) {}

  std::optional<std::vector<std::string>> write() {
    for (unsigned i = 0; i < network.inputCount(); ++i)
      names[network.input(i)] = "input" + std::to_string(i);
    for (unsigned i = 0; i < network.weightCount(); ++i)
      names[network.weight(i)] = "weight " + cast<StringAttr>(network.getWeightNames()[i]).str();
    std::vector<std::string> results = yields(network.block());
    return isGivenUp ? std::nullopt : std::optional(results);
  }

private:
  using Scalars = llvm::DenseMap<Value, Summands>;

  Summands giveUp() {
    isGivenUp = true;
    return {};
  }

  // Frames.

  std::vector<std::string> yields(Block &block) {
    for (Operation &op : block.without_terminator()) {
      if (auto scan = dyn_cast<ScanOp>(op))
        nameScan(scan);
      else if (auto loop = dyn_cast<IterateOp>(op))
        nameLoop(loop);
      else if (!isa<EquationOp>(op))
        giveUp();
    }
    std::vector<std::string> results;
    for (Value wire : block.getTerminator()->getOperands())
      results.push_back(nameOf(wire));
    return results;
  }

  // Elements go by what they are outside, so that their order does not show.
  void nameScan(ScanOp scan) {
    Block &body = scan.block();
    unsigned states = scan.getStates().size();
    std::string text = "scan " + scan.getAxis().str();
    for (unsigned i = 0; i < states; ++i) {
      text += " from " + nameOf(scan.getStates()[i]);
      names[body.getArgument(i)] = "state" + std::to_string(level) + "." + std::to_string(i);
    }
    for (auto [i, element] : llvm::enumerate(scan.getElements()))
      names[body.getArgument(states + i)] = "element" + std::to_string(level) + " of " + nameOf(element) +
                                            " at " + std::to_string(scan.elementDepth(i));
    ++level;
    for (const std::string &result : yields(body))
      text += " to " + result;
    --level;
    std::string number = numbers(text);
    for (auto [i, result] : llvm::enumerate(scan.getResults())) {
      std::string depth = i < states ? "" : " at " + std::to_string(scan.outputDepth(i - states));
      names[result] = "scan" + number + "." + std::to_string(i) + depth;
    }
  }

  void nameLoop(IterateOp loop) {
    Block &body = loop.block();
    unsigned states = loop.getStates().size();
    std::string text = "iterate " + loop.getBound().str();
    for (unsigned i = 0; i < states; ++i) {
      text += " from " + nameOf(loop.getStates()[i]);
      names[body.getArgument(i)] = "state" + std::to_string(level) + "." + std::to_string(i);
    }
    for (auto [i, context] : llvm::enumerate(loop.getContexts()))
      names[body.getArgument(states + i)] = nameOf(context);
    ++level;
    for (const std::string &result : yields(body))
      text += " to " + result;
    --level;
    std::string number = numbers(text);
    for (auto [i, result] : llvm::enumerate(loop.getResults()))
      names[result] = "iterate" + number + "." + std::to_string(i);
  }

  // Wires.

  std::string nameOf(Value wire) {
    if (auto known = names.find(wire); known != names.end())
      return known->second;
    auto equation = wire.getDefiningOp<EquationOp>();
    if (!equation) {
      giveUp();
      return "";
    }
    std::string name = isPlain(equation) ? nameOfPlain(equation) : "wire" + numbers(textOfCases(equation));
    return names[wire] = name;
  }

  static bool isPlain(EquationOp equation) {
    return equation.getClauses().size() == 1 &&
           llvm::equal(equation.define(0).getPositions(), equation.indices(0));
  }

  std::string nameOfPlain(EquationOp equation) {
    SmallVector<Summands> positions;
    std::map<std::string, std::string> places;
    for (BlockArgument index : equation.indices(0)) {
      std::string token = tokens.next();
      places[token] = "@" + std::to_string(positions.size()) + ":" + objectOf(index).getElement().str();
      positions.push_back(Summands(Factor{token}));
    }
    Summands value = valueOfPlain(equation, positions);
    // A wire that is another one, index by index, has that one's name.
    if (value.products.size() == 1 && value.products[0].coefficient == 1 && value.products[0].bound.empty() &&
        value.products[0].factors.size() == 1)
      for (Value read : equation.getWires())
        if (value.products[0].factors[0].text == readText(nameOf(read), positions))
          return nameOf(read);
    return "wire" + numbers(replaced(value.text(), places));
  }

  std::string textOfCases(EquationOp equation) {
    std::vector<std::string> cases;
    for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
      Scalars scalars;
      std::map<std::string, std::string> places;
      for (BlockArgument index : equation.indices(clause)) {
        std::string token = tokens.next();
        places[token] = "@" + std::to_string(places.size()) + ":" + objectOf(index).getElement().str();
        scalars[index] = Summands(Factor{token});
      }
      evaluate(equation.getClauses()[clause].front(), scalars, equation, clause);
      DefineOp define = equation.define(clause);
      std::string text;
      for (Value position : define.getPositions())
        text += scalars.lookup(position).text() + ",";
      cases.push_back(replaced(text + "=" + scalars.lookup(define.getValue()).text(), places));
    }
    llvm::sort(cases);
    std::string text = "cases";
    for (const std::string &one : cases)
      text += " " + one;
    return text;
  }

  // The same wire at the same positions is written once: residuals read theirs many times over.
  Summands valueOfPlain(EquationOp equation, ArrayRef<Summands> positions) {
    std::string at;
    for (const Summands &position : positions)
      at += position.text();
    auto [place, isNew] = written[equation].emplace(at, Summands());
    if (isNew)
      place->second = valueAt(equation, positions);
    return place->second;
  }

  Summands valueAt(EquationOp equation, ArrayRef<Summands> positions) {
    if (depth > mostDeep)
      return giveUp();
    ++depth;
    Scalars scalars;
    for (auto [index, position] : llvm::zip(equation.indices(0), positions))
      scalars[index] = position;
    evaluate(equation.getClauses()[0].front(), scalars, equation, 0);
    --depth;
    return scalars.lookup(equation.define(0).getValue());
  }

  // A wire is written out where it is read when that is a short sum.
  bool isWrittenOut(EquationOp equation) {
    if (auto known = writtenOut.find(equation); known != writtenOut.end())
      return known->second;
    if (!isPlain(equation) || !keepsValue(objectOf(equation.getResult())))
      return writtenOut[equation] = false;
    SmallVector<Summands> positions;
    for (unsigned i = 0; i < equation.indices(0).size(); ++i)
      positions.push_back(Summands(Factor{tokens.next()}));
    return writtenOut[equation] = valueOfPlain(equation, positions).products.size() <= 4;
  }

  // Scalars.

  void evaluate(Block &block, Scalars &scalars, EquationOp equation, unsigned clause) {
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

  Summands yieldOf(Region &region, Scalars scalars, EquationOp equation, unsigned clause,
                   unsigned which = 0) {
    evaluate(region.front(), scalars, equation, clause);
    return scalars.lookup(region.front().getTerminator()->getOperand(which));
  }

  // A factor whose text, tokens apart, is given a number, so that texts stay short.
  Factor opaque(const std::string &text, unsigned height) {
    std::map<std::string, std::string> places;
    std::string list;
    for (const std::string &token : tokensIn(text)) {
      places[token] = "?" + std::to_string(places.size());
      list += (list.empty() ? "" : ",") + token;
    }
    return {"f" + numbers(replaced(text, places)) + "[" + list + "]", height};
  }
  Factor function(const std::string &name, ArrayRef<Summands> arguments, bool sorted = false) {
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

  Summands valueOf(Operation &op, Scalars &scalars, EquationOp equation, unsigned clause) {
    auto get = [&](Value value) { return scalars.lookup(value); };
    auto all = [&](ValueRange values) { return llvm::map_to_vector(values, get); };
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      if (auto integer = dyn_cast<IntegerAttr>(constant.getValue()))
        return Summands(Rational(integer.getInt(), 1));
      double number = cast<FloatAttr>(constant.getValue()).getValueAsDouble();
      return std::isfinite(number) ? Summands(rationalOf(number))
                                   : Summands(Factor{std::to_string(number), 0});
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
      return same ? get(convert.getValue())
                  : function("to " + to.getElement().str(), get(convert.getValue()));
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

  Summands chosen(const Summands &condition, const Summands &yes, const Summands &no) {
    return yes.text() == no.text() ? yes : Summands(function("if", {condition, yes, no}));
  }

  Summands sizeOf(StringRef axis) {
    if (std::optional<int64_t> known = axes.size(axis).constant())
      return Summands(Rational(*known, 1));
    return Summands(Factor{"size(" + axis.str() + ")", 0});
  }

  Summands applied(ApplyOp apply, ArrayRef<Summands> values) {
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
  Summands inverse(const Summands &value) {
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

  static std::string readText(const std::string &wire, ArrayRef<Summands> positions) {
    std::string text = wire + "[";
    for (const Summands &position : positions)
      text += position.text();
    return text + "]";
  }

  Summands valueOfRead(ReadOp read, ArrayRef<Summands> positions, const Scalars &scalars, EquationOp equation,
                       unsigned clause) {
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

  Summands folded(FoldOp fold, Scalars scalars, EquationOp equation, unsigned clause) {
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
    return Summands(
        opaque("fold " + fold.getMonoid().str() + over + " " + replaced(text, places), height + 1));
  }

  NetworkOp network;
  SymbolTable symbols;
  AxisTable axes;
  TextNumbers &numbers;
  Tokens tokens;
  llvm::DenseMap<Value, std::string> names;
  llvm::DenseMap<Operation *, bool> writtenOut;
  std::map<Operation *, std::map<std::string, Summands>> written;
  unsigned level = 0; // of scans and loops around
  unsigned depth = 0; // of wires written out inside one another
  size_t steps = 0;
  bool isGivenUp = false;
};

} // namespace

std::optional<std::vector<std::string>> algebraicForm(NetworkOp network, TextNumbers &numbers) {
  return Writer(network, numbers).write();
}

} // namespace weft::prove
