#include "compiler/draw/PictureBuilder.h"

#include "compiler/draw/FrameBuilder.h"
#include "lib/draw/Colours.h"
#include "lib/draw/UsedAxes.h"

using namespace mlir;

namespace weft {

static std::string productText(ArrayAttr types) {
  std::string text;
  for (Type type : types.getAsValueRange<TypeAttr>())
    text += (text.empty() ? "" : " * ") + typeText(type);
  return text;
}

namespace {
class Builder {
public:
  explicit Builder(ModuleOp module)
      : module(module), table(module),
        state{.picture = picture, .axes = table, .indices = indices, .flops = Flops(table)} {
    for (AxisOp axis : module.getOps<AxisOp>()) {
      StringRef name = axis.getSymName();
      indices.add(name);
      picture.axes.push_back({name.str(), table.size(name).text(), !table.size(name).constant(), 0, 0});
    }
  }
  void addRoot(MorphismOp entry);
  void addCell(CellSides cell);
  draw::Picture finish();

private:
  std::string verdictOf(CellSides cell);
  std::string numbers(int frame) {
    const std::optional<Size> &stored = state.numbers[frame];
    return stored ? stored->text() : "";
  }

  ModuleOp module;
  AxisTable table;
  AxisIndices indices;
  draw::Picture picture;
  PictureState state;
};
} // namespace

void Builder::addRoot(MorphismOp entry) {
  picture.name = entry.getSymName().str();
  picture.type = productText(entry.getInputTypes()) + " -> " + productText(entry.getOutputTypes());
  picture.root = frameOf(state, entry);
  picture.frames[picture.root].kind = draw::FrameKind::network;
  picture.weights = numbers(picture.root);
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getSubject() == entry.getSymName())
      picture.claims.push_back(claim.getProperty().str() + " " + claim.getVerdict().str());
}

// A cell makes its target, unless that was there before: then both are claimed to be equal.
std::string Builder::verdictOf(CellSides cell) {
  if (cell.made == cell.to)
    return "by definition";
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getCell() && *claim.getCell() == cell.name)
      return claim.getVerdict().str();
  return "open";
}

void Builder::addCell(CellSides cell) {
  draw::CellFacts facts;
  facts.name = cell.name;
  facts.source = sourceText(cell.made.getLoc());
  facts.from = frameOf(state, cell.from);
  facts.fromName = cell.from.getSymName().str();
  facts.toName = cell.to.getSymName().str();
  facts.fromWeights = numbers(facts.from);
  facts.verdict = verdictOf(cell);
  // What the cell itself says; one made of others, what they say.
  const std::vector<draw::Tie> &ties = picture.frames[frameOf(state, cell.made)].ties;
  bool saysAny = llvm::any_of(ties, [&](const draw::Tie &tie) { return tie.cell == cell.name; });
  for (const draw::Tie &tie : ties) {
    SmallVector<StringRef> lines;
    StringRef(tie.formula).split(lines, '\n');
    if (!saysAny || tie.cell == cell.name)
      facts.formulas.insert(facts.formulas.end(), lines.begin(), lines.end());
  }
  picture.cell = std::move(facts);
  picture.name = cell.name;
}

draw::Picture Builder::finish() {
  keepUsedAxes(picture);
  assignHues(picture);
  return std::move(picture);
}

draw::Picture pictureOf(ModuleOp module, MorphismOp entry) {
  Builder builder(module);
  builder.addRoot(entry);
  return builder.finish();
}

draw::Picture pictureOf(ModuleOp module, CellSides cell) {
  Builder builder(module);
  builder.addRoot(cell.to);
  builder.addCell(cell);
  return builder.finish();
}

} // namespace weft
