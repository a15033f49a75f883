#include "compiler/elaborate/Factors.h"
#include "compiler/elaborate/CellPaths.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

namespace {

// A box, a frame or a named part: what it is called, and what is inside of it.
struct Level {
  StringRef name;
  Block *inside = nullptr;
};

} // namespace

static Level levelOf(const State &state, Operation &op) {
  return TypeSwitch<Operation *, Level>(&op)
      .Case([&](BoxOp box) {
        MorphismOp callee = state.workspace->morphism(box.getCallee());
        return Level{box.getName(), callee ? &callee.block() : nullptr};
      })
      .Case([](GroupOp group) { return Level{group.getName(), &group.getBody().front()}; })
      .Case<MapOp, ScanOp, FoldlOp, UnfoldOp, EachOp, ChainOp, IterateOp>(
          [](auto frame) { return Level{frame.getName().value_or(""), &frame.block()}; })
      .Default([](Operation *) { return Level(); });
}

static Block *blockAt(const State &state, Block &block, StringRef path) {
  for (Operation &op : block) {
    Level level = levelOf(state, op);
    StringRef rest = path;
    if (!level.inside || (!level.name.empty() && !isUnder(path, level.name, rest)))
      continue;
    if (rest.empty())
      return level.inside;
    if (Block *found = blockAt(state, *level.inside, rest))
      return found;
  }
  return nullptr;
}

// What adds no level to paths is looked through: a frame without a name, what a cell starts from.
static Block &named(const State &state, Block &block) {
  for (Operation &op : block)
    if (Level level = levelOf(state, op); level.inside && level.name.empty())
      return named(state, *level.inside);
  return block;
}

std::vector<std::string> factorsAt(const State &state, MorphismOp morphism, StringRef path) {
  Block *block = blockAt(state, morphism.block(), path);
  std::vector<std::string> factors;
  if (!block)
    return factors;
  for (Operation &op : named(state, *block).without_terminator()) {
    Level level = levelOf(state, op);
    bool isBeside = llvm::all_of(op.getOperands(), [](Value wire) { return isa<BlockArgument>(wire); });
    if (level.name.empty() || !isBeside)
      return {};
    factors.push_back(level.name.str());
  }
  return factors;
}

} // namespace weft
