// `axis Half = #Seq / 2`: whether Seq is even is known at the call.
#include "compiler/elaborate/SizeChecks.h"
#include "compiler/elaborate/Diagrams.h"

using namespace mlir;

namespace weft {

namespace {
// A size as integer operations.
struct SizeEmission {
  State &state;
  OpBuilder &builder;
  Location location;

  Value apply(Function function, Value a, Value b) {
    return ApplyOp::create(builder, location, a.getType(), function, ValueRange{a, b});
  }
  Value number(int64_t value) {
    return ConstantOp::create(builder, location, state.scalarType("i64"), builder.getI64IntegerAttr(value));
  }
  Value atom(const Size::Atom &atom) {
    if (!atom.dividend)
      return SizeOp::create(builder, location, state.scalarType("i64"), atom.axis);
    return apply(Function::div, size(*atom.dividend), number(atom.divisor));
  }
  Value size(const Size &size) {
    Value sum;
    for (const auto &[monomial, coefficient] : size.terms()) {
      Value product = number(coefficient);
      for (const auto &[base, power] : monomial)
        for (unsigned i = 0; i < power; ++i)
          product = apply(Function::mul, product, atom(base));
      sum = sum ? apply(Function::add, sum, product) : product;
    }
    return sum ? sum : number(0);
  }
};
} // namespace

void emitSizeChecks(State &state, MorphismOp entry) {
  OpBuilder builder = OpBuilder::atBlockBegin(&entry.block());
  for (const State::Division &division : state.divisions) {
    Location location = state.location(division.range);
    ContractOp contract =
        ContractOp::create(builder, location, ContractKind::requires_,
                           writtenText(division.range) + " is exact", ArrayAttr(), ArrayAttr(), ValueRange());
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&contract.getCondition());
    SizeEmission emission{state, builder, location};
    Value rest =
        emission.apply(Function::mod, emission.size(division.dividend), emission.number(division.divisor));
    Value exact = ApplyOp::create(builder, location, state.scalarType("bool"), Function::eq,
                                  ValueRange{rest, emission.number(0)});
    YieldOp::create(builder, location, exact);
  }
}

} // namespace weft
