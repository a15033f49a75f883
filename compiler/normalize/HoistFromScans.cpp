// What a scan computes without its states is computed for all positions at once, before it:
//
//   h = scan over T states(h0) elements(x) { u[e] = sum[i](W[e, i] * x[i])   h'[e] = f(u[e], h) }
//     ⟹  u[t, e] = sum[i](W[e, i] * x[t, i])   h = scan over T states(h0) elements(u) { h'[e] = f(u[e], h) }
//
// The law: strength. The gain: a product with one row a position becomes one product with as many rows as
// positions, and what needs neither states nor elements is computed once. Only contractions are worth the
// memory of all positions, with the equations that they read; a product with weights of the position's own (a
// chain's layers) gains nothing and stays. Only what raises no error moves.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/Totality.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_HOISTFROMSCANS
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool isContraction(FoldOp fold) {
  auto yields = fold.getArguments().front().getTerminator()->getOperands();
  auto product = yields.size() == 1 ? yields[0].getDefiningOp<ApplyOp>() : ApplyOp();
  return product && product.getFunction() == Function::mul;
}

static bool isTotalEquation(EquationOp equation) {
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    DefineOp define = equation.define(clause);
    if (!isTotalOperation(define) || !isTotal(define.getValue()))
      return false;
  }
  return true;
}

namespace {

// What a wire of the body depends on, the most of it.
enum class Need { nothing, elements, states };

class BodyOfScan {
public:
  explicit BodyOfScan(ScanOp scan) : scan(scan), body(scan.block()) {
    for (auto [i, argument] : llvm::enumerate(body.getArguments())) {
      unsigned states = scan.getStates().size();
      needs[argument] =
          i < states || isOfWeights(scan.getElements()[i - states]) ? Need::states : Need::elements;
    }
  }

  void hoist() {
    splitContractions();
    SmallVector<EquationOp> chosen = choose();
    for (EquationOp equation : chosen)
      moveOut(equation);
    if (!hoisted.empty())
      extendScan();
  }

private:
  Need needOf(Value wire) const {
    auto known = needs.find(wire);
    return known == needs.end() ? Need::nothing : known->second;
  }
  Need needOf(ValueRange wires) const {
    Need most = Need::nothing;
    for (Value wire : wires)
      most = std::max(most, needOf(wire));
    return most;
  }

  // A contraction of elements inside an equation of states gets an equation of its own; on the way, what each
  // wire needs is noted.
  void splitContractions() {
    for (Operation &op : llvm::make_early_inc_range(body.without_terminator())) {
      auto equation = dyn_cast<EquationOp>(op);
      if (!equation) {
        // Frames and contracts read from outside in ways of their own.
        for (Value result : op.getResults())
          needs[result] = Need::states;
        continue;
      }
      if (needOf(equation.getWires()) == Need::states)
        while (FoldOp fold = contractionOfElements(equation)) {
          Value wire = cast<ReadOp>(splitOut(equation, fold.getResult()).getDefiningOp()).getWire();
          Value split =
              equation.getWires()[cast<BlockArgument>(wire).getArgNumber() - equation.indices(0).size()];
          needs[split] = needOf(split.getDefiningOp<EquationOp>().getWires());
        }
      prune(equation);
      needs[equation.getResult()] = needOf(equation.getWires());
    }
  }

  FoldOp contractionOfElements(EquationOp equation) {
    if (equation.getClauses().size() != 1)
      return {};
    FoldOp found;
    equation->walk([&](FoldOp fold) {
      if (found || fold->getParentOp() != equation || !isContraction(fold) || !isTotal(fold.getResult()))
        return;
      Need most = Need::nothing;
      forEachPart(fold.getResult(), [&](Operation *part) {
        if (auto read = dyn_cast<ReadOp>(part))
          most = std::max(most, needOf(wireOf(read, equation)));
      });
      if (most == Need::elements)
        found = fold;
    });
    return found;
  }

  static Value wireOf(ReadOp read, EquationOp equation) {
    unsigned number = cast<BlockArgument>(read.getWire()).getArgNumber();
    return equation.getWires()[number - equation.indices(0).size()];
  }

  // Contractions of elements with the equations that they read, and whatever needs neither elements nor
  // states; in order.
  SmallVector<EquationOp> choose() {
    llvm::DenseSet<Operation *> wanted;
    for (Operation &op : llvm::reverse(body.without_terminator())) {
      auto equation = dyn_cast<EquationOp>(op);
      if (!equation || needOf(equation.getResult()) == Need::states || !isTotalEquation(equation))
        continue;
      bool contracts = false;
      equation->walk([&](FoldOp fold) { contracts |= isContraction(fold); });
      bool isRead =
          llvm::any_of(equation->getUsers(), [&](Operation *user) { return wanted.contains(user); });
      if ((contracts || isRead || needOf(equation.getResult()) == Need::nothing) && canMove(equation))
        wanted.insert(equation);
    }
    return llvm::map_to_vector(
        llvm::make_filter_range(body, [&](Operation &op) { return wanted.contains(&op); }),
        [](Operation &op) { return cast<EquationOp>(op); });
  }

