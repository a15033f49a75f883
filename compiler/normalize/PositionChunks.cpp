#include "compiler/normalize/PositionChunks.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

PositionChunks::PositionChunks(MatrixRecurrence &recurrence, const AxisTable &axes, int64_t length)
    : r(recurrence), length(length), builder(recurrence.reader), location(recurrence.running.getLoc()),
      type(objectOf(recurrence.state.getResult()).scalar()),
      number(ObjectType::get(recurrence.reader.getContext(), "i64")) {
  StringRef positions = objectOf(r.time).getElement().getValue();
  auto module = r.state->getParentOfType<ModuleOp>();
  auto axis = [&](const Twine &suffix, const Size &size) {
    StringAttr symbol = builder.getStringAttr(positions + suffix);
    if (!module.lookupSymbol(symbol)) {
      OpBuilder at(module.getContext());
      at.setInsertionPointToStart(module.getBody());
      AxisOp::create(at, location, symbol, AxisKind::fixed, at.getStringAttr(size.text()), ArrayAttr(),
                     ArrayAttr());
    }
    return symbol;
  };
  std::string of = std::to_string(length);
  chunk.axis = axis(".chunk" + of, *floorDivide(*add(axes.size(positions), Size(length - 1)), length));
  row.axis = axis(".in_chunk" + of, Size(length));
}

StringAttr PositionChunks::name(StringRef part) {
  return builder.getStringAttr(r.state.getName() + "." + part);
}

Value PositionChunks::unitOf(OpBuilder &at, unsigned component) {
  IRMapping none;
  return copySlice(at, r.monoid.getUnit().front().getTerminator()->getOperand(component), none);
}

Value PositionChunks::integer(OpBuilder &at, int64_t value) {
  return ConstantOp::create(at, location, number, at.getI64IntegerAttr(value));
}

Value PositionChunks::integer(OpBuilder &at, Value index) {
  return ConvertOp::create(at, location, number, index);
}

Value PositionChunks::positionOf(EquationWriter &w) {
  Value of = integer(w.at(), w.index(&chunk)), in = integer(w.at(), w.index(&row));
  return w.apply(Function::add, w.apply(Function::mul, of, integer(w.at(), length)), in);
}

NamedWire PositionChunks::stream(StringRef part, unsigned component, ArrayRef<Value> factors,
                                 EquationOp equation, ArrayRef<StateDimension *> batch,
                                 ArrayRef<StateDimension *> rest) {
  bool isState = equation == r.state;
  Source source{equation, isState ? r.running.indices().front() : r.time, isState};
  auto isNeeded = [&](StateDimension *dimension) {
    return llvm::any_of(factors,
                        [&](Value factor) { return dependsOn(factor, source.index(dimension), equation); });
  };
  SmallVector<StateDimension *> own = llvm::filter_to_vector(batch, isNeeded);
  SmallVector<const Dimension *> ordered{&chunk};
  llvm::append_range(ordered, own);
  ordered.push_back(&row);
  for (StateDimension *dimension : llvm::make_filter_range(rest, isNeeded)) {
    own.push_back(dimension);
    ordered.push_back(dimension);
  }
  std::optional<Whole> direct = factors.size() == 1 ? readDirectly(factors[0], source, own) : std::nullopt;
  Whole whole = direct ? *direct : writeWhole(part, factors, source, own);
  return EquationWriter::define(
      builder, location, name(part), type, ordered, [&](EquationWriter &w) -> Value {
        SmallVector<Value> positions;
        for (const StateDimension *dimension : whole.dimensions)
          positions.push_back(dimension ? w.index(dimension) : positionOf(w));
        auto read = ReadOp::create(w.at(), location, type, w.argument(whole.wire), positions);
        OpBuilder inside(w.at());
        inside.createBlock(&read.getOtherwise());
        YieldOp::create(inside, location, unitOf(inside, component));
        return read.getResult();
      });
}

// The wire that a factor is an element of, where its positions are the position and what it needs.
std::optional<PositionChunks::Whole> PositionChunks::readDirectly(Value factor, Source &source,
                                                                  ArrayRef<StateDimension *> own) {
  auto read = factor.getDefiningOp<ReadOp>();
  if (!read || !read.getOtherwise().empty() || !llvm::is_contained(read.getPositions(), source.time))
    return std::nullopt;
  unsigned argument = cast<BlockArgument>(read.getWire()).getArgNumber();
  Whole whole{source.equation.getWires()[argument - source.equation.indices(0).size()], {}};
  for (Value position : read.getPositions()) {
    auto *dimension =
        llvm::find_if(own, [&](StateDimension *candidate) { return source.index(candidate) == position; });
    if (position != source.time && dimension == own.end())
      return std::nullopt;
    whole.dimensions.push_back(position == source.time ? nullptr : *dimension);
  }
  return whole;
}

// The product at each position as a wire of its own.
PositionChunks::Whole PositionChunks::writeWhole(StringRef part, ArrayRef<Value> factors, Source &source,
                                                 ArrayRef<StateDimension *> own) {
  SmallVector<StringAttr> axes{objectOf(source.time).getElement()};
  for (StateDimension *dimension : own)
    axes.push_back(dimension->axis);
  auto equation = EquationOp::create(builder, location, type.over(axes), name(part), nullptr, nullptr,
                                     source.equation.getWires(), 1);
  OpBuilder inside(builder.getContext());
  Block *block = inside.createBlock(&equation.getClauses()[0]);
  IRMapping map;
  SmallVector<Value> positions{block->addArgument(source.time.getType(), location)};
  map.map(source.time, positions[0]);
  for (StateDimension *dimension : own) {
    positions.push_back(block->addArgument(source.index(dimension).getType(), location));
    map.map(source.index(dimension), positions.back());
  }
  for (auto [i, wire] : llvm::enumerate(source.equation.getWires()))
    map.map(source.equation.wireArgument(0, i), block->addArgument(wire.getType(), location));
  Value product;
  for (Value factor : factors) {
    Value copy = copySlice(inside, factor, map);
    product =
        product ? ApplyOp::create(inside, location, type, Function::mul, ValueRange{product, copy}) : copy;
  }
  if (!product)
    product = ConstantOp::create(inside, location, type, inside.getF64FloatAttr(1));
  DefineOp::create(inside, location, product, positions);
  prune(equation);
  Whole whole{equation.getResult(), {nullptr}};
  llvm::append_range(whole.dimensions, own);
  return whole;
}

void PositionChunks::replaceSum(const NamedWire &outputs) {
  BlockArgument wire = addWire(r.reader, outputs.value).front();
  OpBuilder at(r.sum);
  Value time = integer(at, r.time);
  auto part = [&](Function function, StringAttr axis) -> Value {
    Value value = ApplyOp::create(at, location, number, function, ValueRange{time, integer(at, length)});
    return IndexOp::create(at, location, ObjectType::get(at.getContext(), axis, {}), value, /*proved=*/true);
  };
  SmallVector<Value> positions;
  for (const Dimension *dimension : outputs.dimensions) {
    if (dimension == &chunk)
      positions.push_back(part(Function::div, chunk.axis));
    else if (dimension == &row)
      positions.push_back(part(Function::mod, row.axis));
    else
      positions.push_back(static_cast<const StateDimension *>(dimension)->inReader);
  }
  Value read = ReadOp::create(at, location, type, wire, positions).getResult();
  r.sum.getResult().replaceAllUsesWith(read);
  r.sum.erase();
  prune(r.reader);
  r.state.erase();
}

} // namespace weft
