// A running fold of matrices that a sum over their rows reads goes a chunk of positions at a time:
//
//   h[t, i, j] = affine[s where s <= t](a[s, i], k[s, i] * v[s, j])
//   y[t, j] = sum[i](q[t, i] * h[t, i, j])
//     ⟹  scan over chunks, whose state H is h before the chunk; with A(p..r) the product of a at p + 1, …, r:
//         y[r, j] = sum[i](q[r, i] * A(..r)[i] * H[i, j])
//                   + sum[s where s <= r](sum[i](q[r, i] * k[s, i] * A(s..r)[i]) * v[s, j])
//         H'[i, j] = A(..)[i] * H[i, j] + sum[s](k[s, i] * A(s..)[i] * v[s, j])
//
// The laws: associativity, by which a chunk's positions may be combined before what precedes them, and that
// the component is linear over its grade, by which the chunk's fold is a sum with coefficients. The gain: the
// state is read and written once a chunk, and all but the coefficients are products of matrices. Coefficients
// are products of what lies between two positions, never quotients, which would lose what is small.
#include "compiler/normalize/ComponentMonoid.h"
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/PositionChunks.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_CHUNKRECURRENCES
#include "compiler/normalize/Passes.h.inc"

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Chunker {
public:
  Chunker(MatrixRecurrence &recurrence, const AxisTable &axes)
      : r(recurrence), length(hasRows(r.grade) ? chunkOfGradedRows : chunkOfRows), chunks(r, axes, length),
        chunk(chunks.chunk), row(chunks.row), earlier{row.axis}, between{row.axis}, builder(r.reader),
        step(r.reader.getContext()), location(r.running.getLoc()),
        type(objectOf(r.state.getResult()).scalar()),
        sum(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(r.sum, r.sum.getMonoidAttr())) {}

  void run() {
    if (r.grade)
      grades = componentMonoid(r.monoid, *r.shape.grade, /*isLinear=*/false);
    unsigned value = r.shape.value;
    SmallVector<StateDimension *> ofQuery(r.more);
    llvm::append_range(ofQuery, r.rows);
    SmallVector<NamedWire> elements{chunks.stream("query", value, r.query, r.reader, r.batch, ofQuery),
                                    chunks.stream("left", value, r.left, r.state, r.batch, r.rows),
                                    chunks.stream("right", value, r.right, r.state, r.batch, r.columns)};
    if (r.grade)
      elements.push_back(chunks.stream("grade", *r.shape.grade, r.grade, r.state, r.batch, r.rows));
    chunks.replaceSum(writeScan(elements));
  }

private:
  using Dimensions = SmallVector<const Dimension *>;

  bool hasRows(Value value) {
    return value &&
           llvm::any_of(r.rows, [&](StateDimension *row) { return dependsOn(value, row->inState, r.state); });
  }

  // `outputs[chunk, batch, row, more, columns]`.
  NamedWire writeScan(ArrayRef<NamedWire> elements) {
    Dimensions ofState(r.batch.begin(), r.batch.end());
    llvm::append_range(ofState, r.rows);
    llvm::append_range(ofState, r.columns);
    NamedWire begin = EquationWriter::define(builder, location, chunks.name("begin"), type, ofState,
                                             [&](EquationWriter &w) { return constant(w, 0); });
    auto withoutChunk = [](const NamedWire &wire) {
      return Dimensions(ArrayRef(wire.dimensions).drop_front());
    };
    auto body = std::make_unique<Block>();
    NamedWire state{body->addArgument(begin.value.getType(), location), ofState};
    SmallVector<NamedWire> own;
    SmallVector<Value> values;
    for (const NamedWire &element : elements) {
      ObjectType whole = objectOf(element.value);
      own.push_back(
          {body->addArgument(whole.over(whole.getAxes().drop_front()), location), withoutChunk(element)});
      values.push_back(element.value);
    }
    step.setInsertionPointToStart(body.get());
    Chunk parts{own[0], own[1], own[2], r.grade ? std::optional(own[3]) : std::nullopt};
    auto [next, output] = writeStep(state, parts);
    YieldOp::create(step, location, ValueRange{next.value, output.value});

    SmallVector<StringAttr> axesOfOutput{chunk.axis};
    llvm::append_range(axesOfOutput, objectOf(output.value).getAxes());
    ObjectType outputs = type.over(axesOfOutput);
    auto scan =
        ScanOp::create(builder, location, TypeRange{begin.value.getType(), outputs}, r.state.getNameAttr(),
                       chunk.axis, builder.getDenseI64ArrayAttr(SmallVector<int64_t>(values.size() + 1, 0)),
                       ValueRange(begin.value), values, ValueRange());
    scan.getBody().push_back(body.release());
    Dimensions dimensions{&chunk};
    llvm::append_range(dimensions, output.dimensions);
    return {scan.getResult(1), dimensions};
  }

  Value constant(EquationWriter &w, double value) {
    return ConstantOp::create(w.at(), location, type, w.at().getF64FloatAttr(value));
  }

  // Numbers near the least are slow to multiply with: what counts less than any sum of reals keeps is 0.
  Value flushed(EquationWriter &w, Value value) {
    Value size = ApplyOp::create(w.at(), location, type, Function::abs, value);
    Value isTiny =
        ApplyOp::create(w.at(), location, ObjectType::get(builder.getContext(), "bool"), Function::lt,
                        ValueRange{size, constant(w, isDouble() ? 0x1p-900 : 0x1p-100)});
    return w.choose(
        isTiny, [&](EquationWriter &w) { return constant(w, 0); }, [&](EquationWriter &) { return value; });
  }

  bool isDouble() {
    auto real = r.state->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>("weft.real");
    return type.getElement() == "f64" || (type.getElement() == "real" && real && real.getValue() == "f64");
  }

  // γ of a grade.
  Value coefficient(EquationWriter &w, Value grade) {
    Block &combine = r.monoid.getCombine().front();
    IRMapping map;
    map.map(combine.getArgument(*r.shape.grade + r.monoid.getComponents().size()), grade);
    Value product;
    for (const Factor &factor : r.shape.coefficient) {
      Value value = copySlice(w.at(), factor.value, map);
      if (!product)
        product = factor.inverse ? w.apply(Function::divide, constant(w, 1), value) : value;
      else
        product = w.apply(factor.inverse ? Function::divide : Function::mul, product, value);
    }
    return product ? flushed(w, product) : constant(w, 1);
  }

  // A fold that says where it comes from.
  Value graded(FoldOp fold, const Twine &what) {
    auto component = [&](unsigned i) { return cast<StringAttr>(r.monoid.getComponents()[i]).getValue(); };
    std::string text = ("component `" + component(r.shape.value) + "` of `" + r.monoid.getSymName() +
                        "`, linear" + (r.grade ? " over `" + component(*r.shape.grade) + "`" : "") + ", " +
                        std::to_string(length) + " positions at a time: " + what)
                           .str();
    fold.setGraded(text);
    return fold.getResult();
  }

  // What a step of the scan is made of: the elements at its chunk.
  struct Chunk {
    NamedWire query, left, right;
    std::optional<NamedWire> grade;
  };

  NamedWire define(StringRef part, ArrayRef<const Dimension *> dimensions, EquationWriter::Body body) {
    return EquationWriter::define(step, location, chunks.name(part), type, dimensions, body);
  }

  // The state's next value, and the reader's sums of the chunk.
  std::pair<NamedWire, NamedWire> writeStep(const NamedWire &state, const Chunk &own) {
    NamedWire query = own.query, left = own.left, whole;
    if (own.grade) {
      query = multiplied("decayed_query", query, decayWhere("before", *own.grade, order()));
      left = multiplied("decayed_left", left, decayWhere("after", *own.grade, Function::gt));
      Dimensions flat(own.grade->dimensions);
      llvm::erase(flat, &row);
      whole = define("whole", flat, [&](EquationWriter &w) {
        return coefficient(w, foldGrade(w, "its grade", nullptr, *own.grade));
      });
    }
    NamedWire inside = writeInside(own);
    NamedWire output = define("output", inside.dimensions, [&](EquationWriter &w) {
      Value sum = foldProducts(
          w, "what comes from before", {r.rows.begin(), r.rows.end()}, nullptr,
          [&](EquationWriter &w) { return w.apply(Function::mul, w.read(query), w.read(state)); });
      return w.apply(Function::add, sum, w.read(inside));
    });
    NamedWire next = define("next", state.dimensions, [&](EquationWriter &w) {
      Value kept = own.grade ? w.apply(Function::mul, w.read(whole), w.read(state)) : w.read(state);
      Value sum = foldProducts(w, "the next state", {&row}, nullptr, [&](EquationWriter &w) {
        return w.apply(Function::mul, w.read(left), w.read(own.right));
      });
      return w.apply(Function::add, kept, sum);
    });
    return {next, output};
  }

  // Which positions of a chunk a position's state has in it.
  Function order() const { return r.isExclusive ? Function::lt : Function::le; }

  Value foldProducts(EquationWriter &w, StringRef what, Dimensions over, EquationWriter::Body mask,
                     EquationWriter::Body body) {
    return graded(w.fold(sum, over, mask, body), what);
  }

  // The fold of a chunk's grades over its positions `between`.
  Value foldGrade(EquationWriter &w, StringRef what, EquationWriter::Body mask, const NamedWire &grade) {
    return graded(
        w.fold(grades, {&between}, mask, [&](EquationWriter &w) { return w.read(grade, &row, &between); }),
        what);
  }

  // γ at each position of the grade of all those before it, or after it.
  NamedWire decayWhere(StringRef part, const NamedWire &grade, Function isIn) {
    return define(part, grade.dimensions, [&](EquationWriter &w) {
      auto mask = [&](EquationWriter &w) { return w.compare(isIn, &between, &row); };
      return coefficient(w, foldGrade(w, ("the grade " + part + " a position").str(), mask, grade));
    });
  }

  // The product of two wires, over what either has.
  NamedWire multiplied(StringRef part, const NamedWire &wire, const NamedWire &factor) {
    return define(part, united(wire.dimensions, factor.dimensions),
                  [&](EquationWriter &w) { return w.apply(Function::mul, w.read(wire), w.read(factor)); });
  }

  // The first dimensions, with those of the second that they lack before the position.
  Dimensions united(Dimensions all, const Dimensions &others) {
    for (const Dimension *dimension : others)
      if (!llvm::is_contained(all, dimension))
        all.insert(llvm::find(all, &row), dimension);
    return all;
  }

  // What positions of a chunk give each other.
  NamedWire writeInside(const Chunk &own) {
    NamedWire scores = writeScores(own);
    Dimensions dimensions(r.batch.begin(), r.batch.end());
    dimensions.push_back(&row);
    llvm::append_range(dimensions, r.more);
    llvm::append_range(dimensions, r.columns);
    return define("inside", dimensions, [&](EquationWriter &w) {
      return foldProducts(
          w, "what positions of a chunk give each other", {&earlier},
          [&](EquationWriter &w) { return w.compare(order(), &earlier, &row); },
          [&](EquationWriter &w) {
            return w.apply(Function::mul, w.read(scores), w.read(own.right, &row, &earlier));
          });
    });
  }

  // What the position `earlier` of a chunk counts at `row`: a product of matrices, where no row has a grade
  // of its own.
  NamedWire writeScores(const Chunk &own) {
    Dimensions rows(r.rows.begin(), r.rows.end());
    Dimensions dimensions = united(own.query.dimensions, own.left.dimensions);
    llvm::erase_if(dimensions,
                   [&](const Dimension *dimension) { return llvm::is_contained(rows, dimension); });
    dimensions.push_back(&earlier);
    auto products = [&](EquationWriter &w) {
      return w.apply(Function::mul, w.read(own.query), w.read(own.left, &row, &earlier));
    };
    StringRef what = "what a position counts at a later one";
    if (!own.grade)
      return define("scores", dimensions,
                    [&](EquationWriter &w) { return foldProducts(w, what, rows, nullptr, products); });
    NamedWire pairs = writePairs(*own.grade);
    if (llvm::any_of(rows, [&](auto *row) { return llvm::is_contained(pairs.dimensions, row); })) {
      Dimensions all = united(dimensions, pairs.dimensions);
      llvm::erase_if(all, [&](const Dimension *dimension) { return llvm::is_contained(rows, dimension); });
      return define("scores", all, [&](EquationWriter &w) {
        return foldProducts(w, what, rows, nullptr, [&](EquationWriter &w) {
          return w.apply(Function::mul, products(w), w.read(pairs));
        });
      });
    }
    NamedWire scores = define("products", dimensions, [&](EquationWriter &w) {
      return foldProducts(w, what, rows, nullptr, products);
    });
    return multiplied("scores", scores, pairs);
  }

  // γ of the grade between the positions `earlier` and `row`.
  NamedWire writePairs(const NamedWire &grade) {
    Dimensions dimensions(grade.dimensions);
    dimensions.insert(llvm::find(dimensions, &row), &earlier);
    return define("pairs", dimensions, [&](EquationWriter &w) {
      auto upTo = [&](EquationWriter &w) { return w.compare(order(), &between, &row); };
      FoldOp fold = w.fold(grades, {&between}, upTo, [&](EquationWriter &w) {
        return w.choose(
            w.compare(Function::gt, &between, &earlier),
            [&](EquationWriter &w) { return w.read(grade, &row, &between); },
            [&](EquationWriter &w) { return chunks.unitOf(w.at(), *r.shape.grade); });
      });
      return coefficient(w, graded(fold, "the grade between two positions"));
    });
  }

  /// Positions of a chunk: where the grade has rows, each pair of positions has a coefficient for each row.
  static constexpr int64_t chunkOfGradedRows = 8, chunkOfRows = 32;

  MatrixRecurrence &r;
  int64_t length;
  PositionChunks chunks;
  const Dimension &chunk, &row;
  Dimension earlier, between; // other positions of the chunk
  OpBuilder builder, step;    // before the reader, in the scan
  Location location;
  ObjectType type;
  MonoidOp sum, grades;
};

struct ChunkRecurrences : impl::ChunkRecurrencesBase<ChunkRecurrences> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    for (EquationOp equation : equationsOf(getOperation()))
      if (std::optional<MatrixRecurrence> recurrence = findMatrixRecurrence(equation, axes))
        Chunker(*recurrence, axes).run();
  }
};

} // namespace

} // namespace weft