  // Whether all that it reads can stand outside too.
  bool canMove(EquationOp equation) const {
    return llvm::all_of(equation.getWires(), [&](Value wire) {
      auto source = wire.getDefiningOp<EquationOp>();
      if (!source || source->getBlock() != &body)
        return needOf(wire) != Need::states;
      return isTotalEquation(source) && canMove(source);
    });
  }

  void moveOut(EquationOp equation) {
    if (needOf(equation.getResult()) == Need::nothing) {
      equation->moveBefore(scan);
      return;
    }
    OpBuilder builder(scan);
    StringAttr axis = scan.getAxisAttr();
    SmallVector<StringAttr> axes{axis};
    llvm::append_range(axes, objectOf(equation.getResult()).getAxes());
    SmallVector<Value> wires;
    SmallVector<std::optional<unsigned>> depths; // where the position goes in a read of the wire
    for (Value wire : equation.getWires()) {
      auto [outside, depth] = outsideOf(wire);
      wires.push_back(outside);
      depths.push_back(depth);
    }
    Location location = equation.getLoc();
    auto whole =
        EquationOp::create(builder, location, objectOf(equation.getResult()).over(axes),
                           equation.getNameAttr(), nullptr, nullptr, wires, equation.getClauses().size());
    for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
      copyClause(builder, equation, whole, clause, depths);
    hoisted.push_back({equation, whole});
    replacement[equation.getResult()] = whole.getResult();
  }

  // What a wire of the body is outside, and where the scan's axis stands in it.
  std::pair<Value, std::optional<unsigned>> outsideOf(Value wire) {
    if (auto known = replacement.find(wire); known != replacement.end())
      return {known->second, 0u};
    auto argument = dyn_cast<BlockArgument>(wire);
    if (!argument || argument.getOwner() != &body)
      return {wire, std::nullopt};
    unsigned element = argument.getArgNumber() - scan.getStates().size();
    return {scan.getElements()[element], unsigned(scan.elementDepth(element))};
  }

  void copyClause(OpBuilder &builder, EquationOp equation, EquationOp whole, unsigned number,
                  ArrayRef<std::optional<unsigned>> depths) {
    OpBuilder::InsertionGuard guard(builder);
    Location location = equation.getLoc();
    Block *block = builder.createBlock(&whole.getClauses()[number]);
    ObjectType indexType = ObjectType::get(builder.getContext(), scan.getAxisAttr(), {});
    BlockArgument position = block->addArgument(indexType, location);
    IRMapping map;
    for (BlockArgument index : equation.indices(number))
      map.map(index, block->addArgument(index.getType(), location));
    for (auto [i, wire] : llvm::enumerate(whole.getWires()))
      map.map(equation.wireArgument(number, i), block->addArgument(wire.getType(), location));
    for (Operation &op : equation.getClauses()[number].front().without_terminator())
      builder.clone(op, map);
    block->walk([&](ReadOp read) {
      unsigned wire = cast<BlockArgument>(read.getWire()).getArgNumber() - whole.indices(number).size();
      if (depths[wire])
        read->insertOperands(1 + *depths[wire], position);
    });
    DefineOp define = equation.define(number);
    SmallVector<Value> positions{position};
    for (Value given : define.getPositions())
      positions.push_back(map.lookup(given));
    DefineOp::create(builder, define.getLoc(), map.lookup(define.getValue()), positions);
  }

  // The scan with what was hoisted as elements, where its body still reads it.
  void extendScan() {
    unsigned before = scan.getStates().size() + scan.getElements().size();
    SmallVector<Value> elements(scan.getElements());
    SmallVector<int64_t> depths;
    for (unsigned i = 0; i < elements.size(); ++i)
      depths.push_back(scan.elementDepth(i));
    for (auto [equation, whole] : llvm::reverse(hoisted)) {
      if (!equation->use_empty()) {
        Value element = body.insertArgument(before, equation.getResult().getType(), equation.getLoc());
        equation.getResult().replaceAllUsesWith(element);
        elements.insert(elements.begin() + (before - scan.getStates().size()), whole.getResult());
        depths.insert(depths.begin() + (before - scan.getStates().size()), 0);
      }
      equation.erase();
    }
    for (unsigned i = 0; i < scan.getNumResults() - scan.getStates().size(); ++i)
      depths.push_back(scan.outputDepth(i));
    OpBuilder builder(scan);
    auto extended =
        ScanOp::create(builder, scan.getLoc(), scan.getResultTypes(), scan.getNameAttr(), scan.getAxisAttr(),
                       builder.getDenseI64ArrayAttr(depths), scan.getStates(), elements, scan.getContexts());
    extended.getBody().takeBody(scan.getBody());
    scan.replaceAllUsesWith(extended);
    scan.erase();
  }

  ScanOp scan;
  Block &body;
  llvm::DenseMap<Value, Need> needs;
  llvm::DenseMap<Value, Value> replacement;
  SmallVector<std::pair<EquationOp, EquationOp>> hoisted;
};

struct HoistFromScans : impl::HoistFromScansBase<HoistFromScans> {
  void runOnOperation() override {
    SmallVector<ScanOp> scans;
    getOperation()->walk([&](ScanOp scan) { scans.push_back(scan); });
    for (ScanOp scan : scans)
      if (!scan.getStates().empty())
        BodyOfScan(scan).hoist();
  }
};

} // namespace

} // namespace weft
