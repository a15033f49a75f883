#include "compiler/target/cpu/ContractionTiling.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static int64_t roundedUp(int64_t count, int64_t unit) { return (count + unit - 1) / unit; }

static bool liesAlong(FactorRead &factor, Value index, const AxisTable &axes) {
  return lastPosition(factor.read.getPositions(), axes) == index;
}

/// Whether the second factor of a plan is known not to stay in the second cache.
static bool readsFar(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target) {
  std::optional<int64_t> terms = knownCount(plan.fold.indices(), axes),
                         columns = knownCount(plan.columns, axes);
  return terms && columns && *terms * *columns * plan.elementBytes > target.level2;
}

/// Whether it is known to stay in the first cache.
static bool staysNear(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target) {
  std::optional<int64_t> terms = knownCount(plan.fold.indices(), axes),
                         columns = knownCount(plan.columns, axes);
  return terms && columns && *terms * *columns * plan.elementBytes <= target.level1 / 2;
}

/// Whether lines of the second factor come from far away, all batches together, or take each other's place in
/// the caches.
static bool comesSlowly(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target) {
  constexpr int64_t setBytes = 2048;
  if (!readsFar(plan, axes, target))
    return false;
  int64_t line = *knownCount(plan.columns, axes) * plan.elementBytes;
  int64_t lines = *knownCount(plan.fold.indices(), axes) * knownCount(plan.batch, axes).value_or(1);
  return line % setBytes == 0 || line * lines >= 4 * target.level2;
}

/// From how many lines at once a factor that is read in place comes, where these follow each other from panel
/// to panel, so that the processor fetches them ahead: as few as it can follow at once where they come slowly
/// and few rows wait for them. 0: the factor stays in the second cache, or its terms come in too many pieces.
static int64_t streamsInPlace(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target) {
  constexpr int64_t few = 8, many = 32, fewRows = 8;
  if (!plan.isInPlace || !readsFar(plan, axes, target))
    return 0;
  bool waits = comesSlowly(plan, axes, target) && knownCount(plan.rows, axes).value_or(many) <= fewRows;
  int64_t streams = waits ? few : many;
  return *knownCount(plan.fold.indices().drop_front(), axes) <= 4 * streams ? streams : 0;
}

namespace {

class Tiling {
public:
  /// Of one tile: their sums and two vectors of a panel fill 32 registers.
  static constexpr unsigned mostTileRows = 14;
  /// Multiply-adds a load, beyond which loads do not count.
  static constexpr double enoughWork = 1.5;
  /// Of a tile: with fewer, panels are wanted faster than the second cache gives them.
  static constexpr double enoughRows = 6;

  Tiling(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target, bool isBound)
      : plan(plan), axes(axes), target(target), isBound(isBound), lanes(target.lanes(plan.elementBytes)),
        streams(streamsInPlace(plan, axes, target)) {}

  // Registers hold rows × vectors accumulators, a row of vectors of the panel, one broadcast, and what a term
  // needs on its way. The width with the most work a load, on the average over panels, of which the last has
  // what is left.
  void chooseTile() {
    int64_t columns = 1;
    bool known = true;
    for (BlockArgument index : plan.columns) {
      std::optional<int64_t> size = count(index);
      known &= size.has_value();
      columns *= size.value_or(1);
    }
    std::optional<int64_t> rowCount = count(plan.rows);
    // Row counts are most often multiples of 8. What is read in place is read once for each tile, unless few
    // terms come at once.
    bool readsAnew = plan.isInPlace && !streams && !staysNear(plan, axes, target);
    unsigned most = readsAnew && rowCount ? mostTileRows : 8;
    double best = -1;
    for (unsigned vectors = 1; vectors <= 4; ++vectors) {
      unsigned rows =
          std::min<unsigned>((target.registers - vectors - 1 - plan.terms.temporaries) / vectors, most);
      // Of few rows more vectors at once, so that their sums do not wait for each other.
      if (plan.isInPlace && rowCount)
        rows = std::min<int64_t>(rows, std::max<int64_t>(*rowCount, 1));
      if (target.registers == 16 && vectors > 3)
        continue;
      double score = known ? workALoad(rows, vectors, std::max<int64_t>(roundedUp(columns, lanes), 1))
                     : vectors <= 2 ? workALoad(rows, vectors, vectors)
                                    : workALoad(rows, vectors, vectors) * 0.9;
      if (readsAnew && rowCount && *rowCount > 8)
        score = std::min(score, enoughWork) * *rowCount / roundedUp(*rowCount, rows);
      // A few rows wait for the panels to come from memory: once, if one tile can take them.
      if (!streams && rowCount && *rowCount <= most && *rowCount > rows)
        score /= 1.5;
      if (score > best) {
        best = score;
        plan.panelVectors = vectors;
        plan.tileRows = rows;
      }
    }
  }

