// A tile of a contraction: a few rows times a panel, summed in registers.
#pragma once

#include "compiler/target/cpu/ContractionPanels.h"
#include "compiler/target/cpu/ContractionTerms.h"

namespace weft {

/// One row of a tile: its indices, where its elements of `a` begin, and its guarded positions.
struct TileRow {
  IndexValues indices;
  mlir::Value offset;
  llvm::SmallVector<mlir::Value> positions;
  mlir::Value begin, end; // of its terms, where the sum has bounds
};

/// Some terms of the sum: a range of its outermost index.
struct TermRange {
  mlir::Value begin, end;
};

/// Memory to ask for while a tile is summed: `lines` cache lines for each few terms.
struct PrefetchStream {
  mlir::Value base; // of the range's first term
  int64_t lines = 0;
  bool isSoon = false; // needed: into the first cache, else into the second
};

/// Whether a row has the term at these summed indices.
using TermCondition = std::function<mlir::Value(const TileRow &, const IndexValues &)>;

class TileSums {
public:
  static constexpr int64_t unrolledTerms = 4;

  /// `withoutNan`: no term is NaN.
  TileSums(FunctionEmitter &emitter, const ContractionPlan &plan, FactorAddress &a, FactorAddress &b,
           mlir::Type element, bool withoutNan)
      : emitter(emitter), plan(plan), a(a), b(b), element(element),
        lanes(emitter.target.lanes(plan.elementBytes)), width(plan.panelVectors * lanes),
        terms(emitter, plan.fold, plan.terms, lanes, withoutNan) {}

  /// `sums` and the terms of `range`, by row and vector of the panel.
  llvm::SmallVector<mlir::Value> add(llvm::ArrayRef<TileRow> rows, mlir::Value panel, TermRange range,
                                     const PrefetchStream &stream, llvm::SmallVector<mlir::Value> sums);
  /// How many vectors the panel at hand has, and how many columns of it are read, where it is read in place;
  /// null for all.
  void setPanel(unsigned vectorCount, mlir::Value columns) {
    vectors = vectorCount;
    readColumns = columns;
  }
  /// The same, of sums that wait in memory, in lines of the panel's width.
  void addTo(mlir::Value memory, llvm::ArrayRef<TileRow> rows, mlir::Value panel, TermRange range,
             const PrefetchStream &stream);
  /// Whether parts of a sum may be added up alone: it is one of reals, which takes any order.
  bool mayBeginAnew() const { return plan.terms.isSum; }
  /// For masked sums.
  void setCondition(TermCondition condition) { hasTerm = std::move(condition); }
  mlir::VectorType vectorType() const { return mlir::VectorType::get({lanes}, element); }
  /// What a sum begins with.
  mlir::Value unit() { return terms.unit(); }

private:
  /// Where the elements of a row lie at the current outer terms, and how far apart in the innermost.
  struct Line {
    mlir::Value base, stride;
  };

  /// An element of `a`, and whether its guarded positions lie in their axes; null when none is guarded.
  struct Place {
    mlir::Value element, inside;
  };

  /// Some positions of one sum, with all terms inside of them, are added up alone and join totals in memory.
  struct PartedTerms {
    unsigned axis; // of `plan.summed`
    int64_t positions;
  };

  std::optional<PartedTerms> partedTerms(TermRange range);
  static int64_t evenPart(int64_t whole, int64_t most);
  void begin(llvm::ArrayRef<TileRow> rows, mlir::Value panel, const PrefetchStream &stream, unsigned count);
  llvm::SmallVector<mlir::Value> sumOf(TermRange range, llvm::SmallVector<mlir::Value> sums);
  llvm::SmallVector<mlir::Value> joined(llvm::SmallVector<mlir::Value> sums,
                                        llvm::ArrayRef<mlir::Value> others);
  llvm::SmallVector<mlir::Value> combinedSets(llvm::SmallVector<mlir::Value> sums);
  mlir::Value placeOfTotal(unsigned number);
  llvm::SmallVector<mlir::Value> loadTotals(unsigned count);
  void storeTotals(llvm::ArrayRef<mlir::Value> sums);
  llvm::SmallVector<mlir::Value> nest(TermRange range, mlir::ValueRange carried);
  llvm::SmallVector<mlir::Value>
  inParts(unsigned axis, TermRange here, mlir::ValueRange carried,
          llvm::function_ref<llvm::SmallVector<mlir::Value>(TermRange, mlir::ValueRange)> body);
  Place placeAt(const TileRow &row, mlir::Value offset, const IndexValues &outer);
  llvm::SmallVector<Line> linesAt(mlir::Value offset, const IndexValues &outer, mlir::Value stride,
                                  int64_t outside);
  Line guardedLine(Place place, mlir::Value stride, int64_t outside);
  int64_t outsideElements(mlir::Value stride);
  mlir::Value otherwiseAddress(int64_t count);
  bool countsElements() const { return plan.lines || plan.isInPlace; }
  mlir::Value termStep(unsigned axis);
  bool looksAtWholeTile();
  mlir::Value isTileInside(TermRange range);
  llvm::SmallVector<mlir::Value> whetherInside(mlir::Value inside, mlir::ValueRange carried,
                                               llvm::function_ref<llvm::SmallVector<mlir::Value>()> body);
  llvm::SmallVector<mlir::Value> innermost(TermRange range, mlir::Value offset, mlir::Value term,
                                           const IndexValues &outer, mlir::ValueRange carried);
  llvm::SmallVector<mlir::Value> addTerms(TermRange range, mlir::Value offset, mlir::Value term,
                                          const IndexValues &outer, mlir::ValueRange carried);
  /// Terms that every row has, between those that only some have.
  struct SharedTerms {
    mlir::Value begin, sharedBegin, sharedEnd, end;
  };
  SharedTerms sharedTerms(TermRange range);
  void prefetch(mlir::Value term);
  mlir::Value placedElements(mlir::Value first, unsigned vector);
  mlir::Value panelElements(mlir::Value term, unsigned vector);
  /// `conditions`: by row, whether it has the term; empty when all have.
  void accumulate(llvm::ArrayRef<Line> lines, llvm::ArrayRef<mlir::Value> conditions, mlir::Value k,
                  mlir::Value term, unsigned set, llvm::SmallVector<mlir::Value> &sums);

  FunctionEmitter &emitter;
  const ContractionPlan &plan;
  FactorAddress &a, &b;
  mlir::Type element;
  unsigned lanes;
  int64_t width;
  ContractionTerms terms;
  // Of the tile at hand.
  llvm::ArrayRef<TileRow> rows;
  mlir::Value panel, firstTerm, readColumns;
  PrefetchStream stream;
  unsigned vectors = plan.panelVectors;
  unsigned sets = 1; // of accumulators
  std::optional<PartedTerms> parted;
  mlir::Value totals;         // of the parts; null where nothing is parted
  bool isKnownInside = false; // all guarded positions, where the builder stands
  TermCondition hasTerm;
};

} // namespace weft
