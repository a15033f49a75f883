#include "compiler/prove/TermReader.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace weft::prove {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

Sort sortOf(ObjectType type) {
  return type.isReal() ? Sort::real : type.isBool() ? Sort::boolean : Sort::integer;
}

std::pair<std::optional<Integer>, std::optional<Integer>> boundsOf(ObjectType type, const AxisTable &axes) {
  if (type.isIndex()) {
    std::optional<int64_t> size = axes.size(type.getElement()).constant();
    return {Integer(0), size ? std::optional(Integer(*size - 1)) : std::nullopt};
  }
  if (!type.isInteger())
    return {};
  StringRef element = type.getElement();
  if (element == "u8")
    return {Integer(0), Integer(255)};
  unsigned bits = element == "i8" ? 8 : element == "i16" ? 16 : element == "i32" ? 32 : 64;
  Integer half(1);
  for (unsigned i = 1; i < bits; ++i)
    half *= 2;
  return {-half, half - 1};
}

TermList TermReader::yields(Block &block, ArrayRef<TermRef> arguments) {
  Known known;
  for (auto [argument, term] : llvm::zip(block.getArguments(), arguments))
    known[argument] = term;
  TermList result;
  for (Value value : block.getTerminator()->getOperands())
    result.push_back(read(value, known));
  return result;
}

TermRef TermReader::read(Value value, Known &known) {
  auto place = known.find(value);
  if (place != known.end())
    return place->second;
  Operation *op = value.getDefiningOp();
  TermRef term = op ? compute(op, known) : terms.undefined(sortOf(objectOf(value)));
  known[value] = term;
  return term;
}

TermRef TermReader::yielded(Region &region, Known &known) {
  return read(region.front().getTerminator()->getOperand(0), known);
}

TermRef TermReader::constant(ConstantOp op) {
  Sort sort = sortOf(objectOf(op.getResult()));
  if (auto real = dyn_cast<FloatAttr>(op.getValue())) {
    double value = real.getValueAsDouble();
    if (std::isnan(value))
      return terms.undefined(sort);
    return std::isinf(value) ? terms.infinity(value < 0) : terms.constant(rationalOf(value), sort);
  }
  return terms.constant(Rational(cast<IntegerAttr>(op.getValue()).getInt()), sort);
}

TermRef TermReader::within(TermRef value, std::optional<Rational> least, std::optional<Rational> greatest) {
  TermRef result = value;
  auto check = [&](Function function, const Rational &bound) {
    TermRef holds = terms.apply(function, Sort::boolean, {value, terms.constant(bound, value->sort)});
    result = terms.choose(holds, result, terms.undefined(value->sort));
  };
  if (least)
    check(Function::ge, *least);
  if (greatest)
    check(Function::le, *greatest);
  return result;
}

static std::optional<Rational> rational(const std::optional<Integer> &number) {
  return number ? std::optional(Rational(*number, Integer(1))) : std::nullopt;
}

// Rounding to a shorter real is left out: laws are about real numbers.
TermRef TermReader::converted(ConvertOp op, Known &known) {
  ObjectType to = objectOf(op.getResult());
  TermRef value = read(op.getValue(), known);
  if (value->sort == Sort::boolean && sortOf(to) != Sort::boolean)
    value = terms.choose(value, terms.constant(1, sortOf(to)), terms.constant(0, sortOf(to)));
  if (value->sort == Sort::boolean || to.isReal())
    return value;
  if (value->sort == Sort::real) {
    TermRef zero = terms.constant(0, Sort::real);
    TermRef isNegative = terms.apply(Function::lt, Sort::boolean, {value, zero});
    TermRef mirrored = terms.floor(terms.apply(Function::neg, Sort::real, {value}));
    value =
        terms.choose(isNegative, terms.apply(Function::neg, Sort::integer, {mirrored}), terms.floor(value));
  }
  auto [least, greatest] = boundsOf(to, axes);
  auto [own, ownGreatest] = boundsOf(objectOf(op.getValue()), axes);
  // What is computed as if exact may pass its type; a wider type holds what the narrower holds.
  return to == objectOf(op.getValue()) || objectOf(op.getValue()).isIndex()
             ? value
             : within(value, rational(least), rational(greatest));
}

std::optional<int64_t> TermReader::sizeOf(Value index) const {
  return axes.size(objectOf(index).getElement()).constant();
}

TermRef TermReader::checkedIndex(IndexOp op, Known &known) {
  TermRef number = read(op.getNumber(), known);
  std::optional<int64_t> size = sizeOf(op.getResult());
  if (op.getProved())
    return number;
  if (!size)
    return terms.undefined(Sort::integer);
  return within(number, Rational(0), Rational(*size - 1));
}

