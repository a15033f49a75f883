// What a cell makes of a morphism: the morphism's frame, and the ties of its weights.
//
//     head.W[v, m] = embed.token[v, m]      no box of its own, but a wire from `embed.token` to `head.W`
#include "compiler/draw/EquationText.h"
#include "compiler/draw/FrameBuilder.h"
#include "dialects/weft/WeightPaths.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

// The cell that ties a weight, by its place among the box's ties; where the program names none, the morphism.
static std::string cellOf(BoxOp box, size_t tie, MorphismOp made) {
  std::string name = box.getTiedBy() ? cast<StringAttr>((*box.getTiedBy())[tie]).str() : "";
  return name.empty() ? baseName(made.getSymName()) : name;
}

namespace {

class TieReader {
public:
  TieReader(const PictureState &state, MorphismOp made, MorphismOp subject) : state(state), made(made) {
    for (const OccurrenceWeight &weight : weightsOf(subject))
      inside.insert(weight.path);
  }

  draw::Tie read(StringRef path, StringRef cell, Value wire);

private:
  void collect(Value wire, draw::Tie &tie);

  const PictureState &state;
  MorphismOp made;
  llvm::StringSet<> inside; // the subject's weights
};

} // namespace

// Equations call the retained weight `W'`; here it is told from the tied one by where it stands.
static std::string withoutPrimes(std::string text) {
  llvm::erase(text, '\'');
  // Indices that the compiler made: `i.1` as `i1`.
  for (size_t at = 0; (at = text.find("i.", at)) != std::string::npos; ++at)
    if (at > 0 && !llvm::isAlnum(text[at - 1]) && text[at - 1] != '.' && at + 2 < text.size() &&
        llvm::isDigit(text[at + 2]))
      text.erase(at + 1, 1);
  return text;
}

static EquationOp equationBehind(Value wire) {
  auto copy = wire.getDefiningOp<CopyOp>();
  return (copy ? copy.getWire() : wire).getDefiningOp<EquationOp>();
}

// A line a clause. A clause that reads a part, which another equation gives, says what that one says.
static std::string formulaText(EquationOp equation) {
  std::string written = withoutPrimes(equationText(equation)), text;
  SmallVector<StringRef> lines;
  StringRef(written).split(lines, '\n');
  for (auto [clause, line] : llvm::enumerate(lines)) {
    std::string formula = line.str();
    auto read = equation.define(clause).getValue().getDefiningOp<ReadOp>();
    for (auto [i, wire] : llvm::enumerate(equation.getWires()))
      if (read && read.getWire() == equation.wireArgument(clause, i))
        if (EquationOp part = equationBehind(wire); part && part.getClauses().size() == 1)
          formula =
              line.split(" = ").first.str() + " = " + StringRef(formulaText(part)).split(" = ").second.str();
    text += (clause ? "\n" : "") + formula;
  }
  return text;
}

// What a single read makes of a weight, by its positions.
static const char *formOfRead(EquationOp equation, ReadOp read) {
  if (!read.getOtherwise().empty())
    return "computed";
  auto indices = equation.indices(0);
  SmallVector<unsigned> order;
  for (Value position : read.getPositions()) {
    auto index = dyn_cast<BlockArgument>(position);
    if (!index || !llvm::is_contained(indices, index) || llvm::is_contained(order, index.getArgNumber()))
      return "computed";
    order.push_back(index.getArgNumber());
  }
  if (!llvm::is_sorted(order))
    return "transposed";
  return order.size() < indices.size() ? "repeated" : "alias";
}

static const char *formOf(EquationOp equation) {
  if (equation.getClauses().size() != 1)
    return "computed";
  Operation *value = equation.define(0).getValue().getDefiningOp();
  if (isa_and_nonnull<ConstantOp>(value))
    return "constant";
  auto read = dyn_cast_or_null<ReadOp>(value);
  return read ? formOfRead(equation, read) : "computed";
}

// Through copies and the equations of parts, to what is stored.
void TieReader::collect(Value wire, draw::Tie &tie) {
  if (auto copy = wire.getDefiningOp<CopyOp>())
    return collect(copy.getWire(), tie);
  if (auto equation = wire.getDefiningOp<EquationOp>()) {
    for (Value operand : equation.getWires())
      collect(operand, tie);
    return;
  }
  unsigned weight = cast<BlockArgument>(wire).getArgNumber() - made.inputCount();
  std::string path = cast<StringAttr>(made.getWeightNames()[weight]).str();
  for (const draw::TieSource &source : tie.sources)
    if (source.path == path)
      return;
  bool isOwn = path == tie.target || !inside.contains(path);
  tie.sources.push_back(
      {path, typeText(wire.getType()), state.indices.of(cast<ObjectType>(wire.getType())), isOwn});
}

// `body.attn.Wq + A·B` as `Wq + A·B`: numbers keep their points.
static std::string withoutPaths(StringRef text) {
  std::string result;
  size_t word = 0;
  for (char c : text) {
    if (c == '.' && word < result.size() && !llvm::isDigit(result[word])) {
      result.resize(word);
      continue;
    }
    result += c;
    if (!llvm::isAlnum(c) && c != '_')
      word = result.size();
  }
  return result;
}

