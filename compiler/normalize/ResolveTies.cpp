// All cells of the entry as one map from the weights that are stored to those of the occurrences:
//
//   morphism @h weights(k) { W = equation(k)   box "" @g ties ["a.W"] (W) }   morphism @g { box "a" @f }
//     ⟹  ties @h stores(k) { W = equation(k)   tie "a.W" computed W }
//
// The law: reparameterisations compose, r₂ ∘ r₁, and act on each factor of P ⊗ Q by themselves.
#include "compiler/normalize/DiagramInliner.h"
#include "compiler/normalize/NormalForm.h"
#include "compiler/normalize/Passes.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/FlopCounter.h"
#include "dialects/weft/TieForms.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_RESOLVETIES
#include "compiler/normalize/Passes.h.inc"

namespace {

// A weight as cells further out give it.
struct GivenWeight {
  NetworkWire wire;
  SmallVector<Attribute, 1> cells; // that make it what it is
};
using GivenTable = llvm::StringMap<GivenWeight>;

// Where in the diagram: the path of boxes, and the axes of the `chain` and `each` around.
struct Place {
  std::string path;
  const GivenTable *given;
  LeadAxes lead;
};

class Resolver {
public:
  Resolver(OpBuilder &builder, TiesOp ties) : builder(builder), inliner(builder), ties(ties) {
    for (auto morphism : ties->getParentOfType<ModuleOp>().getOps<MorphismOp>())
      weightTable.add(morphism);
  }

  void run(MorphismOp entry);

private:
  void morphism(MorphismOp morphism, const Place &place);
  void cell(MorphismOp cell, BoxOp box, const Place &place);
  InlinedOccurrence equationsOf(MorphismOp cell, const Place &place);
  void block(Block &block, const Place &place);
  void operation(Operation &op, const Place &place);
  void eachPosition(Block &body, StringAttr axis, const Place &place);
  void occurrence(StringRef path, const Place &place, Location location);
  void nameParts(EquationOp equation, EquationOp original, size_t lead, StringRef path);

  OpBuilder &builder;
  DiagramInliner inliner;
  TiesOp ties;
  StoredWeightTable weightTable;
  struct Occurrence {
    std::string path;
    Value wire;
    ArrayAttr cells;
    Location location;
  };
  std::vector<Occurrence> occurrences;
  WeightTable resolved; // the occurrences so far
};

} // namespace

static std::vector<OccurrenceWeight> storedUnder(Block &body, StringRef path) {
  std::vector<OccurrenceWeight> weights;
  collectWeights(body, path, {}, weights);
  return weights;
}

void Resolver::run(MorphismOp entry) {
  GivenTable given;
  for (auto [argument, name] : llvm::zip(ties.block().getArguments(), ties.getWeightNames()))
    given[cast<StringAttr>(name).getValue()] = {{argument, {}}, {}};
  morphism(entry, {"", &given, {}});
  AxisTable axes(ties->getParentOfType<ModuleOp>());
  for (const Occurrence &occurrence : occurrences) {
    TieForm form = formOf(ties, occurrence.path, occurrence.wire);
    IntegerAttr flops;
    if (form == TieForm::computed) {
      std::optional<Size> count = flopsBehind(occurrence.wire, axes);
      if (std::optional<int64_t> number = count ? count->constant() : std::nullopt)
        flops = builder.getI64IntegerAttr(*number);
    }
    TieOp::create(builder, occurrence.location, occurrence.path, form, occurrence.wire, occurrence.cells,
                  flops);
  }
}

void Resolver::occurrence(StringRef path, const Place &place, Location location) {
  const GivenWeight given = place.given->lookup(path);
  NetworkWire wire = inliner.broadcast(given.wire, place.lead, location);
  resolved[path] = wire;
  ArrayAttr cells = given.cells.empty() ? ArrayAttr() : builder.getArrayAttr(given.cells);
  occurrences.push_back({path.str(), wire.value, cells, location});
}

void Resolver::morphism(MorphismOp morphism, const Place &place) {
  if (BoxOp box = boxOfCell(morphism))
    return cell(morphism, box, place);
  for (unsigned i = 0; i < morphism.weightCount(); ++i) {
    StringRef name = cast<StringAttr>(morphism.getWeightNames()[i]).getValue();
    occurrence(joinPath(place.path, name), place, morphism.weight(i).getLoc());
  }
  block(morphism.block(), place);
}

// What the box's weights are: those that the cell ties are wires of its equations.
void Resolver::cell(MorphismOp cell, BoxOp box, const Place &place) {
  InlinedOccurrence inner = equationsOf(cell, place);
  MorphismOp callee = weightTable.find(box.getCalleeAttr().getAttr());
  std::string path = joinPath(place.path, box.getName());
  GivenTable given;
  for (const OccurrenceWeight &weight : weightTable.of(callee)) {
    std::string inside = joinPath(path, weight.path);
    given[inside] = place.given->lookup(inside);
  }
  for (auto [i, inside] : llvm::enumerate(box.tiedPaths())) {
    GivenWeight &weight = given[joinPath(path, inside)];
    weight.wire = inner.wires.lookup(box.getTied()[i]).front();
    StringRef by = box.getTiedBy() ? cast<StringAttr>((*box.getTiedBy())[i]).getValue() : "";
    if (by.empty())
      weight.cells = place.given->lookup(joinPath(place.path, inside)).cells;
    else
      weight.cells = {builder.getStringAttr(by)};
  }
  morphism(callee, {path, &given, place.lead});
}

