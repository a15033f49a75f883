// Elements of wires: where they lie, loads, stores and reads.
#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/IndexReaders.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// The quotient and the remainder of a position.
std::pair<Scalar, Scalar> ExpressionEmitter::dividedBy(const Scalar &position, int64_t divisor) {
  Value number = position.varying ? materialize(position, nullptr) : position.value;
  Value by = position.varying ? broadcast(emitter.constant(divisor)) : emitter.constant(divisor);
  Value quotient = arith::DivUIOp::create(emitter.builder, emitter.location, number, by);
  Value remainder = arith::RemUIOp::create(emitter.builder, emitter.location, number, by);
  return {{quotient, position.varying}, {remainder, position.varying}};
}

Scalar ExpressionEmitter::linear(const Buffer &buffer, ArrayRef<Scalar> positions) {
  Value base = emitter.constant(0);
  if (buffer.origin)
    base = emitter.subtract(base, buffer.origin);
  int64_t step = 0;
  bool varying = false;
  Value vector;
  SmallVector<Scalar> places(positions);
  SmallVector<Value> strides(buffer.strides);
  if (buffer.panelWidth) {
    Scalar &place = places[buffer.panelAxis];
    auto [panel, within] = dividedBy(place, buffer.panelWidth);
    strides[buffer.panelAxis] = emitter.constant(1);
    strides.push_back(buffer.panelStride);
    place = within;
    places.push_back(panel);
  }
  for (auto [position, stride] : llvm::zip(places, strides)) {
    std::optional<int64_t> known = FunctionEmitter::constantOf(stride);
    if (!position.varying) {
      base = emitter.add(base, emitter.multiply(position.value, stride));
      continue;
    }
    varying = true;
    if (position.affine && known) {
      base = emitter.add(base, emitter.multiply(position.value, stride));
      step += position.step * *known;
      continue;
    }
    Value part = arith::MulIOp::create(emitter.builder, emitter.location, materialize(position, nullptr),
                                       broadcast(stride));
    vector = vector ? Value(arith::AddIOp::create(emitter.builder, emitter.location, vector, part)) : part;
  }
  Scalar result{base, varying && (vector || step), varying && !vector && step, step, {0, 0}};
  if (vector) {
    result.affine = step != 0;
    result.value = arith::AddIOp::create(emitter.builder, emitter.location, vector,
                                         result.affine ? materialize({base, true, true, step}, nullptr)
                                                       : broadcast(base));
    result.affine = false;
  }
  return result;
}

// The vector of addresses of elements that lie apart.
static Value addresses(FunctionEmitter &emitter, const Buffer &buffer, Value elements, Type elementType) {
  auto shape = cast<VectorType>(elements.getType()).getShape();
  Type type = VectorType::get(shape, LLVM::LLVMPointerType::get(emitter.builder.getContext()));
  return LLVM::GEPOp::create(emitter.builder, emitter.location, type, elementType, buffer.base,
                             ArrayRef<LLVM::GEPArg>{elements}, LLVM::GEPNoWrapFlags::none);
}

// What lanes hold that are not active.
static Value zeroes(FunctionEmitter &emitter, Type type) {
  return LLVM::ZeroOp::create(emitter.builder, emitter.location, type);
}

Value ExpressionEmitter::allOrActive() {
  if (activeLanes)
    return activeLanes;
  auto type = VectorType::get({lanes}, emitter.builder.getI1Type());
  return arith::ConstantOp::create(emitter.builder, emitter.location, DenseElementsAttr::get(type, true));
}

// From memory's type to the type of computation.
static Value widened(FunctionEmitter &emitter, Value value, ObjectType type) {
  Type compute = emitter.computeType(type);
  Type target = compute;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    target = VectorType::get(vector.getShape(), compute);
  if (value.getType() == target)
    return value;
  if (type.isReal())
    return arith::ExtFOp::create(emitter.builder, emitter.location, target, value);
  // What a caller gives may be any byte: all but 0 are true.
  if (type.isBool()) {
    Value none = LLVM::ZeroOp::create(emitter.builder, emitter.location, value.getType());
    return arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::ne, value, none);
  }
  if (type.getElement() == "u8")
    return arith::ExtUIOp::create(emitter.builder, emitter.location, target, value);
  return arith::ExtSIOp::create(emitter.builder, emitter.location, target, value);
}

