// A running fold of matrices that a sum over their rows reads goes a chunk of positions at a time:
//
//   h[t, i, j] = affine[s where s <= t](a[s, i], k[s, i] * v[s, j])     y[t, j] = sum[i](q[t, i] * h[t, i,
//   j])
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
#include "compiler/normalize/MatrixRecurrence.h"
#include "compiler/normalize/Passes.h"
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
      : r(recurrence), axes(axes), builder(recurrence.reader), location(recurrence.running.getLoc()),
        step(recurrence.reader.getContext()), type(objectOf(recurrence.state.getResult()).scalar()),
        sum(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(r.sum, r.sum.getMonoidAttr())) {}

  void run() {
    if (r.grade)
      grades = componentMonoid(r.monoid, *r.shape.grade, /*isLinear=*/false);
    length = hasRows(r.grade) ? chunkOfGradedRows : chunkOfRows;
    makeAxes();
    unsigned value = r.shape.value;
    SmallVector<NamedWire> elements{
        stream("query", value, r.query, r.reader, r.time, r.batch, concat(r.more, r.rows)),
        stream("left", value, r.left, r.state, along(), r.batch, r.rows),
        stream("right", value, r.right, r.state, along(), r.batch, r.columns)};
    if (r.grade)
      elements.push_back(stream("grade", *r.shape.grade, r.grade, r.state, along(), r.batch, r.rows));
    replaceSum(writeScan(elements));
  }

