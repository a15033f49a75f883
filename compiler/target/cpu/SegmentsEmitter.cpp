#include "compiler/target/cpu/SegmentsEmitter.h"

using namespace mlir;

namespace weft {

namespace {

class SegmentsWriter {
public:
  SegmentsWriter(FunctionEmitter &emitter, const SegmentBuffers &buffers)
      : emitter(emitter), builder(emitter.builder), keys(buffers.keys), begin(buffers.begin),
        end(buffers.end), order(buffers.order), sorted(buffers.sorted),
        elements(emitter.sizeOf(keys.type.getAxes().back())),
        values(emitter.sizeOf(begin.type.getAxes().back())), isUnsigned(keys.type.getElement() == "u8"),
        mayMiss(keys.type.isInteger()) {}

  // What comes sorted is not sorted, and its order not written.
  void write() {
    Value all = eachBatch(0, emitter.truth(true), [&](Value known) { return emitBoundsOfSorted(known); });
    Value byte = arith::ExtUIOp::create(builder, emitter.location, builder.getI8Type(), all);
    LLVM::StoreOp::create(builder, emitter.location, byte, sorted.base);
    Value isUnsorted = arith::XOrIOp::create(builder, emitter.location, all, emitter.truth(true));
    emitter.when(isUnsorted, [&] { eachBatch(0, nullptr, [&](Value) { return emitSort(), Value(); }); });
  }

private:
  // The positions of the axes before the last, one after the other.
  Value eachBatch(unsigned axis, Value carried, llvm::function_ref<Value(Value)> body) {
    if (axis == 0)
      keyBase = boundBase = orderBase = emitter.constant(0);
    if (axis + 1 == keys.type.rank())
      return body(carried);
    Value outerKeys = keyBase, outerBounds = boundBase, outerOrder = orderBase;
    SmallVector<Value> initial;
    if (carried)
      initial.push_back(carried);
    SmallVector<Value> result =
        emitter.loop(emitter.constant(0), emitter.sizeOf(keys.type.getAxes()[axis]), 1, initial,
                     [&](Value i, ValueRange inner) -> SmallVector<Value> {
                       keyBase = emitter.add(outerKeys, emitter.multiply(i, keys.strides[axis]));
                       boundBase = emitter.add(outerBounds, emitter.multiply(i, begin.strides[axis]));
                       orderBase = emitter.add(outerOrder, emitter.multiply(i, order.strides[axis]));
                       Value next = eachBatch(axis + 1, inner.empty() ? Value() : inner[0], body);
                       return next ? SmallVector<Value>{next} : SmallVector<Value>();
                     });
    keyBase = outerKeys, boundBase = outerBounds, orderBase = outerOrder;
    return result.empty() ? Value() : result[0];
  }

  Value key(Value element) {
    Value value = given(element);
    return keys.isUnchecked ? emitter.checkedIndex(value, keys.type, /*isAddress=*/true) : value;
  }

  // The key as the wire has it, an index that may be out of range.
  Value given(Value element) {
    Type type = emitter.storageType(keys.type);
    Value at = emitter.add(keyBase, emitter.multiply(element, keys.strides.back()));
    Value value = LLVM::LoadOp::create(builder, emitter.location, type, emitter.address(keys.base, at, type));
    if (type == builder.getI64Type())
      return value;
    if (isUnsigned)
      return arith::ExtUIOp::create(builder, emitter.location, builder.getI64Type(), value);
    return arith::ExtSIOp::create(builder, emitter.location, builder.getI64Type(), value);
  }

  Value addressOf(const Buffer &buffer, Value base, Value index) {
    Value at = emitter.add(base, emitter.multiply(index, buffer.strides.back()));
    return emitter.address(buffer.base, at, builder.getI64Type());
  }
  Value load(const Buffer &bounds, Value index) {
    return LLVM::LoadOp::create(builder, emitter.location, builder.getI64Type(),
                                addressOf(bounds, boundBase, index));
  }
  void store(const Buffer &bounds, Value index, Value value) {
    LLVM::StoreOp::create(builder, emitter.location, value, addressOf(bounds, boundBase, index));
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, emitter.location, predicate, a, b);
  }

  // A key that is no index of the axis has no element.
  void whenIndex(Value number, llvm::function_ref<void()> body) {
    if (!mayMiss)
      return body();
    emitter.when(compare(arith::CmpIPredicate::ult, number, values), body);
  }

  // The ends of all ranges, while no key is less than the one before it and all are indices: whether that is
  // so, given whether it was so far. Keys are looked at in vectors, some at a time, and are in the cache
  // then.
  Value emitBoundsOfSorted(Value known) {
    constexpr int64_t keysAtOnce = 2048;
    clearEnds();
    Value all =
        emitter.loop(emitter.constant(0), elements, keysAtOnce, known, [&](Value first, ValueRange so) {
          Value last = emitter.minimum(elements, emitter.add(first, emitter.constant(keysAtOnce)));
          return SmallVector<Value>{onlyWhen(so[0], [&] {
            Value sorted = comesSorted(first, last);
            emitter.when(sorted, [&] {
              emitter.loop(first, last,
                           [&](Value e) { store(end, given(e), emitter.add(e, emitter.constant(1))); });
            });
            return sorted;
          })};
        })[0];
    emitter.when(all, [&] { emitBegins(); });
    return all;
  }

  Value onlyWhen(Value condition, llvm::function_ref<Value()> body) {
    auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(condition.getType()), condition,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(builder, emitter.location, body());
    builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(builder, emitter.location, emitter.truth(false));
    return choice.getResult(0);
  }