InlinedOccurrence Resolver::equationsOf(MorphismOp cell, const Place &place) {
  InlinedOccurrence inner{place.path, resolved};
  for (unsigned i = 0; i < cell.weightCount(); ++i) {
    StringRef name = cast<StringAttr>(cell.getWeightNames()[i]).getValue();
    inner.wires[cell.weight(i)] = {place.given->lookup(joinPath(place.path, name)).wire};
  }
  for (Operation &op : cell.block()) {
    if (auto copy = dyn_cast<CopyOp>(op)) {
      for (Value result : copy.getResults())
        inner.wires[result] = NetworkWires(inner.wires.lookup(copy.getWire()));
    } else if (auto equation = dyn_cast<EquationOp>(op)) {
      // Scalar morphisms with weights may be called in a formula.
      operation(op, place);
      NetworkWire wire = inliner.inlineEquation(equation, inner);
      nameParts(wire.value.getDefiningOp<EquationOp>(), equation, wire.lead.size(), place.path);
      inner.wires[equation.getResult()] = {wire};
    }
  }
  return inner;
}

// Formulas are read by people: indices and wires keep the names that the program gave them, and what is made
// is called by its path.
void Resolver::nameParts(EquationOp equation, EquationOp original, size_t lead, StringRef path) {
  SmallVector<Attribute> indices, wires;
  equation.setName(joinPath(path, original.getName()));
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    SmallVector<Attribute> names;
    for (BlockArgument index : equation.indices(clause).take_front(lead))
      names.push_back(
          builder.getStringAttr(cast<ObjectType>(index.getType()).getElement().getValue().lower()));
    if (original.getIndexNames() && clause < original.getIndexNames()->size())
      llvm::append_range(names, cast<ArrayAttr>((*original.getIndexNames())[clause]));
    indices.push_back(builder.getArrayAttr(names));
  }
  for (Value wire : equation.getWires()) {
    auto argument = dyn_cast<BlockArgument>(wire);
    wires.push_back(argument ? cast<StringAttr>(ties.getWeightNames()[argument.getArgNumber()])
                             : wire.getDefiningOp<EquationOp>().getNameAttr());
  }
  equation.setIndexNamesAttr(builder.getArrayAttr(indices));
  equation.setNamesAttr(builder.getArrayAttr(wires));
}

void Resolver::block(Block &block, const Place &place) {
  for (Operation &op : block)
    operation(op, place);
}

// `chain` and `each`: every weight inside has the axis in front.
void Resolver::eachPosition(Block &body, StringAttr axis, const Place &place) {
  LeadAxis here = inliner.newLevel(axis);
  GivenTable inside;
  for (const OccurrenceWeight &weight : storedUnder(body, place.path)) {
    GivenWeight given = place.given->lookup(weight.path);
    given.wire.lead.push_back(here);
    inside[weight.path] = std::move(given);
  }
  Place inner{place.path, &inside, place.lead};
  inner.lead.push_back(here);
  block(body, inner);
}

void Resolver::operation(Operation &op, const Place &place) {
  auto callee = [&](FlatSymbolRefAttr symbol, StringRef name) {
    morphism(weightTable.find(symbol.getAttr()), {joinPath(place.path, name), place.given, place.lead});
  };
  auto inside = [&](Block &body, StringRef name) {
    block(body, {joinPath(place.path, name), place.given, place.lead});
  };
  TypeSwitch<Operation *>(&op)
      .Case([&](BoxOp box) { callee(box.getCalleeAttr(), box.getName()); })
      .Case([&](CallOp call) { callee(call.getCalleeAttr(), call.getName()); })
      .Case([&](GroupOp group) { inside(group.getBody().front(), group.getName()); })
      .Case<IterateOp, MapOp, ScanOp, FoldlOp, UnfoldOp>(
          [&](auto frame) { inside(frame.block(), frame.getName().value_or("")); })
      .Case<EachOp, ChainOp>([&](auto frame) {
        std::string path = joinPath(place.path, frame.getName().value_or(""));
        eachPosition(frame.block(), frame.getAxisAttr(), {path, place.given, place.lead});
      })
      .Default([&](Operation *other) {
        for (Region &region : other->getRegions())
          for (Block &nested : region)
            block(nested, place);
      });
}

TiesOp resolveTies(MorphismOp entry) {
  OpBuilder builder(entry->getContext());
  builder.setInsertionPointAfter(entry);
  SmallVector<Attribute> names, inits;
  std::vector<OccurrenceWeight> weights = weightsOf(entry);
  for (const OccurrenceWeight &weight : weights) {
    names.push_back(builder.getStringAttr(weight.path));
    inits.push_back(weight.init);
  }
  auto ties = TiesOp::create(builder, entry.getLoc(), FlatSymbolRefAttr::get(entry.getSymNameAttr()),
                             builder.getArrayAttr(names), builder.getArrayAttr(inits));
  Block *block = builder.createBlock(&ties.getBody());
  for (const OccurrenceWeight &weight : weights)
    block->addArgument(weight.type, weight.location);
  Resolver(builder, ties).run(entry);
  return ties;
}

namespace {
struct ResolveTies : impl::ResolveTiesBase<ResolveTies> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto symbol = module->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
    auto entry = symbol ? module.lookupSymbol<MorphismOp>(symbol.getValue()) : MorphismOp();
    if (entry && !tiesOf(module, entry.getSymName()))
      resolveTies(entry);
  }
};
} // namespace

} // namespace weft