// The axes along which the one stored weight is used everywhere.
static std::string missingAxes(const draw::Picture &picture, const draw::Tie &tie) {
  std::string text;
  for (unsigned axis : tie.axes)
    if (!llvm::is_contained(tie.sources.front().axes, axis))
      text += " " + picture.axes[axis].name;
  return text;
}

// Without positions, but where they are all that the formula says.
static std::string shortFormula(EquationOp equation, StringRef formula) {
  if (equation.getClauses().size() > 1)
    return std::to_string(equation.getClauses().size()) + " cases";
  Value value = equation.define(0).getValue();
  std::string text = value.getDefiningOp<ReadOp>() ? formula.split(" = ").second.str()
                                                   : withoutPrimes(shortText(equation, value));
  return withoutPaths(text);
}

draw::Tie TieReader::read(StringRef path, StringRef cell, Value wire) {
  draw::Tie tie;
  tie.cell = cell.str();
  tie.target = path.str();
  tie.axes = state.indices.of(cast<ObjectType>(wire.getType()));
  collect(wire, tie);
  auto equation = wire.getDefiningOp<EquationOp>();
  tie.form = equation ? formOf(equation) : "alias";
  if (!equation) {
    tie.formula = path.str() + " = " + tie.sources.front().path;
    return tie;
  }
  tie.formula = formulaText(equation);
  if (tie.form == "repeated")
    tie.shortFormula = "Δ" + missingAxes(state.picture, tie);
  else if (tie.form == "computed" || tie.form == "constant")
    tie.shortFormula = shortFormula(equation, tie.formula);
  return tie;
}

// A wire that is the weight of that name itself: it stays.
static bool stays(Value wire, StringRef path, MorphismOp made) {
  if (auto copy = wire.getDefiningOp<CopyOp>())
    return stays(copy.getWire(), path, made);
  auto argument = dyn_cast<BlockArgument>(wire);
  return argument &&
         cast<StringAttr>(made.getWeightNames()[argument.getArgNumber() - made.inputCount()]).getValue() ==
             path;
}

// Cells compose by substitution: what an inner cell stores itself and the outer one ties is what the outer
// says.
static void compose(std::vector<draw::Tie> &outer, const std::vector<draw::Tie> &inner) {
  std::vector<draw::Tie> composed;
  llvm::StringSet<> used;
  for (draw::Tie tie : inner) {
    std::vector<draw::TieSource> sources;
    for (const draw::TieSource &source : tie.sources) {
      auto it = llvm::find_if(outer, [&](const draw::Tie &o) { return o.target == source.path; });
      if (!source.isOwn || it == outer.end()) {
        sources.push_back(source);
        continue;
      }
      used.insert(it->target);
      sources.insert(sources.end(), it->sources.begin(), it->sources.end());
      tie.cell += " ; " + it->cell;
      tie.formula += "\n" + it->formula;
      tie.form = "computed";
    }
    tie.sources = std::move(sources);
    composed.push_back(std::move(tie));
  }
  llvm::erase_if(outer, [&](const draw::Tie &tie) { return used.contains(tie.target); });
  outer.insert(outer.end(), composed.begin(), composed.end());
}

// Weights that cells tie are drawn, however many there are beside them.
static void listAll(PictureState &state, MorphismOp subject, draw::Frame &frame) {
  llvm::StringSet<> paths;
  for (const draw::Tie &tie : frame.ties) {
    paths.insert(tie.target);
    for (const draw::TieSource &source : tie.sources)
      paths.insert(source.path);
  }
  for (const OccurrenceWeight &weight : weightsOf(subject))
    if (paths.contains(weight.path))
      listTied(state, frame, {weight.path, typeText(weight.type), state.indices.of(weight.type)});
}

int frameOfCell(PictureState &state, MorphismOp made, BoxOp box) {
  auto subject = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(box, box.getCalleeAttr());
  draw::Frame frame = state.picture.frames[frameOf(state, subject)];
  frame.name = baseName(made.getSymName());
  TieReader reader(state, made, subject);
  std::vector<draw::Tie> ties;
  for (auto [i, path, wire] : llvm::enumerate(box.tiedPaths(), box.getTied()))
    if (!stays(wire, path, made))
      ties.push_back(reader.read(path, cellOf(box, i, made), wire));
  compose(ties, frame.ties);
  frame.ties = std::move(ties);
  listAll(state, subject, frame);
  std::optional<Size> numbers = Size(0);
  std::vector<OccurrenceWeight> stored = weightsOf(made);
  for (const OccurrenceWeight &weight : stored) {
    std::optional<Size> count = state.axes.count(weight.type);
    numbers = numbers && count ? add(*numbers, *count) : std::nullopt;
  }
  int added = addFrame(state, std::move(frame), numbers);
  state.cellWeights[added] = stored.size();
  return added;
}

} // namespace weft