static Value narrowed(FunctionEmitter &emitter, Value value, ObjectType type) {
  Type target = emitter.storageType(type);
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    target = VectorType::get(vector.getShape(), target);
  if (value.getType() == target)
    return value;
  if (type.isReal())
    return arith::TruncFOp::create(emitter.builder, emitter.location, target, value);
  if (type.isBool())
    return arith::ExtUIOp::create(emitter.builder, emitter.location, target, value);
  return arith::TruncIOp::create(emitter.builder, emitter.location, target, value);
}

// Sixteen-bit reals are loaded and stored as integers: LLVM takes masked operations, and vectors of one
// number, apart where the processor has none, and then asks a compiler's library to convert the pieces.
static Type moved(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (!element.isF16() && !element.isBF16())
    return type;
  Type bits = IntegerType::get(type.getContext(), 16);
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(VectorType::get(vector.getShape(), bits)) : bits;
}

static Value recast(FunctionEmitter &emitter, Value value, Type type) {
  return value.getType() == type
             ? value
             : Value(arith::BitcastOp::create(emitter.builder, emitter.location, type, value));
}

Scalar ExpressionEmitter::load(const Buffer &buffer, Scalar element) {
  Type storage = emitter.storageType(buffer.type);
  OpBuilder &builder = emitter.builder;
  IntegerRange range =
      buffer.type.isIndex() ? emitter.rangeOfIndex(buffer.type) : FunctionEmitter::rangeOf(buffer.type);
  unsigned alignment = emitter.elementBytes(buffer.type);
  if (!element.varying || (element.affine && element.step == 1)) {
    Type type = element.varying ? Type(VectorType::get({lanes}, storage)) : storage;
    Value value;
    if (element.varying && activeLanes)
      value = recast(emitter,
                     LLVM::MaskedLoadOp::create(builder, emitter.location, moved(type),
                                                emitter.address(buffer.base, element.value, storage),
                                                activeLanes, zeroes(emitter, moved(type)),
                                                builder.getI32IntegerAttr(alignment)),
                     type);
    else
      value = recast(emitter,
                     LLVM::LoadOp::create(builder, emitter.location, moved(type),
                                          emitter.address(buffer.base, element.value, storage), alignment),
                     type);
    return {widened(emitter, value, buffer.type), element.varying, false, 0, range};
  }
  Value elements = materialize(element, nullptr);
  Type type = VectorType::get({lanes}, storage);
  Value value = LLVM::masked_gather::create(
      builder, emitter.location, moved(type), addresses(emitter, buffer, elements, storage), allOrActive(),
      activeLanes ? SmallVector<Value>{zeroes(emitter, moved(type))} : SmallVector<Value>{},
      builder.getI32IntegerAttr(alignment));
  value = recast(emitter, value, type);
  return {widened(emitter, value, buffer.type), true, false, 0, range};
}

Scalar ExpressionEmitter::loadElement(const Buffer &buffer) {
  Scalar value = load(buffer, uniformIndex(emitter.constant(0)));
  if (buffer.isUnchecked)
    value.value = emitter.checkedIndex(value.value, buffer.type, /*isAddress=*/true);
  return value;
}

