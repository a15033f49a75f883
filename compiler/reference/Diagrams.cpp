// Wires in order: boxes, copies, packed wires, groups, and fixed points.
#include "compiler/reference/Evaluation.h"
#include "dialects/weft/WeightPaths.h"
#include "llvm/ADT/TypeSwitch.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::reference {

// Tensors larger than this are refused, not tried.
static constexpr int64_t mostElements = int64_t(1) << 31;

FailureOr<Wire> Evaluation::allocate(Type type, Location location) {
  Wire wire;
  if (auto tuple = dyn_cast<TupleType>(type)) {
    for (Type part : tuple) {
      FailureOr<Wire> inner = allocate(part, location);
      if (failed(inner))
        return mlir::failure();
      wire.parts.push_back(*inner);
    }
    return wire;
  }
  auto object = cast<ObjectType>(type);
  SmallVector<int64_t> shape;
  __int128 count = 1;
  for (StringAttr axis : object.getAxes()) {
    FailureOr<int64_t> size = axisSize(axis, location);
    if (failed(size))
      return mlir::failure();
    shape.push_back(*size);
    count = std::min<__int128>(count * *size, __int128(mostElements) + 1);
  }
  if (count > mostElements && !llvm::is_contained(shape, 0))
    return fail("limit", fmt::format("a wire has more than {} elements", mostElements), location);
  wire.tensor = Tensor(object.isReal(), shape);
  return wire;
}

Wires Evaluation::wiresOf(ValueRange values) {
  return llvm::map_to_vector<4>(values, [&](Value value) { return wires[value]; });
}

void Evaluation::define(ResultRange results, ArrayRef<Wire> values) {
  for (auto [result, value] : llvm::zip(results, values))
    wires[result] = value;
}

std::vector<bool> Evaluation::marked(ResultRange results) {
  std::vector<bool> marks;
  for (Value result : results)
    marks.push_back(inForce.back()->wires.count(result));
  return marks;
}

LogicalResult Evaluation::runOperations(Block &block, const Needs::OfBlock &needed) {
  inForce.push_back(&needed);
  llvm::scope_exit leave([&] { inForce.pop_back(); });
  for (Operation &op : block.without_terminator())
    if (needed.operations.count(&op) && failed(runWireOp(op)))
      return mlir::failure();
  return success();
}

// The wires that a block's terminator takes.
FailureOr<Wires> Evaluation::runBlock(Block &block, ArrayRef<Wire> arguments,
                                      const std::vector<bool> &results) {
  for (auto [argument, wire] : llvm::zip(block.getArguments(), arguments))
    wires[argument] = wire;
  if (failed(runOperations(block, needs.of(block, results))))
    return mlir::failure();
  return wiresOf(block.getTerminator()->getOperands());
}

LogicalResult Evaluation::runWireOp(Operation &op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](EquationOp equation) { return runEquation(equation); })
      .Case([&](BoxOp box) { return runBox(box); })
      .Case([&](GroupOp group) { return runGroup(group); })
      .Case([&](IterateOp loop) { return runIterate(loop); })
      .Case([&](ContractOp contract) { return runContract(contract); })
      .Case<MapOp, ScanOp, FoldlOp, UnfoldOp>([&](auto frame) { return runFrame(frame, false); })
      .Case<EachOp, ChainOp>([&](auto frame) { return runFrame(frame, true); })
      .Case([&](CopyOp copy) {
        for (Value result : copy.getCopies())
          wires[result] = Wire(wires[copy.getWire()]);
        return success();
      })
      .Case([&](PackOp pack) {
        Wires parts = wiresOf(pack.getWires());
        wires[pack.getPacked()] = {{}, std::vector<Wire>(parts.begin(), parts.end())};
        return success();
      })
      .Case([&](UnpackOp unpack) {
        Wire packed = wires[unpack.getPacked()];
        define(unpack->getResults(), packed.parts);
        return success();
      })
      .Case([&](DropOp) { return success(); })
      .Default([&](Operation *other) {
        return fail("feature.later",
                    fmt::format("`{}` has no meaning among wires", other->getName().getStringRef().str()),
                    other->getLoc());
      });
}

LogicalResult Evaluation::runBox(BoxOp box) {
  auto callee = symbols.lookup<MorphismOp>(box.getCallee());
  // A box without a level of its own may tie a path that is also the name of a weight kept outside.
  llvm::StringMap<Weight> outside;
  for (auto [inner, wire] : llvm::zip(box.tiedPaths(), box.getTied())) {
    if (hasMap)
      break;
    std::string path = joinPath(joinPath(place.path, box.getName()), inner);
    outside[path] = std::exchange(weights[path], {wires[wire].tensor, place.indices.size()});
  }
  llvm::scope_exit restore([&] {
    for (auto &entry : outside)
      weights[entry.getKey()] = entry.second;
  });
  FailureOr<Wires> outputs =
      runMorphism(callee, wiresOf(box.getWires()), box.getName(), marked(box->getResults()));
  if (succeeded(outputs))
    define(box->getResults(), *outputs);
  return outputs;
}

LogicalResult Evaluation::runGroup(GroupOp group) {
  std::string outer = place.path;
  place.path = joinPath(outer, group.getName());
  FailureOr<Wires> outputs =
      runBlock(group.getBody().front(), wiresOf(group.getWires()), marked(group->getResults()));
  place.path = outer;
  if (succeeded(outputs))
    define(group->getResults(), *outputs);
  return outputs;
}

// Until an application changes nothing, or so many times; the last result says which. Less than none is none.
LogicalResult Evaluation::runIterate(IterateOp loop) {
  FailureOr<int64_t> bound =
      known(sizes.number(*Size::parse(loop.getBound().str()), "the bound of `iterate`", loop.getLoc()));
  if (failed(bound))
    return mlir::failure();
  std::string outer = place.path;
  place.path = joinPath(outer, loop.getName().value_or(""));
  llvm::scope_exit leave([&] { place.path = outer; });
  Wires states = wiresOf(loop.getStates()), contexts = wiresOf(loop.getContexts());
  bool settled = false;
  for (int64_t i = 0; i < *bound && !settled; ++i) {
    Wires arguments(states);
    arguments.append(contexts);
    FailureOr<Wires> next = runBlock(loop.block(), arguments, std::vector<bool>(states.size(), true));
    if (failed(next))
      return mlir::failure();
    settled = llvm::all_of(llvm::zip(states, *next),
                           [](auto pair) { return same(std::get<0>(pair), std::get<1>(pair)); });
    states = *next;
  }
  states.push_back({Tensor::ofScalar(false, Scalar::ofInteger(settled)), {}});
  define(loop->getResults(), states);
  return success();
}

} // namespace weft::reference
