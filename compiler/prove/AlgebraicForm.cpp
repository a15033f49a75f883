#include "compiler/prove/AlgebraicWriter.h"

using namespace mlir;

namespace weft::prove {

static constexpr unsigned mostDeep = 200;

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

std::optional<std::vector<std::string>> AlgebraicWriter::write() {
  for (unsigned i = 0; i < network.inputCount(); ++i)
    names[network.input(i)] = "input" + std::to_string(i);
  for (unsigned i = 0; i < network.weightCount(); ++i)
    names[network.weight(i)] = "weight " + cast<StringAttr>(network.getWeightNames()[i]).str();
  std::vector<std::string> results = yields(network.block());
  return isGivenUp ? std::nullopt : std::optional(results);
}

std::vector<std::string> AlgebraicWriter::yields(Block &block) {
  for (Operation &op : block.without_terminator()) {
    if (auto scan = dyn_cast<ScanOp>(op))
      nameScan(scan);
    else if (auto loop = dyn_cast<IterateOp>(op))
      nameLoop(loop);
    else if (!isa<EquationOp>(op))
      giveUp();
  }
  std::vector<std::string> results;
  for (Value wire : block.getTerminator()->getOperands())
    results.push_back(nameOf(wire));
  return results;
}

// Elements go by what they are outside, so that their order does not show.
void AlgebraicWriter::nameScan(ScanOp scan) {
  Block &body = scan.block();
  unsigned states = scan.getStates().size();
  std::string text = "scan " + scan.getAxis().str();
  for (unsigned i = 0; i < states; ++i) {
    text += " from " + nameOf(scan.getStates()[i]);
    names[body.getArgument(i)] = "state" + std::to_string(level) + "." + std::to_string(i);
  }
  for (auto [i, element] : llvm::enumerate(scan.getElements()))
    names[body.getArgument(states + i)] = "element" + std::to_string(level) + " of " + nameOf(element) +
                                          " at " + std::to_string(scan.elementDepth(i));
  ++level;
  for (const std::string &result : yields(body))
    text += " to " + result;
  --level;
  std::string number = numbers(text);
  for (auto [i, result] : llvm::enumerate(scan.getResults())) {
    std::string depth = i < states ? "" : " at " + std::to_string(scan.outputDepth(i - states));
    names[result] = "scan" + number + "." + std::to_string(i) + depth;
  }
}

void AlgebraicWriter::nameLoop(IterateOp loop) {
  Block &body = loop.block();
  unsigned states = loop.getStates().size();
  std::string text = "iterate " + loop.getBound().str();
  for (unsigned i = 0; i < states; ++i) {
    text += " from " + nameOf(loop.getStates()[i]);
    names[body.getArgument(i)] = "state" + std::to_string(level) + "." + std::to_string(i);
  }
  for (auto [i, context] : llvm::enumerate(loop.getContexts()))
    names[body.getArgument(states + i)] = nameOf(context);
  ++level;
  for (const std::string &result : yields(body))
    text += " to " + result;
  --level;
  std::string number = numbers(text);
  for (auto [i, result] : llvm::enumerate(loop.getResults()))
    names[result] = "iterate" + number + "." + std::to_string(i);
}

std::string AlgebraicWriter::nameOf(Value wire) {
  if (auto known = names.find(wire); known != names.end())
    return known->second;
  auto equation = wire.getDefiningOp<EquationOp>();
  if (!equation) {
    giveUp();
    return "";
  }
  std::string name = isPlain(equation) ? nameOfPlain(equation) : "wire" + numbers(textOfCases(equation));
  return names[wire] = name;
}

bool AlgebraicWriter::isPlain(EquationOp equation) {
  return equation.getClauses().size() == 1 &&
         llvm::equal(equation.define(0).getPositions(), equation.indices(0));
}

std::string AlgebraicWriter::nameOfPlain(EquationOp equation) {
  SmallVector<Summands> positions;
  std::map<std::string, std::string> places;
  for (BlockArgument index : equation.indices(0)) {
    std::string token = tokens.next();
    places[token] = "@" + std::to_string(positions.size()) + ":" + objectOf(index).getElement().str();
    positions.push_back(Summands(Factor{token}));
  }
  Summands value = valueOfPlain(equation, positions);
  // A wire that is another one, index by index, has that one's name.
  if (value.products.size() == 1 && value.products[0].coefficient == 1 && value.products[0].bound.empty() &&
      value.products[0].factors.size() == 1)
    for (Value read : equation.getWires())
      if (value.products[0].factors[0].text == readText(nameOf(read), positions))
        return nameOf(read);
  return "wire" + numbers(replaced(value.text(), places));
}

std::string AlgebraicWriter::textOfCases(EquationOp equation) {
  std::vector<std::string> cases;
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    Scalars scalars;
    std::map<std::string, std::string> places;
    for (BlockArgument index : equation.indices(clause)) {
      std::string token = tokens.next();
      places[token] = "@" + std::to_string(places.size()) + ":" + objectOf(index).getElement().str();
      scalars[index] = Summands(Factor{token});
    }
    evaluate(equation.getClauses()[clause].front(), scalars, equation, clause);
    DefineOp define = equation.define(clause);
    std::string text;
    for (Value position : define.getPositions())
      text += scalars.lookup(position).text() + ",";
    cases.push_back(replaced(text + "=" + scalars.lookup(define.getValue()).text(), places));
  }
  llvm::sort(cases);
  std::string text = "cases";
  for (const std::string &one : cases)
    text += " " + one;
  return text;
}

// The same wire at the same positions is written once: residuals read theirs many times over.
Summands AlgebraicWriter::valueOfPlain(EquationOp equation, ArrayRef<Summands> positions) {
  std::string at;
  for (const Summands &position : positions)
    at += position.text();
  auto [place, isNew] = written[equation].emplace(at, Summands());
  if (isNew)
    place->second = valueAt(equation, positions);
  return place->second;
}

Summands AlgebraicWriter::valueAt(EquationOp equation, ArrayRef<Summands> positions) {
  if (depth > mostDeep)
    return giveUp();
  ++depth;
  Scalars scalars;
  for (auto [index, position] : llvm::zip(equation.indices(0), positions))
    scalars[index] = position;
  evaluate(equation.getClauses()[0].front(), scalars, equation, 0);
  --depth;
  return scalars.lookup(equation.define(0).getValue());
}

// A wire is written out where it is read when that is a short sum.
bool AlgebraicWriter::isWrittenOut(EquationOp equation) {
  if (auto known = writtenOut.find(equation); known != writtenOut.end())
    return known->second;
  if (!isPlain(equation) || !keepsValue(objectOf(equation.getResult())))
    return writtenOut[equation] = false;
  SmallVector<Summands> positions;
  for (unsigned i = 0; i < equation.indices(0).size(); ++i)
    positions.push_back(Summands(Factor{tokens.next()}));
  return writtenOut[equation] = valueOfPlain(equation, positions).products.size() <= 4;
}

std::optional<std::vector<std::string>> algebraicForm(NetworkOp network, TextNumbers &numbers) {
  return AlgebraicWriter(network, numbers).write();
}

} // namespace weft::prove
