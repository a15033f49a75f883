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

draw::Picture pictureOf(ModuleOp module, MorphismOp entry) {
  draw::Picture picture;
  picture.name = entry.getSymName().str();
  picture.type = productText(entry.getInputTypes()) + " -> " + productText(entry.getOutputTypes());
  AxisTable table(module);
  AxisIndices indices;
  for (AxisOp axis : module.getOps<AxisOp>()) {
    StringRef name = axis.getSymName();
    indices.add(name);
    picture.axes.push_back({name.str(), table.size(name).text(), !table.size(name).constant(), 0, 0});
  }
  PictureState state{.picture = picture, .axes = table, .indices = indices, .flops = Flops(table)};
  picture.root = frameOf(state, entry);
  picture.frames[picture.root].kind = draw::FrameKind::network;
  if (const std::optional<Size> &numbers = state.numbers[picture.root])
    picture.weights = numbers->text();
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getSubject() == entry.getSymName())
      picture.claims.push_back(claim.getProperty().str() + " " + claim.getVerdict().str());
  keepUsedAxes(picture);
  assignHues(picture);
  return picture;
}

} // namespace weft