// Storing in part takes some processors a dozen cycles. What is known to be less goes in halves, quarters, ….
void ExpressionEmitter::storeActive(Value vector, Value address, unsigned alignment) {
  OpBuilder &builder = emitter.builder;
  vector = recast(emitter, vector, moved(vector.getType()));
  if (!activeCount || emitter.target.storesInPart) {
    LLVM::MaskedStoreOp::create(builder, emitter.location, vector, address, activeLanes,
                                builder.getI32IntegerAttr(alignment));
    return;
  }
  Type element = getElementTypeOrSelf(vector.getType());
  int64_t count = std::min<int64_t>(*activeCount, lanes), first = 0;
  for (int64_t size = lanes; size >= 1; size /= 2) {
    if (count - first < size)
      continue;
    SmallVector<int32_t> part = llvm::to_vector(llvm::seq<int32_t>(first, first + size));
    LLVM::StoreOp::create(builder, emitter.location,
                          LLVM::ShuffleVectorOp::create(builder, emitter.location, vector, vector, part),
                          emitter.address(address, emitter.constant(first), element), alignment);
    first += size;
  }
}

void ExpressionEmitter::store(const Buffer &buffer, Scalar element, Scalar value, Location location) {
  Scalar fitting = held(value, buffer.type, location);
  Type storage = emitter.storageType(buffer.type);
  unsigned alignment = emitter.elementBytes(buffer.type);
  OpBuilder &builder = emitter.builder;
  if (!element.varying) {
    if (fitting.varying)
      return fail();
    Value stored = narrowed(emitter, fitting.value, buffer.type);
    LLVM::StoreOp::create(builder, emitter.location, recast(emitter, stored, moved(stored.getType())),
                          emitter.address(buffer.base, element.value, storage), alignment);
    return;
  }
  Value stored = narrowed(emitter, materialize(fitting, buffer.type), buffer.type);
  if (element.affine && element.step == 1 && activeLanes)
    return storeActive(stored, emitter.address(buffer.base, element.value, storage), alignment);
  if (element.affine && element.step == 1) {
    LLVM::StoreOp::create(builder, emitter.location, recast(emitter, stored, moved(stored.getType())),
                          emitter.address(buffer.base, element.value, storage), alignment);
    return;
  }
  LLVM::masked_scatter::create(builder, emitter.location, recast(emitter, stored, moved(stored.getType())),
                               addresses(emitter, buffer, materialize(element, nullptr), storage),
                               allOrActive(), builder.getI32IntegerAttr(alignment));
}

static Value zeroWhere(FunctionEmitter &emitter, Value condition, Value value) {
  Value zero = LLVM::ZeroOp::create(emitter.builder, emitter.location, value.getType());
  return arith::SelectOp::create(emitter.builder, emitter.location, condition, zero, value);
}

Scalar ExpressionEmitter::emitRead(ReadOp read) {
  if (auto known = elements.find(read.getWire()); known != elements.end())
    return known->second;
  Buffer buffer = wires.lookup(read.getWire());
  SmallVector<Scalar> positions = llvm::map_to_vector(read.getPositions(), [&](Value p) { return get(p); });
  Scalar element = linear(buffer, positions);
  // An index that failed its check is 0; on an empty axis even that is outside, and what is read there no
  // index.
  Value outside = emptyAxis(read);
  if (outside) {
    bool isRun = element.affine && element.step == 1;
    if (element.varying && !isRun)
      element = {materialize(element, nullptr), true, false, 0, element.range};
    element.value = zeroWhere(emitter, outside, element.value);
  }
  Scalar result = load(buffer, element);
  if (buffer.isUnchecked)
    result.value = emitter.checkedIndex(result.value, buffer.type, mayBeAddress(read.getResult()));
  if (outside && buffer.type.isIndex())
    result.value = zeroWhere(emitter, outside, result.value);
  return result;
}

// Whether one of the axes that an index is only checked for when it runs has no elements; null where all
// surely have some.
Value ExpressionEmitter::emptyAxis(ReadOp read) {
  Value outside;
  for (Value position : read.getPositions()) {
    auto index = position.getDefiningOp<IndexOp>();
    Value size = emitter.sizeOf(objectOf(position).getElement());
    if (!index || index.getProved() || FunctionEmitter::constantOf(size))
      continue;
    Value empty = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, size,
                                        emitter.constant(0));
    outside =
        outside ? Value(arith::OrIOp::create(emitter.builder, emitter.location, outside, empty)) : empty;
  }
  return outside;
}

