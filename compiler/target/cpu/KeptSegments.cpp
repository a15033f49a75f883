#include "compiler/target/cpu/KeptSegments.h"

using namespace mlir;

namespace weft {

static constexpr int64_t headBytes = 64;

KeptSegments::KeptSegments(NetworkOp network, const WireMemory &memory) : memory(memory) {
  for (auto segments : network.block().getOps<SegmentsOp>()) {
    auto keys = dyn_cast<BlockArgument>(segments.getKeys());
    if (keys && keys.getArgNumber() < network.inputCount())
      byInput[keys.getArgNumber()].push_back(segments);
  }
}

void KeptSegments::emitBytes(FunctionEmitter &emitter, Location where) const {
  emitter.beginSizeFunction("weft_kept_bytes", where);
  Value result = emitter.constant(0);
  for (const auto &[input, operations] : byInput) {
    Value bytes = emitter.constant(headBytes);
    for (SegmentsOp segments : operations)
      for (Value wire : segments.getResults())
        bytes = emitter.add(bytes, memory.emitBytes(emitter, wire));
    Value isIt = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq,
                                       emitter.argument(1), emitter.constant(input));
    result = arith::SelectOp::create(emitter.builder, emitter.location, isIt, bytes, result);
  }
  emitter.end(result);
}

// The pointer, or the flag behind it: nothing is loaded where the one before is null.
static Value loadedUnlessNull(FunctionEmitter &emitter, Value pointer, Value otherwise,
                              llvm::function_ref<Value()> load) {
  OpBuilder &builder = emitter.builder;
  Value null = LLVM::ZeroOp::create(builder, emitter.location, pointer.getType());
  Value isThere = LLVM::ICmpOp::create(builder, emitter.location, LLVM::ICmpPredicate::ne, pointer, null);
  auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(otherwise.getType()), isThere,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(builder, emitter.location, load());
  builder.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(builder, emitter.location, otherwise);
  return choice.getResult(0);
}

SmallVector<KeptSegments::Place> KeptSegments::emitPlaces(FunctionEmitter &emitter,
                                                          llvm::function_ref<Value(Value)> scratchOf) {
  SmallVector<Place> places;
  OpBuilder &builder = emitter.builder;
  Value table = byInput.empty() ? Value() : emitter.frameField(keptField);
  for (const auto &[input, operations] : byInput) {
    Value null = LLVM::ZeroOp::create(builder, emitter.location, table.getType());
    Value memoryOfInput =
        loadedUnlessNull(emitter, table, null, [&, i = input] { return emitter.pointerIn(table, i); });
    Value isMade = loadedUnlessNull(emitter, memoryOfInput, emitter.truth(false), [&] {
      Value flag = LLVM::LoadOp::create(builder, emitter.location, builder.getI64Type(), memoryOfInput);
      return arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::ne, flag,
                                   emitter.constant(0));
    });
    Value isThere =
        LLVM::ICmpOp::create(builder, emitter.location, LLVM::ICmpPredicate::ne, memoryOfInput, null);
    Value offset = emitter.constant(headBytes);
    for (SegmentsOp segments : operations) {
      made[segments] = isMade;
      for (Value wire : segments.getResults()) {
        Value kept = emitter.offsetBytes(memoryOfInput, offset);
        places.push_back(
            {wire, arith::SelectOp::create(builder, emitter.location, isThere, kept, scratchOf(wire))});
        offset = emitter.add(offset, memory.emitBytes(emitter, wire));
      }
    }
  }
  return places;
}

} // namespace weft
