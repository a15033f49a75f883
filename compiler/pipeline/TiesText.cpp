#include "compiler/pipeline/TiesText.h"

#include "compiler/draw/EquationText.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/TieForms.h"
#include "llvm/Support/Format.h"

using namespace mlir;

namespace weft {

// `163_037_184`
static std::string grouped(std::optional<Size> size) {
  std::optional<int64_t> number = size ? size->constant() : std::nullopt;
  if (!number)
    return size ? size->text() : "more than 2^63";
  std::string digits = std::to_string(*number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, "_");
  return digits;
}

static std::optional<Size> countOf(TypeRange types, const AxisTable &axes) {
  std::optional<Size> total = Size(0);
  for (Type type : types) {
    std::optional<Size> count = axes.count(cast<ObjectType>(type));
    total = total && count ? add(*total, *count) : std::nullopt;
  }
  return total;
}

// The equations that a tie's wire is made of, the last first; wires of other occurrences end the walk.
static void collectFormulas(Value wire, const llvm::DenseSet<Value> &others,
                            llvm::SetVector<EquationOp> &formulas) {
  auto equation = wire.getDefiningOp<EquationOp>();
  if (!equation || !formulas.insert(equation))
    return;
  for (Value inner : equation.getWires())
    if (!others.contains(inner))
      collectFormulas(inner, others, formulas);
}

static std::vector<std::string> linesOf(EquationOp equation) {
  SmallVector<StringRef> lines;
  std::string text = equationText(equation);
  StringRef(text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  return {lines.begin(), lines.end()};
}

// The formula of a part: what a clause at constant indices does no more than read.
static EquationOp partOf(EquationOp whole, unsigned clause) {
  auto read = whole.define(clause).getValue().getDefiningOp<ReadOp>();
  bool isPlain = read && read.getOtherwise().empty() && whole.getClauses().size() > 1 &&
                 llvm::equal(read.getPositions(), whole.indices(clause));
  if (!isPlain)
    return {};
  unsigned wire = cast<BlockArgument>(read.getWire()).getArgNumber() - whole.indices(clause).size();
  auto part = whole.getWires()[wire].getDefiningOp<EquationOp>();
  return part && part.getClauses().size() == 1 ? part : EquationOp();
}

// The indices that a left side names: `o, i` of `W[0, o, i]`.
static std::string namesOf(StringRef left) {
  SmallVector<StringRef> positions;
  std::string names;
  left.split('[').second.rtrim("] ").split(positions, ", ");
  for (StringRef position : positions)
    if (position.find_if_not([](char c) { return c >= '0' && c <= '9'; }) != StringRef::npos)
      names += (names.empty() ? "" : ", ") + position.str();
  return names;
}

// `W[0, i] = W[i]` where `W[i] = 2 * V[i]` is the part: `W[0, i] = 2 * V[i]`.
static std::vector<std::string> linesWithParts(EquationOp whole, llvm::DenseSet<Operation *> &parts) {
  std::vector<std::string> lines = linesOf(whole);
  for (auto [clause, line] : llvm::enumerate(lines)) {
    EquationOp part = clause < whole.getClauses().size() ? partOf(whole, clause) : EquationOp();
    std::vector<std::string> inner = part ? linesOf(part) : std::vector<std::string>();
    size_t left = line.find(" = "), right = inner.size() == 1 ? inner[0].find(" = ") : std::string::npos;
    bool isKnown = left != std::string::npos && right != std::string::npos;
    if (!isKnown || namesOf(line.substr(0, left)) != namesOf(inner[0].substr(0, right)))
      continue;
    line = line.substr(0, left) + inner[0].substr(right);
    parts.insert(part);
  }
  return lines;
}

static std::string describe(TieOp tie) {
  std::string text = formText(tie);
  if (tie.getFlops())
    text += ", " + grouped(Size(static_cast<int64_t>(*tie.getFlops()))) + " flops";
  if (tie.getCells()) {
    text += ", by ";
    llvm::raw_string_ostream out(text);
    llvm::interleaveComma(tie.getCells()->getAsValueRange<StringAttr>(), out);
  }
  return text;
}

static void printTable(TiesOp ties, const AxisTable &axes, llvm::raw_ostream &out) {
  SmallVector<Type> occurrences;
  llvm::DenseSet<Value> wires;
  size_t width = 0;
  for (TieOp tie : ties.ties()) {
    occurrences.push_back(tie.getWire().getType());
    wires.insert(tie.getWire());
    width = std::max(width, tie.getPath().size());
  }
  out << "// `" << ties.getNetwork() << "` stores " << grouped(countOf(ties.block().getArgumentTypes(), axes))
      << " numbers; its occurrences have " << grouped(countOf(occurrences, axes)) << "\n";
  for (TieOp tie : ties.ties()) {
    out << "// " << llvm::left_justify(tie.getPath(), std::min<size_t>(width, 40)) << "  " << describe(tie)
        << "\n";
    llvm::DenseSet<Value> others = wires;
    others.erase(tie.getWire());
    llvm::SetVector<EquationOp> formulas;
    collectFormulas(tie.getWire(), others, formulas);
    llvm::DenseSet<Operation *> parts;
    std::vector<std::vector<std::string>> texts;
    for (EquationOp formula : formulas)
      if (!parts.contains(formula))
        texts.push_back(linesWithParts(formula, parts));
    for (const std::vector<std::string> &lines : llvm::reverse(texts))
      for (const std::string &line : lines)
        out << "//     " << line << "\n";
  }
}

void printTies(ModuleOp program, StringRef network, llvm::raw_ostream &out) {
  TiesOp ties = tiesOf(program, network);
  printTable(ties, AxisTable(program), out);
  llvm::DenseSet<StringRef> folded;
  ties.walk([&](FoldOp fold) { folded.insert(fold.getMonoid()); });
  OwningOpRef<ModuleOp> alone = ModuleOp::create(ties.getLoc());
  (*alone)->setDiscardableAttrs(program->getDiscardableAttrDictionary());
  (*alone)->removeDiscardableAttr("weft.entry");
  OpBuilder builder = OpBuilder::atBlockEnd(alone->getBody());
  for (Operation &op : *program.getBody()) {
    auto monoid = dyn_cast<MonoidOp>(op);
    if (isa<AxisOp>(op) || (monoid && folded.contains(monoid.getSymName())))
      builder.clone(op);
  }
  builder.clone(*ties);
  alone->print(out);
  out << "\n";
}

} // namespace weft