Scalar ExpressionEmitter::emitReadOrElse(ReadOp read) {
  OpBuilder &builder = emitter.builder;
  Buffer buffer = wires.lookup(read.getWire());
  ObjectType type = objectOf(read.getResult());
  SmallVector<Scalar> positions;
  bool varying = false;
  Value inside = emitter.truth(true);
  for (auto [name, axis] : llvm::zip(read.getPositions(), buffer.type.getAxes())) {
    Scalar position = get(name);
    positions.push_back(position);
    if (objectOf(name).isIndex())
      continue;
    Value size = emitter.sizeOf(axis.getValue());
    bool wide = getElementTypeOrSelf(position.value.getType()).getIntOrFloatBitWidth() > 64;
    Value number = asWide(position, wide);
    auto bound = [&](Value limit) {
      Value same = asWide(uniform(limit), wide);
      return isa<VectorType>(number.getType()) ? broadcast(same) : same;
    };
    Value low = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::sge, number,
                                      bound(emitter.constant(0)));
    Value high =
        arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::slt, number, bound(size));
    Value both = arith::AndIOp::create(builder, emitter.location, low, high);
    if (isa<VectorType>(both.getType()))
      inside = broadcast(inside);
    else if (varying)
      both = broadcast(both);
    varying |= isa<VectorType>(both.getType());
    inside = arith::AndIOp::create(builder, emitter.location, inside, both);
    if (wide)
      positions.back().value = asWide(position, false);
  }
  Scalar element = linear(buffer, positions);
  if (!varying) {
    bool asVector = lanes > 1;
    Type compute = emitter.computeType(type);
    if (asVector)
      compute = VectorType::get({lanes}, compute);
    auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(compute), inside, true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(builder, emitter.location, materialize(load(buffer, element), type));
    builder.setInsertionPointToStart(choice.elseBlock());
    Scalar other = emitRegion(read.getOtherwise(), {}).front();
    IntegerRange range = FunctionEmitter::rangeOf(type);
    // A default is no element of the wire: an integer may be any.
    if (type.isInteger() && !other.range.fits64())
      other = held(other, ObjectType::get(builder.getContext(), "i64"), read.getLoc());
    if (type.isInteger())
      range = unite(range, other.range);
    scf::YieldOp::create(builder, emitter.location, materialize(other, type));
    return {choice.getResult(0), asVector, false, 0, range};
  }
  if (!isCheap(read.getOtherwise())) {
    fail();
    return emitRegion(read.getOtherwise(), {}).front();
  }
  if (activeLanes)
    inside = arith::AndIOp::create(builder, emitter.location, inside, activeLanes);
  Type storage = emitter.storageType(type);
  auto vectorType = VectorType::get({lanes}, storage);
  Scalar other = emitRegion(read.getOtherwise(), {}).front();
  if (type.isInteger() && !other.range.within(FunctionEmitter::rangeOf(type)))
    fail();
  Value through = recast(emitter, narrowed(emitter, materialize(other, type), type), moved(vectorType));
  unsigned alignment = emitter.elementBytes(type);
  Value value;
  if (element.varying && element.affine && element.step == 1)
    value = LLVM::MaskedLoadOp::create(builder, emitter.location, moved(vectorType),
                                       emitter.address(buffer.base, element.value, storage), inside, through,
                                       builder.getI32IntegerAttr(alignment));
  else
    value = LLVM::masked_gather::create(
        builder, emitter.location, moved(vectorType),
        addresses(emitter, buffer, element.varying ? materialize(element, nullptr) : broadcast(element.value),
                  storage),
        inside, ValueRange{through}, builder.getI32IntegerAttr(alignment));
  value = recast(emitter, value, vectorType);
  return {widened(emitter, value, type), true, false, 0, FunctionEmitter::rangeOf(type)};
}
} // namespace weft