  // Of keys in order all are indices when the first and the last are.
  Value comesSorted(Value first, Value last) {
    Value one = emitter.constant(1), zero = emitter.constant(0);
    Value before = emitter.maximum(emitter.subtract(first, one), zero);
    Value atMost = compare(arith::CmpIPredicate::slt, given(emitter.subtract(last, one)), values);
    Value atLeast = compare(arith::CmpIPredicate::sge, given(first), zero);
    Value follows = compare(arith::CmpIPredicate::sle, given(before), given(first));
    return emitter.loop(emitter.add(first, one), last, 1, both(follows, both(atLeast, atMost)),
                        [&](Value e, ValueRange so) {
                          Value earlier = given(emitter.subtract(e, one));
                          Value next = compare(arith::CmpIPredicate::sle, earlier, given(e));
                          return SmallVector<Value>{both(so[0], next)};
                        })[0];
  }

  Value both(Value a, Value b) { return arith::AndIOp::create(builder, emitter.location, a, b); }

  void clearEnds() {
    emitter.loop(emitter.constant(0), values, [&](Value v) { store(end, v, emitter.constant(0)); });
  }

  // A key without elements ends where it begins.
  void emitBegins() {
    emitter.loop(emitter.constant(0), values, 1, emitter.constant(0), [&](Value v, ValueRange before) {
      store(begin, v, before[0]);
      Value last = emitter.maximum(load(end, v), before[0]);
      store(end, v, last);
      return SmallVector<Value>{last};
    });
  }

  // Counts, their sums before each key, then each element at its key's next place.
  void emitSort() {
    clearEnds();
    emitter.loop(emitter.constant(0), elements, [&](Value e) {
      Value number = key(e);
      whenIndex(number, [&] { store(end, number, emitter.add(load(end, number), emitter.constant(1))); });
    });
    emitter.loop(emitter.constant(0), values, 1, emitter.constant(0), [&](Value v, ValueRange before) {
      Value count = load(end, v);
      store(begin, v, before[0]);
      store(end, v, before[0]);
      return SmallVector<Value>{emitter.add(before[0], count)};
    });
    emitter.loop(emitter.constant(0), elements, [&](Value e) {
      Value number = key(e);
      whenIndex(number, [&] {
        Value place = load(end, number);
        LLVM::StoreOp::create(builder, emitter.location, e, addressOf(order, orderBase, place));
        store(end, number, emitter.add(place, emitter.constant(1)));
      });
    });
  }

  FunctionEmitter &emitter;
  OpBuilder &builder;
  Buffer keys, begin, end, order, sorted;
  Value elements, values;
  bool isUnsigned, mayMiss;
  Value keyBase, boundBase, orderBase;
};

} // namespace

void emitSegments(FunctionEmitter &emitter, const SegmentBuffers &buffers) {
  SegmentsWriter(emitter, buffers).write();
}

void emitSegments(FunctionEmitter &emitter, SegmentsOp segments, llvm::function_ref<Buffer(Value)> bufferOf) {
  emitSegments(emitter,
               {bufferOf(segments.getKeys()), bufferOf(segments.getBegin()), bufferOf(segments.getEnd()),
                bufferOf(segments.getOrder()), bufferOf(segments.getSorted())});
}

static Value isInOrder(FunctionEmitter &emitter, const Buffer &sorted) {
  OpBuilder &builder = emitter.builder;
  Value flag = LLVM::LoadOp::create(builder, emitter.location, builder.getI8Type(), sorted.base);
  return arith::TruncIOp::create(builder, emitter.location, builder.getI1Type(), flag);
}

Buffer listInOrder(FunctionEmitter &emitter, InOrderOp op, const Buffer &room,
                   llvm::function_ref<Buffer(Value)> bufferOf) {
  Buffer list = bufferOf(op.getElements());
  Value sorted = isInOrder(emitter, bufferOf(op.getSorted()));
  list.base = arith::SelectOp::create(emitter.builder, emitter.location, sorted, list.base, room.base);
  return list;
}

// So much for a place anywhere beyond the second-level cache, where none waits for another.
constexpr int64_t workOfPlace = 10 * work::cycle;

void emitInOrder(FunctionEmitter &emitter, InOrderOp op, const Buffer &room,
                 llvm::function_ref<Buffer(Value)> bufferOf) {
  OpBuilder &builder = emitter.builder;
  Buffer list = bufferOf(op.getElements()), order = bufferOf(op.getOrder());
  Value isMissing = arith::XOrIOp::create(builder, emitter.location, emitter.truth(true),
                                          isInOrder(emitter, bufferOf(op.getSorted())));
  emitter.when(isMissing, [&] {
    Value count = emitter.sizeOf(list.type.getAxes()[0]), work = emitter.constant(workOfPlace);
    Type type = emitter.storageType(list.type), word = builder.getI64Type();
    emitter.split(emitter.constant(0), count, 1, emitter.workOf(count, work), [&](Value first, Value end) {
      emitter.loop(first, end, [&](Value place) {
        Value from =
            LLVM::LoadOp::create(builder, emitter.location, word, emitter.address(order.base, place, word));
        Value element =
            LLVM::LoadOp::create(builder, emitter.location, type, emitter.address(list.base, from, type));
        LLVM::StoreOp::create(builder, emitter.location, element, emitter.address(room.base, place, type));
      });
    });
  });
}

} // namespace weft
