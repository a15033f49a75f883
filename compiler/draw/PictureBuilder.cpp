#include "compiler/draw/PictureBuilder.h"

#include "compiler/draw/FrameBuilder.h"
#include "dialects/weft/WeightPaths.h"
#include "lib/draw/Colours.h"
#include "lib/draw/UsedAxes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

static std::string productText(ArrayAttr types) {
  std::string text;
  for (Type type : types.getAsValueRange<TypeAttr>())
    text += (text.empty() ? "" : " * ") + typeText(type);
  return text;
}

// Of a product or sum of axes. A factor that is a number has no name that programs could write.
static std::string formulaOf(AxisOp axis, const AxisTable &table) {
  std::string text;
  if (axis.getParts())
    for (StringRef part : axis.getParts()->getAsValueRange<StringAttr>())
      text += (text.empty()                          ? ""
               : axis.getKind() == AxisKind::product ? " × "
                                                     : " + ") +
              (part.contains('.') ? table.size(part).text() : part.str());
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
      picture.axes.push_back(
          {name.str(), table.size(name).text(), !table.size(name).constant(), formulaOf(axis, table)});
    }
  }
  void addRoot(ArrayRef<MorphismOp> factors);
  void addCell(StringRef name, ArrayRef<CellSides> factors);
  draw::Picture finish();

private:
  int frameOfAll(ArrayRef<MorphismOp> factors) {
    return factors.size() == 1 ? frameOf(state, factors.front()) : frameOfProduct(state, factors);
  }
  void addSaved(MorphismOp entry);
  std::string verdictOf(CellSides cell);
  void addFormulas(CellSides cell, StringRef box, draw::CellFacts &facts);
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

// What stands side by side, joined by a sign.
template <typename Range, typename Text> static std::string joined(Range &&parts, StringRef sign, Text text) {
  std::string result;
  for (auto &part : parts)
    result += (result.empty() ? "" : sign.str()) + text(part);
  return result;
}

void Builder::addRoot(ArrayRef<MorphismOp> factors) {
  picture.name = joined(factors, " * ", [](MorphismOp factor) { return factor.getSymName().str(); });
  auto side = [&](auto types) {
    return joined(factors, " * ", [&](MorphismOp factor) { return productText(types(factor)); });
  };
  picture.type = side([](MorphismOp factor) { return factor.getInputTypes(); }) + " -> " +
                 side([](MorphismOp factor) { return factor.getOutputTypes(); });
  picture.root = frameOfAll(factors);
  picture.frames[picture.root].kind = draw::FrameKind::network;
  picture.weights = numbers(picture.root);
  if (factors.size() == 1)
    addSaved(factors.front());
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getSubject() == picture.name)
      picture.claims.push_back(claim.getProperty().str() + " " + claim.getVerdict().str());
}

// What the network would store without the ties around it.
void Builder::addSaved(MorphismOp entry) {
  MorphismOp untied = entry;
  while (BoxOp box = untied ? boxOfCell(untied) : BoxOp())
    untied = module.lookupSymbol<MorphismOp>(box.getCallee());
  if (!untied || untied == entry)
    return;
  const std::optional<Size> &all = state.numbers[frameOf(state, untied)];
  std::optional<Size> stored = state.numbers[picture.root];
  std::optional<Size> saved = all && stored ? subtract(*all, *stored) : std::nullopt;
  if (!saved || saved->constant().value_or(0) <= 0)
    return;
  picture.saved = saved->text();
  llvm::StringSet<> known;
  for (const draw::Tie &tie : picture.frames[picture.root].ties)
    if (known.insert(tie.cell).second)
      picture.savedBy += (picture.savedBy.empty() ? "" : ", ") + tie.cell;
}

// A cell makes its target, unless that was there before: then both are claimed to be equal.
std::string Builder::verdictOf(CellSides cell) {
  if (cell.made == cell.to)
    return "by definition";
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getOther() && claim.getCell() && *claim.getCell() == cell.cell)
      return claim.getVerdict().str();
  return "open";
}

// What the cell itself says; one made of others, what they say.
void Builder::addFormulas(CellSides cell, StringRef box, draw::CellFacts &facts) {
  const std::vector<draw::Tie> &ties = picture.frames[frameOf(state, cell.made)].ties;
  bool saysAny = llvm::any_of(ties, [&](const draw::Tie &tie) { return tie.cell == cell.cell; });
  for (const draw::Tie &tie : ties) {
    if (!cell.isComposed && saysAny && tie.cell != cell.cell)
      continue;
    SmallVector<StringRef> lines;
    StringRef(tie.formula).split(lines, '\n');
    for (StringRef line : lines)
      facts.formulas.push_back((box.empty() ? "" : box.str() + ": ") + line.str());
  }
}

void Builder::addCell(StringRef name, ArrayRef<CellSides> factors) {
  SmallVector<MorphismOp> from, to;
  for (const CellSides &factor : factors) {
    from.push_back(factor.from);
    to.push_back(factor.to);
  }
  addRoot(to);
  draw::CellFacts facts;
  facts.name = name.str();
  facts.source = sourceText(MorphismOp(factors.front().made).getLoc());
  facts.from = frameOfAll(from);
  facts.fromName = joined(from, " * ", [](MorphismOp factor) { return factor.getSymName().str(); });
  facts.toName = picture.name;
  facts.fromWeights = numbers(facts.from);
  std::vector<std::string> boxes = factorNames(to);
  for (auto [factor, box] : llvm::zip(factors, boxes)) {
    addFormulas(factor, factors.size() == 1 ? "" : box, facts);
    std::string verdict = verdictOf(factor);
    // Of several factors the weakest one counts.
    if (facts.verdict.empty() || facts.verdict == "by definition" || verdict == "open")
      facts.verdict = verdict;
  }
  picture.cell = std::move(facts);
  picture.name = name.str();
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

draw::Picture pictureOf(ModuleOp module, StringRef name, ArrayRef<CellSides> factors) {
  Builder builder(module);
  builder.addCell(name, factors);
  return builder.finish();
}

} // namespace weft
