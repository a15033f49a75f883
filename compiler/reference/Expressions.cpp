// Scalar expressions. A value is evaluated when something needs it, so that what nothing needs raises
// nothing; operands go by a list of our own, so that long expressions do not exhaust the stack.
#include "compiler/reference/Evaluation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace weft::reference {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// Forgets what was evaluated at other indices.
void Evaluation::enter(Block &block, ArrayRef<Scalar> arguments) {
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    scalars[argument] = value;
  for (Operation &op : block)
    for (Value result : op.getResults())
      scalars.erase(result);
}

FailureOr<Scalars> Evaluation::yieldOf(Block &block, ArrayRef<Scalar> arguments) {
  enter(block, arguments);
  return needAll(block.getTerminator()->getOperands());
}

FailureOr<Scalars> Evaluation::needAll(ValueRange values) {
  Scalars result;
  for (Value value : values) {
    FailureOr<Scalar> scalar = need(value);
    if (failed(scalar))
      return mlir::failure();
    result.push_back(*scalar);
  }
  return result;
}

// The next operand that must be known before `op`; null when all are.
Value Evaluation::nextNeeded(Operation *op) {
  // A condition is checked before the value that it protects, a promise after the value that it is about.
  auto check = dyn_cast<CheckOp>(op);
  SmallVector<Value, 4> operands(op->getOperands());
  if (check && check.getKind() == ContractKind::ensures)
    std::swap(operands[0], operands[1]);
  for (Value operand : operands) {
    if (!scalars.count(operand) && operand.getDefiningOp())
      return operand;
    bool refuted =
        check && call.checkContracts && operand == check.getCondition() && !scalars[operand].isTrue();
    if (refuted)
      return {};
  }
  return {};
}

FailureOr<Scalar> Evaluation::need(Value value) {
  SmallVector<Operation *, 16> pending;
  if (!scalars.count(value))
    pending.push_back(value.getDefiningOp());
  while (!pending.empty()) {
    if (Value operand = nextNeeded(pending.back())) {
      pending.push_back(operand.getDefiningOp());
      continue;
    }
    if (failed(runScalarOp(pending.pop_back_val())))
      return mlir::failure();
  }
  return scalars[value];
}

FailureOr<Scalar> Evaluation::checked(Computed computed, StringRef what, Location location) {
  if (!computed.error)
    return computed.value;
  StringRef name = computed.error;
  std::string message = name == "number.divide" ? fmt::format("{} divides an integer by zero", what.str())
                                                : fmt::format("{} does not fit its type", what.str());
  return fail(name, message, location);
}

Scalar Evaluation::jittered(Scalar value, double error) {
  bool exact = static_cast<float>(value.real) == value.real || std::isnan(value.real);
  if (error != 0 && !exact)
    value.real *= 1 + error * std::uniform_real_distribution<double>(-1, 1)(random);
  return value;
}

// What a wire of the type holds. A value beside the border of two 16-bit numbers may go to either.
FailureOr<Scalar> Evaluation::held(Scalar value, ObjectType type, StringRef what, Location location) {
  double border = type.getElement() == "f16" ? 0x1p-11 : type.getElement() == "bf16" ? 0x1p-8 : 0;
  return checked(stored(call.jitter == 0 ? value : jittered(value, border), type), what, location);
}

FailureOr<Scalar> Evaluation::evaluateRead(ReadOp read) {
  const Tensor &tensor = wires[read.getWire()].tensor;
  SmallVector<int64_t, 4> position;
  bool inside = true;
  for (auto [at, extent] : llvm::zip(read.getPositions(), tensor.shape())) {
    __int128 number = scalars[at].integer;
    inside &= number >= 0 && number < extent;
    position.push_back(static_cast<int64_t>(number));
  }
  if (inside)
    return tensor.read(position);
  if (read.getOtherwise().empty())
    return fail("index.range", "an element outside the wire is read", read.getLoc());
  FailureOr<Scalars> other = yieldOf(read.getOtherwise().front(), {});
  return failed(other) ? FailureOr<Scalar>(mlir::failure()) : other->front();
}

FailureOr<Scalar> Evaluation::evaluateIndex(IndexOp index) {
  StringRef axis = objectOf(index.getResult()).getElement();
  FailureOr<int64_t> size = axisSize(axis, index.getLoc());
  if (failed(size))
    return mlir::failure();
  Scalar number = scalars[index.getNumber()];
  if (number.integer >= 0 && number.integer < *size)
    return number;
  return fail("index.range",
              fmt::format("{} is no index of `{}`, whose size is {}", static_cast<int64_t>(number.integer),
                          axis.str(), *size),
              index.getLoc());
}