private:
  using Dimensions = SmallVector<const Dimension *>;

  template <class A, class B> static SmallVector<StateDimension *> concat(const A &a, const B &b) {
    SmallVector<StateDimension *> all(a.begin(), a.end());
    llvm::append_range(all, b);
    return all;
  }

  BlockArgument along() { return r.running.indices().front(); }

  bool hasRows(Value value) {
    return value && llvm::any_of(r.rows, [&](StateDimension *row) {
             return llvm::is_contained(indicesOf(value, r.state), row->inState);
           });
  }

  StringAttr name(StringRef part) { return builder.getStringAttr(r.state.getName() + "." + part); }

  void makeAxes() {
    StringRef positions = objectOf(r.time).getElement().getValue();
    Size size = axes.size(positions);
    auto module = r.state->getParentOfType<ModuleOp>();
    auto axis = [&](const Twine &suffix, const Size &size) {
      StringAttr symbol = builder.getStringAttr(positions + suffix);
      if (!module.lookupSymbol(symbol)) {
        OpBuilder at(module.getContext());
        at.setInsertionPointToStart(module.getBody());
        AxisOp::create(at, location, symbol, AxisKind::fixed, at.getStringAttr(size.text()), ArrayAttr(),
                       ArrayAttr());
      }
      return symbol;
    };
    std::string of = std::to_string(length);
    chunk.axis = axis(".chunk" + of, *floorDivide(*add(size, Size(length - 1)), length));
    row.axis = earlier.axis = between.axis = axis(".in_chunk" + of, Size(length));
  }

  // A product of factors at each position, in chunks: `name[chunk, batch, row, rest]`, and what changes
  // nothing behind the last position: the unit of a component.
  NamedWire stream(StringRef part, unsigned component, ArrayRef<Value> factors, EquationOp source,
                   BlockArgument time, ArrayRef<StateDimension *> batch, ArrayRef<StateDimension *> rest) {
    bool inState = source == r.state;
    llvm::SmallDenseSet<Value> needed;
    for (Value factor : factors)
      if (factor.getDefiningOp())
        for (BlockArgument index : indicesOf(factor, source))
          needed.insert(index);
    auto isNeeded = [&](StateDimension *dimension) {
      return needed.contains(inState ? dimension->inState : dimension->inReader);
    };
    SmallVector<StateDimension *> own = concat(batch, rest);
    llvm::erase_if(own, [&](StateDimension *dimension) { return !isNeeded(dimension); });
    Dimensions ordered{&chunk};
    llvm::append_range(ordered, llvm::make_filter_range(batch, isNeeded));
    ordered.push_back(&row);
    llvm::append_range(ordered, llvm::make_filter_range(rest, isNeeded));
    Whole whole = wholeOf(part, factors, source, time, own);
    return EquationWriter::define(
        builder, location, name(part), type, ordered, [&](EquationWriter &w) -> Value {
          SmallVector<Value> positions;
          for (const StateDimension *dimension : whole.dimensions)
            positions.push_back(dimension ? w.index(dimension) : positionOf(w));
          auto read = ReadOp::create(w.at(), location, type, w.argument(whole.wire), positions);
          OpBuilder inside(w.at());
          inside.createBlock(&read.getOtherwise());
          YieldOp::create(inside, location, unitOf(inside, component));
          return read.getResult();
        });
  }

  // A wire over all positions, and what its axes are; null for the position.
  struct Whole {
    Value wire;
    SmallVector<const StateDimension *> dimensions;
  };

  // The factors' product at each position: the wire that it is read from, or one of its own.
  Whole wholeOf(StringRef part, ArrayRef<Value> factors, EquationOp source, BlockArgument time,
                ArrayRef<StateDimension *> own) {
    bool inState = source == r.state;
    auto indexOf = [&](const StateDimension *dimension) {
      return inState ? dimension->inState : dimension->inReader;
    };
    if (factors.size() == 1)
      if (auto read = factors[0].getDefiningOp<ReadOp>(); read && read.getOtherwise().empty()) {
        Whole whole{
            source.getWires()[cast<BlockArgument>(read.getWire()).getArgNumber() - source.indices(0).size()],
            {}};
        for (Value position : read.getPositions()) {
          auto *dimension = llvm::find_if(own, [&](StateDimension *d) { return indexOf(d) == position; });
          if (position == time)
            whole.dimensions.push_back(nullptr);
          else if (dimension != own.end())
            whole.dimensions.push_back(*dimension);
        }
        if (whole.dimensions.size() == read.getPositions().size() &&
            llvm::is_contained(whole.dimensions, nullptr))
          return whole;
      }
    SmallVector<StringAttr> ofTime{objectOf(time).getElement()};
    for (StateDimension *dimension : own)
      ofTime.push_back(dimension->axis);
    auto equation = EquationOp::create(builder, location, type.over(ofTime), name(part), nullptr, nullptr,
                                       source.getWires(), 1);
    OpBuilder inside(builder.getContext());
    Block *block = inside.createBlock(&equation.getClauses()[0]);
    IRMapping map;
    SmallVector<Value> positions{block->addArgument(time.getType(), location)};
    map.map(time, positions[0]);
    for (StateDimension *dimension : own) {
      positions.push_back(block->addArgument(indexOf(dimension).getType(), location));
      map.map(indexOf(dimension), positions.back());
    }
    for (auto [i, wire] : llvm::enumerate(source.getWires()))
      map.map(source.wireArgument(0, i), block->addArgument(wire.getType(), location));
    Value product;
    for (Value factor : factors) {
      Value copy = copySlice(inside, factor, map);
      product =
          product ? ApplyOp::create(inside, location, type, Function::mul, ValueRange{product, copy}) : copy;
    }
    if (!product)
      product = ConstantOp::create(inside, location, type, inside.getF64FloatAttr(1));
    DefineOp::create(inside, location, product, positions);
    prune(equation);
    Whole whole{equation.getResult(), {nullptr}};
    llvm::append_range(whole.dimensions, own);
    return whole;
  }

  Value unitOf(OpBuilder &at, unsigned component) {
    IRMapping none;
    return copySlice(at, r.monoid.getUnit().front().getTerminator()->getOperand(component), none);
  }

  Value number(OpBuilder &at, int64_t value) {
    return ConstantOp::create(at, location, integer(), at.getI64IntegerAttr(value));
  }
  ObjectType integer() { return ObjectType::get(builder.getContext(), "i64"); }

  Value positionOf(EquationWriter &w) {
    Value of = ConvertOp::create(w.at(), location, integer(), w.index(&chunk));
    Value in = ConvertOp::create(w.at(), location, integer(), w.index(&row));
    return w.apply(Function::add, w.apply(Function::mul, of, number(w.at(), length)), in);
  }

  // `outputs[chunk, batch, row, more, columns]`.
  NamedWire writeScan(ArrayRef<NamedWire> elements) {
    Dimensions ofState(r.batch.begin(), r.batch.end());
    llvm::append_range(ofState, r.rows);
    llvm::append_range(ofState, r.columns);
    NamedWire begin = EquationWriter::define(builder, location, name("begin"), type, ofState,
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
    return EquationWriter::define(step, location, name(part), type, dimensions, body);
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
            [&](EquationWriter &w) { return unitOf(w.at(), *r.shape.grade); });
      });
      return coefficient(w, graded(fold, "the grade between two positions"));
    });
  }

  void replaceSum(const NamedWire &outputs) {
    BlockArgument wire = addWire(r.reader, outputs.value).front();
    OpBuilder at(r.sum);
    Value time = ConvertOp::create(at, location, integer(), r.time);
    auto part = [&](Function function, StringAttr axis) -> Value {
      Value value = ApplyOp::create(at, location, integer(), function, ValueRange{time, number(at, length)});
      return IndexOp::create(at, location, ObjectType::get(at.getContext(), axis, {}), value,
                             /*proved=*/true);
    };
    SmallVector<Value> positions;
    for (const Dimension *dimension : outputs.dimensions) {
      if (dimension == &chunk)
        positions.push_back(part(Function::div, chunk.axis));
      else if (dimension == &row)
        positions.push_back(part(Function::mod, row.axis));
      else
        positions.push_back(static_cast<const StateDimension *>(dimension)->inReader);
    }
    Value read = ReadOp::create(at, location, type, wire, positions).getResult();
    r.sum.getResult().replaceAllUsesWith(read);
    r.sum.erase();
    prune(r.reader);
    if (r.state->use_empty())
      r.state.erase();
  }

  /// Positions of a chunk: where the grade has rows, each pair of positions has a coefficient for each row.
  static constexpr int64_t chunkOfGradedRows = 8, chunkOfRows = 32;

  MatrixRecurrence &r;
  const AxisTable &axes;
  OpBuilder builder; // before the reader
  Location location;
  OpBuilder step; // in the scan
  ObjectType type;
  MonoidOp sum, grades;
  int64_t length = 0;
  Dimension chunk, row, earlier, between;
};

struct ChunkRecurrences : impl::ChunkRecurrencesBase<ChunkRecurrences> {
  void runOnOperation() override {
    SmallVector<EquationOp> equations;
    getOperation()->walk([&](EquationOp equation) {
      if (!equation->getParentOfType<TiesOp>())
        equations.push_back(equation);
    });
    AxisTable axes(getOperation());
    for (EquationOp equation : equations)
      if (std::optional<MatrixRecurrence> recurrence = findMatrixRecurrence(equation, axes))
        Chunker(*recurrence, axes).run();
  }
};

} // namespace

} // namespace weft
