// Folds that leave early: once what is carried absorbs whatever comes, the rest is not looked at.
#include "compiler/target/cpu/FoldExit.h"
#include "compiler/target/cpu/Folds.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/MonoidShape.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

// Carriers of more elements are not tried.
static constexpr int64_t fewElements = 64;

// What a value of a block is when its arguments are these; none when it is computed from anything else.
static std::optional<int64_t> evaluate(Value value, ArrayRef<int64_t> arguments, Block &block) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return argument.getOwner() == &block ? std::optional(arguments[argument.getArgNumber()]) : std::nullopt;
  if (auto constant = value.getDefiningOp<ConstantOp>()) {
    auto number = dyn_cast<IntegerAttr>(constant.getValue());
    return number ? std::optional(number.getInt()) : std::nullopt;
  }
  if (auto choice = value.getDefiningOp<IfOp>()) {
    std::optional<int64_t> condition = evaluate(choice.getCondition(), arguments, block);
    if (!condition)
      return std::nullopt;
    Region &taken = *condition ? choice.getThenRegion() : choice.getElseRegion();
    return evaluate(taken.front().getTerminator()->getOperand(0), arguments, block);
  }
  auto apply = value.getDefiningOp<ApplyOp>();
  if (!apply)
    return std::nullopt;
  SmallVector<int64_t> values;
  for (Value operand : apply.getValues()) {
    std::optional<int64_t> known = evaluate(operand, arguments, block);
    if (!known)
      return std::nullopt;
    values.push_back(*known);
  }
  switch (apply.getFunction()) {
  case Function::not_:
    return !values[0];
  case Function::and_:
    return values[0] && values[1];
  case Function::or_:
    return values[0] || values[1];
  case Function::eq:
    return values[0] == values[1];
  case Function::ne:
    return values[0] != values[1];
  case Function::lt:
    return values[0] < values[1];
  case Function::le:
    return values[0] <= values[1];
  case Function::gt:
    return values[0] > values[1];
  case Function::ge:
    return values[0] >= values[1];
  case Function::min:
    return std::min(values[0], values[1]);
  case Function::max:
    return std::max(values[0], values[1]);
  default:
    return std::nullopt;
  }
}

// The number of elements of a carrier that is a truth value or an element of a small axis.
static std::optional<int64_t> elementsOf(MonoidOp monoid) {
  if (monoid.getComponents().size() != 1)
    return std::nullopt;
  auto type = cast<ObjectType>(cast<TypeAttr>(monoid.getCarrier()[0]).getValue());
  if (type.isBool())
    return 2;
  if (!type.isIndex())
    return std::nullopt;
  AxisTable axes(monoid->getParentOfType<ModuleOp>());
  std::optional<int64_t> size = axes.size(type.getElement().getValue()).constant();
  return size && *size <= fewElements ? size : std::nullopt;
}

// The elements that give themselves back, standing before whatever element, or behind it.
static SmallVector<int64_t> absorbing(MonoidOp monoid, int64_t elements, bool behind) {
  Block &block = monoid.getCombine().front();
  Value result = block.getTerminator()->getOperand(0);
  return llvm::filter_to_vector(llvm::seq<int64_t>(0, elements), [&](int64_t zero) {
    return llvm::all_of(llvm::seq<int64_t>(0, elements), [&](int64_t other) {
      return (behind ? evaluate(result, {other, zero}, block) : evaluate(result, {zero, other}, block)) ==
             zero;
    });
  });
}

// Whether the operation gives one side back, whatever the other is.
static bool givesBack(MonoidOp monoid, bool second) {
  Block &block = monoid.getCombine().front();
  unsigned width = monoid.getComponents().size();
  for (unsigned i = 0; i < width; ++i)
    if (block.getTerminator()->getOperand(i) != block.getArgument(second ? i + width : i))
      return false;
  return true;
}

std::optional<FoldExit> findExit(FoldOp fold) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  // What is left out must not be missed: no error, and no element outside the domain.
  if (!isTotal(fold.getArguments()) || (!fold.getMask().empty() && !isTotal(fold.getMask())) ||
      !liftLiesInDomain(monoid))
    return std::nullopt;
  if (!monoid.hasUnit()) {
    if (givesBack(monoid, false))
      return FoldExit{false, std::nullopt};
    if (monoid.licenses("associative") && givesBack(monoid, true))
      return FoldExit{true, std::nullopt};
    return std::nullopt;
  }
  std::optional<int64_t> elements = elementsOf(monoid);
  if (!elements)
    return std::nullopt;
  for (bool behind : {false, true})
    if (!behind || monoid.licenses("associative"))
      if (SmallVector<int64_t> zeros = absorbing(monoid, *elements, behind); !zeros.empty())
        return FoldExit{behind, zeros};
  return std::nullopt;
}

// Whether what is carried absorbs whatever comes.
Value FoldWriter::isFinal(ValueRange carried) {
  if (!exit->zeros)
    return carried.back();
  Value isAny;
  for (int64_t zero : *exit->zeros) {
    Value element = component(0).isBool() ? emitter.truth(zero) : emitter.constant(zero);
    Value is = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, carried[0],
                                     element);
    isAny = isAny ? Value(arith::OrIOp::create(emitter.builder, emitter.location, isAny, is)) : is;
  }
  return isAny;
}

FoldWriter::Components FoldWriter::loop(Value low, Value high, int64_t step, Components carried,
                                        FunctionEmitter::Body body) {
  if (!exit || expressions.lanes > 1)
    return emitter.loop(low, high, step, carried, body);
  OpBuilder &builder = emitter.builder;
  SmallVector<Value> start{low};
  start.append(carried.begin(), carried.end());
  SmallVector<Type> types(ValueRange(start).getTypes());
  auto op = scf::WhileOp::create(builder, emitter.location, types, start);
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Location> locations(types.size(), emitter.location);
  Block *before = builder.createBlock(&op.getBefore(), {}, types, locations);
  Value more = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::slt,
                                     before->getArgument(0), high);
  Value isOpen = arith::XOrIOp::create(builder, emitter.location,
                                       isFinal(before->getArguments().drop_front()), emitter.truth(true));
  Value go = arith::AndIOp::create(builder, emitter.location, more, isOpen);
  scf::ConditionOp::create(builder, emitter.location, go, before->getArguments());
  Block *after = builder.createBlock(&op.getAfter(), {}, types, locations);
  SmallVector<Value> next{emitter.add(after->getArgument(0), emitter.constant(step))};
  next.append(body(after->getArgument(0), after->getArguments().drop_front()));
  scf::YieldOp::create(builder, emitter.location, next);
  return Components(op.getResults().drop_front());
}

} // namespace weft
