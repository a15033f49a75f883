#include "compiler/target/cpu/ContractionTiling.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Tiling {
public:
  Tiling(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target, bool isBound)
      : plan(plan), axes(axes), target(target), isBound(isBound), lanes(target.lanes(plan.elementBytes)) {}

  // Registers hold rows × vectors accumulators, a row of vectors of the panel, one broadcast, and what a term
  // needs on its way. Among widths that waste no more columns than the best, the one with the most work a
  // load.
  void chooseTile() {
    int64_t columns = 1;
    bool known = true;
    for (BlockArgument index : plan.columns) {
      std::optional<int64_t> size = count(index);
      known &= size.has_value();
      columns *= size.value_or(1);
    }
    std::optional<int64_t> rowCount = count(plan.rows);
    double best = -1;
    for (unsigned vectors = 1; vectors <= 4; ++vectors) {
      // Row counts are most often multiples of 8.
      unsigned rows =
          std::min<unsigned>((target.registers - vectors - 1 - plan.terms.temporaries) / vectors, 8);
      if (target.registers == 16 && vectors > 3)
        continue;
      int64_t width = vectors * lanes;
      double filled = known          ? double(columns) / ((columns + width - 1) / width * width)
                      : vectors <= 2 ? 1
                                     : 0.9;
      double score = filled * rows * vectors / (rows + vectors);
      // A few rows wait for the panels to come from memory: once, if one tile can take them.
      if (rowCount && *rowCount <= 8 && *rowCount > rows)
        score /= 2;
      if (score > best) {
        best = score;
        plan.panelVectors = vectors;
        plan.tileRows = rows;
      }
    }
  }

  // A block of rows takes a third of the second cache; a panel and the one that is fetched meanwhile an
  // eighth each, or up to a half where the sum cannot be cut more finely.
  void chooseBlocks() {
    ArrayRef<BlockArgument> summed = plan.summed;
    std::optional<int64_t> terms = count(summed), inner = count(summed.drop_front());
    int64_t panelTermBytes = int64_t(plan.panelVectors) * lanes * plan.packedBytes;
    int64_t mostTerms = target.level2 / 8 / panelTermBytes, termsAtOnce = terms.value_or(mostTerms);
    std::optional<int64_t> rows = count(plan.rows);
    // A panel that one tile reads once need not stay anywhere.
    bool isReadOnce = rows && *rows <= plan.tileRows;
    if (terms && *terms > mostTerms && *inner <= 4 * mostTerms && *inner < *terms && !isReadOnce &&
        !plan.lines) {
      int64_t outer = *terms / *inner, parts = std::min((*terms + mostTerms - 1) / mostTerms, outer);
      int64_t unit = summed.size() == 1 ? 4 : 1;
      plan.partTerms = std::max<int64_t>(((outer + parts - 1) / parts + unit - 1) / unit * unit, 1);
      plan.innerTerms = *inner;
      termsAtOnce = plan.partTerms * *inner;
    }
    int64_t rowBytes = std::max<int64_t>(termsAtOnce, 1) * plan.elementBytes;
    int64_t height = plan.tileRows;
    plan.blockRows = std::max<int64_t>(target.level2 / 3 / rowBytes / height, 4) * height;
    if (rows && plan.partTerms)
      plan.blockRows = std::min(plan.blockRows, std::max<int64_t>(*rows, 1));
    if (rows && !isBound && plan.packedBytes == plan.elementBytes && !plan.terms.asksForRanges() &&
        *rows * rowBytes <= target.level2 / 2) {
      plan.packsInTurn = true;
      plan.blockRows = std::max<int64_t>(*rows, 1);
    }
    int64_t panelBytes = plan.blockRows * panelTermBytes;
    plan.blockPanels = std::max<int64_t>(target.level2 / 2 / panelBytes, 1);
    if (std::optional<int64_t> columns = count(plan.columns)) {
      int64_t width = plan.panelVectors * lanes;
      plan.blockPanels = std::min(plan.blockPanels, std::max<int64_t>((*columns + width - 1) / width, 1));
    }
  }

private:
  std::optional<int64_t> count(ArrayRef<BlockArgument> indices) { return knownCount(indices, axes); }

  ContractionPlan &plan;
  const AxisTable &axes;
  const CpuTarget &target;
  bool isBound;
  unsigned lanes;
};

} // namespace

std::optional<int64_t> knownCount(ArrayRef<BlockArgument> indices, const AxisTable &axes) {
  std::optional<int64_t> total = 1;
  for (BlockArgument index : indices) {
    std::optional<int64_t> size = axes.size(objectOf(index).getElement().getValue()).constant();
    total = total && size ? std::optional(*total * *size) : std::nullopt;
  }
  return total;
}

void chooseTiling(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target, bool isBound) {
  Tiling tiling(plan, axes, target, isBound);
  tiling.chooseTile();
  tiling.chooseBlocks();
}

} // namespace weft