// Row-major: the last part runs fastest.
FailureOr<Scalar> Evaluation::evaluatePair(PairOp pair) {
  __int128 number = 0;
  for (Value part : pair.getParts()) {
    FailureOr<int64_t> size = axisSize(objectOf(part).getElement(), pair.getLoc());
    if (failed(size))
      return mlir::failure();
    number = number * *size + scalars[part].integer;
  }
  return Scalar::ofInteger(number);
}

// Summands stand one after another.
FailureOr<Scalar> Evaluation::evaluateInject(InjectOp inject) {
  __int128 start = 0;
  for (const std::string &part : sizes.table().get(objectOf(inject.getResult()).getElement()).parts) {
    if (part == objectOf(inject.getPart()).getElement())
      break;
    FailureOr<int64_t> size = axisSize(part, inject.getLoc());
    if (failed(size))
      return mlir::failure();
    start += *size;
  }
  return Scalar::ofInteger(start + scalars[inject.getPart()].integer);
}

FailureOr<Scalar> Evaluation::evaluateCall(CallOp op) {
  auto callee = symbols.lookup<MorphismOp>(op.getCallee());
  Wires inputs;
  for (Value argument : op.getArguments()) {
    ObjectType type = objectOf(argument);
    FailureOr<Scalar> taken = held(scalars[argument], type, "an argument of this call", op.getLoc());
    if (failed(taken))
      return mlir::failure();
    inputs.push_back({Tensor::ofScalar(type.isReal(), *taken), {}});
  }
  FailureOr<Wires> outputs = runMorphism(callee, inputs, op.getName(), {true});
  return failed(outputs) ? FailureOr<Scalar>(mlir::failure()) : outputs->front().tensor.read({});
}

LogicalResult Evaluation::runScalarOp(Operation *op) {
  using Value = FailureOr<Scalar>;
  auto yielded = [&](Region &region) -> Value {
    FailureOr<Scalars> values = yieldOf(region.front(), {});
    return failed(values) ? Value(mlir::failure()) : Value(values->front());
  };
  Value result =
      llvm::TypeSwitch<Operation *, Value>(op)
          .Case([&](FoldOp fold) { return evaluateFold(fold); })
          .Case([&](ReadOp read) { return evaluateRead(read); })
          .Case([&](IndexOp index) { return evaluateIndex(index); })
          .Case([&](PairOp pair) { return evaluatePair(pair); })
          .Case([&](InjectOp inject) { return evaluateInject(inject); })
          .Case([&](CallOp inner) { return evaluateCall(inner); })
          .Case([&](IfOp branch) {
            return yielded(scalars[branch.getCondition()].isTrue() ? branch.getThenRegion()
                                                                   : branch.getElseRegion());
          })
          .Case([&](ConstantOp constant) -> Value {
            if (auto real = dyn_cast<FloatAttr>(constant.getValue()))
              return jittered(Scalar::ofReal(real.getValueAsDouble()), call.jitter);
            return Scalar::ofInteger(cast<IntegerAttr>(constant.getValue()).getInt());
          })
          .Case([&](SizeOp size) -> Value {
            FailureOr<int64_t> value = axisSize(size.getAxis(), size.getLoc());
            if (failed(value))
              return mlir::failure();
            return objectOf(size.getResult()).isReal() ? Scalar::ofReal(*value) : Scalar::ofInteger(*value);
          })
          .Case([&](ApplyOp op) {
            Scalars values =
                llvm::map_to_vector<4>(op.getValues(), [&](auto value) { return scalars[value]; });
            FailureOr<Scalar> value =
                checked(apply(op.getFunction(), objectOf(op.getValues().back()).isReal(), values),
                        fmt::format("`{}`", stringifyFunction(op.getFunction()).str()), op.getLoc());
            return failed(value) ? value : jittered(*value, call.jitter);
          })
          .Case([&](ConvertOp op) {
            return checked(convert(scalars[op.getValue()], objectOf(op.getValue()), objectOf(op.getResult())),
                           "the number converted here", op.getLoc());
          })
          .Case([&](CheckOp check) -> Value {
            if (!call.checkContracts || scalars[check.getCondition()].isTrue())
              return scalars[check.getValue()];
            return fail(check.getKind() == ContractKind::ensures ? "contract.ensures" : "contract.requires",
                        fmt::format("`{}` does not hold", check.getText().str()), check.getLoc());
          })
          .Default([&](Operation *other) -> Value {
            return fail(
                "feature.later",
                fmt::format("`{}` has no meaning in an expression", other->getName().getStringRef().str()),
                other->getLoc());
          });
  if (succeeded(result))
    scalars[op->getResult(0)] = *result;
  return result;
}

} // namespace weft::reference
