#include "compiler/target/cpu/TermLanes.h"
#include "compiler/target/cpu/ContractionBlocks.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace weft {

namespace {

class LaneSums : ContractionBlocks {
public:
  LaneSums(FunctionEmitter &emitter, const ContractionOperands &operands)
      : ContractionBlocks(emitter, operands), a(emitter, plan.a, operands.wires[plan.a.wire]),
        steps(emitter, plan.fold, plan.terms, lanes, false) {}

  void write() {
    forEachBlock([] {}, [&] { multiply(); });
  }

private:
  // A panel is one column: a tile takes some of them. How many are left in the end is better known than
  // looked at in each tile.
  void multiply() {
    std::optional<int64_t> first = FunctionEmitter::constantOf(block.firstPanel),
                           end = FunctionEmitter::constantOf(block.endPanel);
    int64_t most = plan.tileColumns;
    if (!first || !end) {
      emitter.loop(block.firstPanel, block.endPanel, most, {},
                   [&](Value column, ValueRange) -> SmallVector<Value> {
                     Value left = emitter.subtract(block.endPanel, column);
                     multiplyColumns(column, emitter.minimum(left, emitter.constant(most)));
                     return {};
                   });
      return;
    }
    int64_t rest = (*end - *first) % most;
    if (*end - *first >= most)
      emitter.loop(block.firstPanel, emitter.constant(*end - rest), most, {},
                   [&](Value column, ValueRange) -> SmallVector<Value> {
                     multiplyColumns(column, emitter.constant(most));
                     return {};
                   });
    if (rest)
      multiplyColumns(emitter.constant(*end - rest), emitter.constant(rest));
  }

  // Columns behind the last one are that one again, and nobody asks for their sums.
  void multiplyColumns(Value column, Value count) {
    int64_t known = FunctionEmitter::constantOf(count).value_or(1);
    Value last = emitter.subtract(emitter.add(column, count), emitter.constant(1));
    columnBases.clear();
    for (int64_t c = 0; c < plan.tileColumns; ++c) {
      Value number = emitter.add(column, emitter.constant(c));
      columnBases.push_back(columnBase(c < known ? number : emitter.minimum(number, last)));
    }
    forEachTile([&](Value row, int64_t height) {
      SmallVector<Value> sums = sumTile(row, height);
      bool mayTurn = wantsColumns(height) && height <= lanes && plan.rows.size() == 1;
      if (!mayTurn || !finishColumns(column, sumsByColumn(sums, height), row, height, count))
        finish(column, sumsByRow(sums), row, height, count);
    });
  }

  Value columnBase(Value column) {
    if (!plan.isInPlace)
      return emitter.address(operands.panels, panelOffset(batchNumber, column), packed);
    IndexValues at = batchIndices;
    for (BlockArgument index : plan.columns)
      at[index] = column;
    return emitter.address(b.memory().base, b.offset(at), packed);
  }

  // By row and column.
  SmallVector<Value> sumTile(Value first, int64_t height) {
    SmallVector<Value> rows;
    for (int64_t i = 0; i < height; ++i)
      rows.push_back(emitter.address(a.memory().base,
                                     a.offset(indicesOf(emitter.add(first, emitter.constant(i)))), element));
    size_t count = rows.size() * columnBases.size();
    // Too few accumulators would wait for each other: several terms at once then.
    unsigned sets = count >= 8 ? 1 : count >= 4 ? 2 : 4;
    SmallVector<Value> sums = nest(0, rows, columnBases, SmallVector<Value>(count * sets, steps.unit()));
    for (unsigned set = 1; set < sets; ++set)
      for (size_t i = 0; i < count; ++i)
        sums[i] = steps.combine(sums[i], sums[set * count + i]);
    sums.truncate(count);
    return sums;
  }

  // Loops over all sums but the innermost.
  SmallVector<Value> nest(unsigned axis, ArrayRef<Value> rows, ArrayRef<Value> columns,
                          SmallVector<Value> sums) {
    BlockArgument index = plan.summed[axis];
    Value size = emitter.sizeOf(cast<ObjectType>(index.getType()).getElement());
    if (axis + 1 == plan.summed.size())
      return innermost(size, rows, columns, std::move(sums));
    return emitter.loop(emitter.constant(0), size, 1, sums, [&](Value k, ValueRange inner) {
      auto moved = [&](ArrayRef<Value> bases, Value stride, Type type) {
        return llvm::map_to_vector(
            bases, [&](Value base) { return emitter.address(base, emitter.multiply(k, stride), type); });
      };
      return nest(axis + 1, moved(rows, a.stride(index), element), moved(columns, columnStride(axis), packed),
                  SmallVector<Value>(inner));
    });
  }

  Value columnStride(unsigned axis) {
    if (plan.isInPlace)
      return b.stride(plan.summed[axis]);
    return countOf(emitter, ArrayRef(plan.summed).drop_front(axis + 1));
  }