  // A block of rows takes a third of the second cache; a panel and the one that is fetched meanwhile about an
  // eighth each, or up to a half where the sum cannot be cut more finely.
  void chooseBlocks() {
    ArrayRef<BlockArgument> summed = plan.summed;
    std::optional<int64_t> terms = count(summed), inner = count(summed.drop_front());
    int64_t panelTermBytes = int64_t(plan.panelVectors) * lanes * plan.packedBytes;
    int64_t mostTerms = target.level2 / 8 / panelTermBytes;
    // In place each term may lie on a page of its own, and all panels go through them.
    if (plan.isInPlace)
      mostTerms = std::min(mostTerms, streams ? streams : mostPages);
    int64_t termsAtOnce = terms.value_or(mostTerms);
    std::optional<int64_t> rows = count(plan.rows), columns = count(plan.columns);
    // A panel that one tile reads once need not stay anywhere.
    bool isReadOnce = rows && *rows <= plan.tileRows;
    // A factor that is no weight is best packed right before its only use: where all rows stay in the cache.
    bool mayPackInTurn = rows && !isBound && !plan.isInPlace && plan.packedBytes == plan.elementBytes &&
                         !plan.terms.asksForRanges();
    int64_t mostBytes = target.level2 * 3 / 4;
    int64_t parts = terms ? (*terms + mostTerms / 2) / mostTerms : 1;
    // Lines of some panels follow each other, if they come from far away.
    bool packsTogether = mayPackInTurn && terms && columns && liesAlong(plan.b, plan.columns.back(), axes) &&
                         *terms * *columns * plan.elementBytes > 8 * target.level2;
    if (mayPackInTurn && terms && *rows > 0) {
      int64_t termsInTurn = mostBytes / plan.elementBytes / *rows;
      if (termsInTurn >= mostTerms / 2)
        parts = std::max(
            parts, roundedUp(*terms, packsTogether ? std::min(termsInTurn, termsTogether) : termsInTurn));
    }
    if (parts > 1 && *inner <= 4 * mostTerms && *inner < *terms && (!isReadOnce || streams) && !plan.lines &&
        (!plan.isInPlace || streams)) {
      int64_t outer = *terms / *inner;
      parts = std::min(parts, outer);
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
    if (mayPackInTurn && *rows * rowBytes <= mostBytes) {
      plan.packsInTurn = true;
      plan.blockRows = std::max<int64_t>(*rows, 1);
      if (packsTogether)
        plan.panelsTogether = std::max<int64_t>(target.level2 / 4 / (termsAtOnce * panelTermBytes), 1);
    }
    if (isWrittenByRows()) {
      plan.packsInTurn = false;
      plan.panelsTogether = 1;
      plan.blockRows = std::min<int64_t>(plan.blockRows, 2 * height);
    }
    int64_t panelBytes = plan.blockRows * panelTermBytes;
    plan.blockPanels = std::max<int64_t>(target.level2 / 2 / panelBytes, 1);
    if (columns) {
      int64_t width = plan.panelVectors * lanes;
      plan.blockPanels = std::min(plan.blockPanels, std::max<int64_t>((*columns + width - 1) / width, 1));
    }
  }

private:
  /// Where several panels are packed together: with more terms, few panels would stay in the cache.
  static constexpr int64_t termsTogether = 256;
  /// Pages of memory whose places the processor keeps at hand.
  static constexpr int64_t mostPages = 512;

  // A result far beyond the caches is best written as it lies, all panels for a few rows: if the panels stay
  // in the second cache, or are less to read than the result is to write. Panel by panel, each line of it
  // would lie on a page of its own.
  bool isWrittenByRows() {
    std::optional<int64_t> rows = count(plan.rows), columns = count(plan.columns), terms = count(plan.summed);
    if (!rows || !columns || !terms || plan.partTerms || plan.isInPlace || plan.lines)
      return false;
    bool isFar = *rows * *columns * plan.elementBytes > 8 * target.level2;
    return isFar &&
           (*terms * *columns * plan.packedBytes <= target.level2 / 2 || *terms <= 2 * plan.tileRows);
  }

  // Of tiles of this size over panels that have `all` vectors together. What is left over has to read the
  // rows once more.
  double workALoad(unsigned rows, unsigned vectors, int64_t all) {
    constexpr double onceMore = 0.85;
    auto of = [&](int64_t some) {
      return double(rows) * some / (rows + some) * std::min(double(rows) / enoughRows, 1.0);
    };
    int64_t whole = all / vectors, rest = all % vectors;
    double loads = whole * vectors / of(vectors) + (rest ? rest / of(rest) / (whole ? onceMore : 1) : 0);
    return all / loads;
  }

  std::optional<int64_t> count(ArrayRef<BlockArgument> indices) { return knownCount(indices, axes); }

  ContractionPlan &plan;
  const AxisTable &axes;
  const CpuTarget &target;
  bool isBound;
  unsigned lanes;
  int64_t streams;
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

// Where an axis is open.
static constexpr int64_t openSize = 64;

// Of all indices together: the same whichever of them are counted as rows, columns and batches.
static int64_t sizeOf(ArrayRef<BlockArgument> indices, const AxisTable &axes) {
  constexpr double most = double(int64_t(1) << 40);
  double total = 1;
  for (BlockArgument index : indices)
    total *= knownCount(index, axes).value_or(openSize);
  return std::min(total, most);
}

// Two multiply-adds start in each cycle, and two loads, of which those of vectors that lie anywhere often
// cross a line; neither quite while the other does. A vector that is finished is stored, after some address
// arithmetic; what is packed is loaded and stored, or turned in squares, or copied one by one. What does not
// stay in a cache is fetched line by line, less slowly where lines follow each other.
namespace cycles {
constexpr double start = 0.5, apart = 0.3, vectorLoaded = 0.5, vectorCrossing = 0.75, vectorFetched = 1,
                 vectorFar = 1.5, lineLoaded = 1, lineFetched = 4, lineStreamed = 1.5, vectorDone = 1.5,
                 vectorDoneFar = 2.5, totalAdded = 1.5, elementDone = 3, laneSummed = 1.5, lineOfSumsDone = 6,
                 partStored = 2, vectorSummed = 14, termWaited = 4, sumWaited = 3, vectorCopied = 3,
                 vectorTurned = 5, elementCopied = 1.5;
}

double panelCycles(ContractionPlan plan, Value last, const AxisTable &axes, const CpuTarget &target,
                   bool isBound) {
  int64_t lanes = target.lanes(plan.elementBytes), rows = sizeOf(plan.rows, axes);
  double terms = sizeOf(plan.fold.indices(), axes), vectors = roundedUp(sizeOf(plan.columns, axes), lanes);
  Tiling(plan, axes, target, isBound).chooseTile();
  int64_t tiles = roundedUp(rows, plan.tileRows);
  double packedFrom = !readsFar(plan, axes, target)     ? 0
                      : comesSlowly(plan, axes, target) ? cycles::lineFetched
                                                        : cycles::lineLoaded;
  // A load for each few multiply-adds.
  double multiplying = rows * terms * vectors * cycles::start * 1.1;
  // Where rows lie side by side each tile takes a part of a line for each term: the same lines as the tile
  // before, if so many stay in the first cache.
  bool isFar = !plan.rows.empty() && liesAlong(plan.a, plan.rows.back(), axes) &&
               rows * terms * plan.elementBytes > target.level1;
  bool linesStay = terms * CpuTarget::lineBytes <= target.level1 / 2;
  double lines = linesStay ? double(rows) * plan.elementBytes / CpuTarget::lineBytes : tiles;
  multiplying += isFar ? lines * terms * (linesStay ? cycles::lineStreamed : cycles::lineFetched) : 0;
  int64_t streams = streamsInPlace(plan, axes, target);
  // Each term lies in a line of its own, of which the next panel takes another part, if it is still near.
  double apart = linesStay && !readsFar(plan, axes, target) ? cycles::lineStreamed : cycles::lineFetched;
  double inPlace = streams ? tiles * cycles::lineLoaded + rows * cycles::totalAdded / streams
                   : staysNear(plan, axes, target) ? 0
                   : vectors <= plan.panelVectors  ? tiles * cycles::vectorCrossing
                                                   : (tiles - 0.5) * apart;
  double preparing = plan.isInPlace                                        ? inPlace
                     : isBound                                             ? 0
                     : liesAlong(plan.b, plan.columns.back(), axes)        ? cycles::vectorCopied + packedFrom
                     : liesAlong(plan.b, plan.fold.indices().back(), axes) ? cycles::vectorTurned
                                                                           : cycles::elementCopied * lanes;
  bool isResultFar =
      double(sizeOf(plan.batch, axes)) * rows * sizeOf(plan.columns, axes) * plan.elementBytes >
      target.level2;
  double vectorDone = isResultFar ? cycles::vectorDoneFar : cycles::vectorDone;
  // Along rows, squares of results are turned before they are stored.
  double done = last == plan.columns.back() ? rows * vectors * vectorDone
                : !plan.rows.empty() && last == plan.rows.back()
                    ? tiles * vectors * lanes * (cycles::vectorTurned + cycles::elementDone)
                    : rows * vectors * lanes * cycles::elementDone;
  return sizeOf(plan.batch, axes) * (multiplying + preparing * terms * vectors + done);
}

double elementCycles(ContractionPlan plan, Value last, const AxisTable &axes, const CpuTarget &target) {
  int64_t lanes = target.lanes(plan.elementBytes), rows = sizeOf(plan.rows, axes),
          columns = sizeOf(plan.columns, axes), terms = sizeOf(plan.fold.indices(), axes),
          batches = sizeOf(plan.batch, axes);
  constexpr int64_t overlapped = 64; // terms of a sum beside those of the next
  Value summed = plan.fold.indices().back();
  // Loads are as many as multiply-adds.
  for (auto [factor, own, ownCount, others] :
       {std::tuple(&plan.b, &plan.columns, columns, rows), std::tuple(&plan.a, &plan.rows, rows, columns)})
    if (!own->empty() && own->back() == last && liesAlong(*factor, last, axes)) {
      // Each row reads it anew.
      bool isFar = double(ownCount) * terms * plan.elementBytes > target.level2;
      double fetched = isFar ? terms * cycles::lineStreamed : 0;
      // Factors are multiplied and added one after the other. Sums of two vectors are under way, and others
      // only once these end.
      int64_t vectors = roundedUp(ownCount, lanes);
      double waited = terms > overlapped ? cycles::sumWaited * roundedUp(vectors, 2) / vectors : 0;
      return double(batches) * others * vectors *
             (terms * std::max(2 * cycles::start, waited) - cycles::start + fetched + cycles::vectorDone);
    }
  auto fetched = [&](int64_t lines) {
    return double(lines) * terms * plan.elementBytes > target.level1 * 3 / 4 ? cycles::lineStreamed : 0;
  };
  double element =
      liesAlong(plan.a, summed, axes) && liesAlong(plan.b, summed, axes) && plan.terms.mayReorder
          ? roundedUp(terms, lanes) * (cycles::lineLoaded * 2 + fetched(rows) + fetched(columns)) +
                cycles::vectorSummed
          : terms * cycles::termWaited;
  return double(batches) * rows * columns * element;
}

double chooseTermLanes(ContractionPlan &plan, Value last, const AxisTable &axes, const CpuTarget &target,
                       bool isBound) {
  int64_t lanes = target.lanes(plan.elementBytes);
  int64_t rows = sizeOf(plan.rows, axes), columns = sizeOf(plan.columns, axes),
          terms = sizeOf(plan.fold.indices(), axes);
  int64_t innermost = sizeOf(plan.fold.indices().take_back(), axes);
  bool isAlongRows = plan.rows.size() == 1 && last == plan.rows.back();
  double steps = double(terms) / std::max<int64_t>(innermost, 1) * roundedUp(innermost, lanes);
  // What a vector takes that comes out of so many bytes; lines of another length than whole vectors begin
  // anywhere. What is read several times comes from far the first time.
  auto loaded = [&](double bytes) {
    return bytes > target.level2           ? cycles::vectorFar
           : bytes > target.level1 * 3 / 4 ? cycles::vectorFetched
           : innermost % lanes             ? cycles::vectorCrossing
                                           : cycles::vectorLoaded;
  };
  auto inTurn = [&](double first, double again, double times) { return again + (first - again) / times; };
  double rowBytes = double(terms) * plan.elementBytes, batches = sizeOf(plan.batch, axes);
  double best = std::numeric_limits<double>::infinity();
  for (int64_t height = 1; height <= std::min<int64_t>(rows, 8); ++height) {
    // Sums of a row alone are put together in whole vectors.
    int64_t most = height == 1 ? target.registers / 2 : target.registers * 3 / 4 / height;
    for (int64_t width = 1; width <= std::min(columns, most); ++width) {
      // What several rows are multiplied with is held in registers beside the sums, and one vector of a row.
      if (height > 1 && height * width + width + 1 > target.registers)
        break;
      double rowTiles = roundedUp(rows, height), columnTiles = roundedUp(columns, width);
      double row = inTurn(loaded(batches * rows * rowBytes),
                          loaded(std::min<double>(rows * rowBytes, target.level2)), columnTiles);
      double column = inTurn(loaded(batches * columns * rowBytes), loaded(width * rowBytes), rowTiles);
      double adding = height * width * cycles::start, loading = height * row + width * column;
      double step = std::max(adding, loading) + cycles::apart * std::min(adding, loading);
      int64_t lines = isAlongRows && height > 1 ? width : height, sums = height * width / lines;
      double tile =
          steps * step + lines * (cycles::lineOfSumsDone + llvm::PowerOf2Ceil(sums) * cycles::laneSummed +
                                  (llvm::popcount(uint64_t(sums)) - 1) * cycles::partStored);
      double all = rowTiles * columnTiles * tile;
      if (all < best) {
        best = all;
        plan.tileRows = height;
        plan.tileColumns = width;
      }
    }
  }
  plan.blockRows = std::max<int64_t>(target.level2 / 3 / std::max<int64_t>(rowBytes, 1) / plan.tileRows, 4) *
                   plan.tileRows;
  bool isReady = isBound || plan.isInPlace;
  return batches * (best + (isReady ? 0 : cycles::elementCopied * terms * double(columns)));
}

Value lastPosition(ValueRange positions, const AxisTable &axes) {
  for (Value position : llvm::reverse(positions))
    if (!objectOf(position).isIndex() ||
        axes.size(objectOf(position).getElement().getValue()).constant() != 1)
      return position;
  return {};
}

void chooseTiling(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target, bool isBound) {
  Tiling tiling(plan, axes, target, isBound);
  tiling.chooseTile();
  tiling.chooseBlocks();
}

} // namespace weft
