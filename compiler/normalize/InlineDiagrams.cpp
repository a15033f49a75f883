// The entry morphism becomes one network:
//
//   morphism @f(x) { y = box "a" @g(x) }   morphism @g(x) weights(W) { equation }
//     ⟹  network @f(x) weights(a.W) { equation }
//
// The law: composition in Para is associative, and the strength of `map` moves an axis past everything that
// does not look at it.
#include "compiler/normalize/ClauseEmitter.h"
#include "compiler/normalize/DiagramInliner.h"
#include "compiler/normalize/NormalForm.h"
#include "compiler/normalize/Passes.h"
#include "dialects/weft/TieForms.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_INLINEDIAGRAMS
#include "compiler/normalize/Passes.h.inc"

// The parts of a packed wire at the network's edge are wires of their own: `x.0`, `x.1`.
static void flattenEdge(Builder &builder, ArrayAttr names, ArrayAttr types,
                        SmallVectorImpl<Attribute> &flatNames, SmallVectorImpl<Attribute> &flatTypes) {
  for (auto [name, type] : llvm::zip(names.getAsRange<StringAttr>(), types.getAsRange<TypeAttr>())) {
    SmallVector<ObjectType> parts = flatten(type.getValue());
    for (auto [i, part] : llvm::enumerate(parts)) {
      bool single = !isa<TupleType>(type.getValue());
      flatNames.push_back(single ? name : builder.getStringAttr(name.getValue() + "." + Twine(i)));
      flatTypes.push_back(TypeAttr::get(part));
    }
  }
}

static NetworkOp createNetwork(OpBuilder &builder, MorphismOp entry, TiesOp ties) {
  SmallVector<Attribute> inputs, inputTypes, outputs, outputTypes, types;
  flattenEdge(builder, entry.getInputNames(), entry.getInputTypes(), inputs, inputTypes);
  flattenEdge(builder, entry.getOutputNames(), entry.getOutputTypes(), outputs, outputTypes);
  for (BlockArgument weight : ties.block().getArguments())
    types.push_back(TypeAttr::get(weight.getType()));
  auto array = [&](ArrayRef<Attribute> items) { return builder.getArrayAttr(items); };
  auto network = NetworkOp::create(builder, entry.getLoc(), entry.getSymNameAttr(), array(inputs),
                                   array(inputTypes), ties.getWeightNames(), array(types), ties.getInits(),
                                   array(outputs), array(outputTypes));
  Block *block = builder.createBlock(&network.getBody());
  for (Attribute type : inputTypes)
    block->addArgument(cast<TypeAttr>(type).getValue(), entry.getLoc());
  for (BlockArgument weight : ties.block().getArguments())
    block->addArgument(weight.getType(), weight.getLoc());
  return network;
}

// The weights of all occurrences, made of those that the network stores.
static WeightTable inlineTies(OpBuilder &builder, NetworkOp network, TiesOp ties) {
  IRMapping map;
  WeightTable table;
  for (BlockArgument weight : ties.block().getArguments())
    map.map(weight, network.weight(weight.getArgNumber()));
  for (Operation &op : ties.block())
    if (auto tie = dyn_cast<TieOp>(op))
      table[tie.getPath()] = {map.lookup(tie.getWire()), {}};
    else if (auto equation = cast<EquationOp>(builder.clone(op, map)))
      for (StringAttr names : {equation.getIndexNamesAttrName(), equation.getNamesAttrName()})
        equation->removeAttr(names);
  return table;
}

static void inlineEntry(MorphismOp entry, TiesOp ties) {
  OpBuilder builder(entry);
  NetworkOp network = createNetwork(builder, entry, ties);
  builder.setInsertionPointToStart(&network.block());
  WeightTable table = inlineTies(builder, network, ties);
  SmallVector<NetworkWires> inputs;
  unsigned next = 0;
  for (Type type : entry.getInputTypes().getAsValueRange<TypeAttr>()) {
    NetworkWires &wires = inputs.emplace_back();
    for (size_t i = 0; i < flatten(type).size(); ++i)
      wires.push_back({network.input(next++), {}});
  }
  DiagramInliner inliner(builder);
  NetworkWires outputs = inliner.inlineMorphism(entry, inputs, "", table);
  ReturnOp::create(builder, entry.getLoc(),
                   llvm::map_to_vector(outputs, [](const NetworkWire &wire) { return wire.value; }));
}

// What a monoid calls has no weights, and nothing in it repeats.
static void inlineCalls(MonoidOp monoid) {
  for (Region &region : monoid->getRegions()) {
    bool calls = region.walk([](CallOp) { return WalkResult::interrupt(); }).wasInterrupted();
    if (!calls)
      continue;
    OpBuilder builder(monoid.getContext());
    Region written;
    llvm::DenseMap<unsigned, Value> leads;
    llvm::StringMap<ClauseEmitter::LocalWire> weights;
    ClauseEmitter emitter(builder, leads, weights);
    ClauseEmitter::Scope &scope = emitter.newScope("");
    Block *block = builder.createBlock(&written);
    for (BlockArgument argument : region.getArguments())
      scope.scalars.map(argument, block->addArgument(argument.getType(), argument.getLoc()));
    SmallVector<Value> results = emitter.emitBlock(region.front(), scope);
    YieldOp::create(builder, region.front().getTerminator()->getLoc(), results);
    region.takeBody(written);
  }
}

namespace {
struct InlineDiagrams : impl::InlineDiagramsBase<InlineDiagrams> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto symbol = module->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
    auto entry = symbol ? module.lookupSymbol<MorphismOp>(symbol.getValue()) : MorphismOp();
    if (!entry)
      return;
    // The network takes the entry's name; all morphisms go.
    SmallVector<MorphismOp> morphisms(module.getOps<MorphismOp>());
    TiesOp ties = tiesOf(module, entry.getSymName());
    inlineEntry(entry, ties ? ties : resolveTies(entry));
    for (MonoidOp monoid : module.getOps<MonoidOp>())
      inlineCalls(monoid);
    for (MorphismOp morphism : morphisms)
      morphism.erase();
  }
};
} // namespace

} // namespace weft