  SmallVector<Value> innermost(Value size, ArrayRef<Value> rows, ArrayRef<Value> columns,
                               SmallVector<Value> sums) {
    int64_t count = rows.size() * columns.size(), sets = sums.size() / count;
    Value done = emitter.constant(0);
    SmallVector<int64_t> together{sets};
    if (sets > 1)
      together.push_back(1);
    for (int64_t vectors : together) {
      Value end = emitter.wholeMultiple(size, vectors * lanes);
      if (isSame(done, end))
        continue;
      sums = emitter.loop(done, end, vectors * lanes, sums, [&](Value k, ValueRange inner) {
        SmallVector<Value> next(inner);
        for (int64_t set = 0; set < vectors; ++set)
          step(emitter.add(k, emitter.constant(set * lanes)), rows, columns, nullptr,
               MutableArrayRef(next).slice(set * count, count));
        return next;
      });
      done = end;
    }
    if (isSame(done, size))
      return sums;
    // What fills no vector is one, in part.
    return emitter.loop(done, size, lanes, sums, [&](Value k, ValueRange inner) {
      SmallVector<Value> next(inner);
      step(k, rows, columns, emitter.subtract(size, k), MutableArrayRef(next).take_front(count));
      return next;
    });
  }

  static bool isSame(Value x, Value y) {
    std::optional<int64_t> known = FunctionEmitter::constantOf(x);
    return known && known == FunctionEmitter::constantOf(y);
  }

  // `active`: how many terms are meant; null for all lanes.
  void step(Value k, ArrayRef<Value> rows, ArrayRef<Value> columns, Value active,
            MutableArrayRef<Value> sums) {
    ExpressionEmitter expressions(emitter, lanes);
    if (active)
      expressions.limitLanes(active);
    SmallVector<Value> line;
    for (Value column : columns)
      line.push_back(load(expressions, column, b.memory().type, columnStep(), k));
    for (auto [i, row] : llvm::enumerate(rows)) {
      Value own = load(expressions, row, a.memory().type, a.stride(plan.summed.back()), k);
      for (auto [c, other] : llvm::enumerate(line)) {
        Value &sum = sums[i * columns.size() + c];
        Value next = plan.isSwapped ? steps.next(sum, other, own) : steps.next(sum, own, other);
        if (active)
          next =
              arith::SelectOp::create(emitter.builder, emitter.location, expressions.activeLanes, next, sum);
        sum = next;
      }
    }
  }

  // In a slice of a wire terms may lie apart.
  Value columnStep() { return plan.isInPlace ? b.stride(plan.summed.back()) : emitter.constant(1); }

  // Terms from `k` on; others than those meant are 0.
  Value load(ExpressionEmitter &expressions, Value base, ObjectType type, Value stride, Value k) {
    Buffer line{base, type, {stride}};
    return expressions.materialize(
        expressions.load(line, expressions.linear(line, {expressions.laneIndex(k)})), type);
  }

  Value sumsByRow(ArrayRef<Value> sums) {
    int64_t columns = plan.tileColumns, step = lineElements();
    Value memory = emitter.stackMemory(sums.size() / columns * step * elementBytes());
    for (size_t row = 0; row < sums.size() / columns; ++row)
      for (int64_t c = 0; c < columns; c += lanes)
        storeLanes(sums.slice(row * columns + c, std::min<int64_t>(columns - c, lanes)), memory,
                   row * step + c);
    return memory;
  }

  Value sumsByColumn(ArrayRef<Value> sums, int64_t height) {
    Value memory = emitter.stackMemory(plan.tileColumns * lanes * elementBytes());
    for (int64_t c = 0; c < plan.tileColumns; ++c) {
      SmallVector<Value> ofColumn;
      for (int64_t row = 0; row < height; ++row)
        ofColumn.push_back(sums[row * plan.tileColumns + c]);
      storeLanes(ofColumn, memory, c * lanes);
    }
    return memory;
  }

  void storeLanes(ArrayRef<Value> sums, Value memory, int64_t place) {
    LLVM::StoreOp::create(emitter.builder, emitter.location, acrossLanes(sums),
                          emitter.address(memory, emitter.constant(place), element), elementBytes());
  }

  // One lane for each of the sums, and some more if they are no power of two. Two vectors become one, each of
  // whose halves is the sum of the halves of one of them; and so on with parts of halves.
  Value acrossLanes(ArrayRef<Value> sums) {
    SmallVector<Value> parts(sums);
    parts.resize(std::max<size_t>(llvm::PowerOf2Ceil(sums.size()), 2), sums.back());
    unsigned segments = 1;
    for (; parts.size() > 1; segments *= 2) {
      for (size_t i = 0; i < parts.size() / 2; ++i)
        parts[i] = addHalves({parts[2 * i], parts[2 * i + 1]}, segments, lanes);
      parts.resize(parts.size() / 2);
    }
    for (unsigned size = lanes; size > segments; size /= 2)
      parts[0] = addHalves(parts[0], segments, size);
    return parts[0];
  }

  // Of one or two vectors of `size` lanes, each in `segments`: the sum of the halves of each segment.
  Value addHalves(ArrayRef<Value> vectors, unsigned segments, unsigned size) {
    unsigned half = size / segments / 2;
    auto part = [&](unsigned from) {
      SmallVector<int32_t> order;
      for (unsigned segment = 0; segment < segments * vectors.size(); ++segment)
        for (unsigned lane = 0; lane < half; ++lane)
          order.push_back(segment * 2 * half + from + lane);
      return LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, vectors.front(), vectors.back(),
                                           order);
    };
    ContractionTerms narrow(emitter, plan.fold, plan.terms, segments * vectors.size() * half, false);
    Value low = part(0), high = part(half);
    return narrow.combine(low, high);
  }

  FactorAddress a;
  ContractionTerms steps;
  SmallVector<Value> columnBases;
};

} // namespace

void emitTermLanes(FunctionEmitter &emitter, const ContractionOperands &operands) {
  LaneSums(emitter, operands).write();
}

} // namespace weft