TermRef TermReader::paired(PairOp op, Known &known) {
  TermRef result = terms.constant(0, Sort::integer);
  for (Value part : op.getParts()) {
    std::optional<int64_t> size = sizeOf(part);
    if (!size)
      return terms.undefined(Sort::integer);
    TermRef scaled =
        terms.apply(Function::mul, Sort::integer, {result, terms.constant(Rational(*size), Sort::integer)});
    result = terms.apply(Function::add, Sort::integer, {scaled, read(part, known)});
  }
  return result;
}

TermRef TermReader::injected(InjectOp op, Known &known) {
  int64_t start = 0;
  for (const std::string &part : axes.get(objectOf(op.getResult()).getElement()).parts) {
    if (part == objectOf(op.getPart()).getElement())
      break;
    std::optional<int64_t> size = axes.size(part).constant();
    if (!size)
      return terms.undefined(Sort::integer);
    start += *size;
  }
  return terms.apply(Function::add, Sort::integer,
                     {read(op.getPart(), known), terms.constant(Rational(start), Sort::integer)});
}

TermRef TermReader::compute(Operation *op, Known &known) {
  Sort sort = sortOf(objectOf(op->getResult(0)));
  auto unknown = [&] { return terms.undefined(sort); };
  return llvm::TypeSwitch<Operation *, TermRef>(op)
      .Case([&](ConstantOp constant) { return this->constant(constant); })
      .Case([&](SizeOp size) {
        std::optional<int64_t> value = axes.size(size.getAxis()).constant();
        return value ? terms.constant(Rational(*value), sort) : unknown();
      })
      .Case([&](ApplyOp apply) {
        llvm::SmallVector<TermRef, 3> operands;
        for (Value value : apply.getValues())
          operands.push_back(read(value, known));
        return terms.apply(apply.getFunction(), sort, operands);
      })
      .Case([&](IfOp branch) {
        return terms.choose(read(branch.getCondition(), known), yielded(branch.getThenRegion(), known),
                            yielded(branch.getElseRegion(), known));
      })
      .Case([&](CheckOp check) {
        return terms.choose(read(check.getCondition(), known), read(check.getValue(), known), unknown());
      })
      .Case([&](ConvertOp convert) { return converted(convert, known); })
      .Case([&](IndexOp index) { return checkedIndex(index, known); })
      .Case([&](PairOp pair) { return paired(pair, known); })
      .Case([&](InjectOp inject) { return injected(inject, known); })
      // The element of a wire without axes.
      .Case([&](ReadOp element) {
        return element.getPositions().empty() ? read(element.getWire(), known) : unknown();
      })
      .Case([&](CallOp call) {
        llvm::SmallVector<TermRef> inputs;
        for (Value value : call.getArguments())
          inputs.push_back(read(value, known));
        auto callee = module.lookupSymbol<MorphismOp>(call.getCallee());
        std::optional<TermList> result = callee ? outputs(callee, inputs) : std::nullopt;
        return result && result->size() == 1 ? result->front() : unknown();
      })
      .Default([&](Operation *) { return unknown(); });
}

// The wires that one operation of a morphism makes; false when they are no formulas.
bool TermReader::readWire(Operation &op, Known &wires) {
  llvm::SmallVector<TermRef> operands;
  for (Value operand : op.getOperands()) {
    operands.push_back(wires.lookup(operand));
    if (!operands.back())
      return false;
  }
  if (isa<DropOp>(op))
    return true;
  if (isa<CopyOp>(op)) {
    for (Value result : op.getResults())
      wires[result] = operands.front();
    return true;
  }
  if (auto box = dyn_cast<BoxOp>(op)) {
    auto callee = module.lookupSymbol<MorphismOp>(box.getCallee());
    std::optional<TermList> made = callee ? outputs(callee, operands) : std::nullopt;
    if (!made || made->size() != box->getNumResults())
      return false;
    for (auto [result, term] : llvm::zip(box->getResults(), *made))
      wires[result] = term;
    return true;
  }
  auto equation = dyn_cast<EquationOp>(op);
  if (!equation || equation->getNumRegions() != 1 ||
      !cast<ObjectType>(equation.getResult().getType()).isScalar())
    return false;
  Known known;
  for (auto [i, term] : llvm::enumerate(operands))
    known[equation.wireArgument(0, i)] = term;
  wires[equation.getResult()] = read(equation.define(0).getValue(), known);
  return true;
}

std::optional<TermList> TermReader::outputs(MorphismOp morphism, ArrayRef<TermRef> inputs) {
  // Calls share no terms: their number is bounded.
  constexpr unsigned mostCalls = 1000;
  if (++calls >= mostCalls || morphism.weightCount() != 0 || morphism.inputCount() != inputs.size())
    return std::nullopt;
  Known wires;
  for (auto [i, term] : llvm::enumerate(inputs))
    wires[morphism.input(i)] = term;
  for (Operation &op : morphism.block().without_terminator())
    if (!readWire(op, wires))
      return std::nullopt;
  TermList results;
  for (Value output : morphism.block().getTerminator()->getOperands()) {
    results.push_back(wires.lookup(output));
    if (!results.back())
      return std::nullopt;
  }
  return results;
}

} // namespace weft::prove
