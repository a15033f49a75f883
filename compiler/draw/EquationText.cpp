#include "compiler/draw/EquationText.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Format.h"

using namespace mlir;

namespace weft {

namespace {

// How tightly an operator binds; parentheses stand where a looser one meets a tighter place.
enum Binding {
  loosest,
  choice,
  disjunction,
  conjunction,
  negation,
  comparison,
  sum,
  product,
  sign,
  tightest
};

struct Operator {
  const char *text, *brief;
  Binding binding;
};

std::optional<Operator> operatorOf(Function function) {
  switch (function) {
  case Function::add:
    return Operator{" + ", " + ", sum};
  case Function::sub:
    return Operator{" - ", " − ", sum};
  case Function::mul:
    return Operator{" * ", "·", product};
  case Function::divide:
    return Operator{" / ", " / ", product};
  case Function::div:
    return Operator{" div ", " div ", product};
  case Function::mod:
    return Operator{" mod ", " mod ", product};
  case Function::eq:
    return Operator{" == ", " = ", comparison};
  case Function::ne:
    return Operator{" != ", " ≠ ", comparison};
  case Function::lt:
    return Operator{" < ", " < ", comparison};
  case Function::le:
    return Operator{" <= ", " ≤ ", comparison};
  case Function::gt:
    return Operator{" > ", " > ", comparison};
  case Function::ge:
    return Operator{" >= ", " ≥ ", comparison};
  case Function::and_:
    return Operator{" and ", " and ", conjunction};
  case Function::or_:
    return Operator{" or ", " or ", disjunction};
  default:
    return std::nullopt;
  }
}

// Expressions can be large; a text that nobody reads to its end is cut.
constexpr size_t longest = 2000;

class Writer {
public:
  Writer(EquationOp equation, bool brief) : brief(brief) {
    for (auto [clause, region] : llvm::enumerate(equation.getClauses()))
      nameArguments(equation, clause, region.front());
  }

  std::string expression(Value value, Binding around = loosest);
  std::string list(ValueRange values, Binding around = loosest) {
    std::string text;
    for (Value value : values)
      text += (text.empty() ? "" : ", ") + expression(value, around);
    return text;
  }
  std::string foldHead(FoldOp fold);
  void leaveOut(ArrayRef<FoldOp> folds) { silent.insert(folds.begin(), folds.end()); }

private:
  void nameArguments(EquationOp equation, unsigned clause, Block &block);
  std::string apply(ApplyOp op, Binding around);
  std::string fold(FoldOp op, Binding around);
  std::string read(ReadOp op);
  std::string branch(IfOp op, Binding around);
  std::string constant(ConstantOp op);
  std::string region(Region &region, Binding around = loosest) {
    return list(region.front().getTerminator()->getOperands(), around);
  }

  llvm::DenseMap<Value, std::string> names;
  bool brief;
  llvm::SmallPtrSet<Operation *, 4> silent; // folds that a sign outside the text stands for
  size_t written = 0;
};

void Writer::nameArguments(EquationOp equation, unsigned clause, Block &block) {
  size_t indices = block.getNumArguments() - equation.getWires().size();
  ArrayAttr indexNames;
  if (equation.getIndexNames() && clause < equation.getIndexNames()->size())
    indexNames = dyn_cast<ArrayAttr>((*equation.getIndexNames())[clause]);
  for (auto [i, argument] : llvm::enumerate(block.getArguments())) {
    std::string name;
    if (i < indices && indexNames && i < indexNames.size())
      name = cast<StringAttr>(indexNames[i]).str();
    else if (i >= indices && equation.getNames() && i - indices < equation.getNames()->size())
      name = cast<StringAttr>((*equation.getNames())[i - indices]).str();
    if (name.empty())
      name = std::string(1, i < indices ? char('i' + i % 8) : char('a' + (i - indices) % 8));
    names[argument] = name;
  }
}

std::string Writer::expression(Value value, Binding around) {
  if (written > longest)
    return "…";
  ++written;
  if (auto it = names.find(value); it != names.end())
    return it->second;
  Operation *op = value.getDefiningOp();
  if (!op)
    return "?";
  return llvm::TypeSwitch<Operation *, std::string>(op)
      .Case([&](ApplyOp apply) { return this->apply(apply, around); })
      .Case([&](FoldOp fold) { return this->fold(fold, around); })
      .Case([&](ReadOp read) { return this->read(read); })
      .Case([&](ConstantOp constant) { return this->constant(constant); })
      .Case([&](SizeOp size) { return "#" + size.getAxis().str(); })
      .Case([&](ConvertOp convert) {
        auto type = cast<ObjectType>(convert.getType());
        // An index is an integer wherever it meets arithmetic.
        bool implied = type.getElement() == "i64" && cast<ObjectType>(convert.getValue().getType()).isIndex();
        return brief || implied ? expression(convert.getValue(), around)
                                : type.getElement().str() + "(" + expression(convert.getValue()) + ")";
      })
      .Case([&](IndexOp index) {
        auto type = cast<ObjectType>(index.getType());
        return brief ? expression(index.getNumber(), around)
                     : type.getElement().str() + "(" + expression(index.getNumber()) + ")";
      })
      .Case([&](PairOp pair) { return "(" + list(pair.getParts()) + ")"; })
      .Case([&](InjectOp inject) {
        auto type = cast<ObjectType>(inject.getPart().getType());
        return type.getElement().str() + " " + expression(inject.getPart(), tightest);
      })
      .Case([&](IfOp branch) { return this->branch(branch, around); })
      .Case([&](CheckOp check) { return expression(check.getValue(), around); })
      .Case([&](CallOp call) {
        return call.getCallee().split('[').first.str() + "(" + list(call.getArguments()) + ")";
      })
      .Default([](Operation *) { return std::string("?"); });
}

std::string Writer::apply(ApplyOp op, Binding around) {
  Function function = op.getFunction();
  auto values = op.getValues();
  std::string text;
  Binding binding = tightest;
  if (auto infix = operatorOf(function)) {
    binding = infix->binding;
    // A right side of the same strength needs parentheses: a - (b - c). Comparisons never chain.
    text = expression(values[0], binding == comparison ? sum : binding) +
           (brief ? infix->brief : infix->text) + expression(values[1], Binding(binding + 1));
  } else if (function == Function::neg) {
    binding = sign;
    text = (brief ? "−" : "-") + expression(values[0], sign);
  } else if (function == Function::not_) {
    binding = negation;
    text = "not " + expression(values[0], negation);
  } else {
    return stringifyFunction(function).str() + "(" + list(values) + ")";
  }
  return binding < around ? "(" + text + ")" : text;
}

std::string Writer::foldHead(FoldOp fold) {
  std::string text;
  std::vector<std::string> indices = foldIndices(fold);
  for (auto [argument, name] : llvm::zip(fold.indices(), indices)) {
    names[argument] = name;
    text += (text.empty() ? "" : ", ") + name;
  }
  if (fold.getMask().empty())
    return text;
  for (auto [argument, name] : llvm::zip(fold.getMask().front().getArguments(), indices))
    names[argument] = name;
  return text + " where " + region(fold.getMask());
}

std::string Writer::fold(FoldOp fold, Binding around) {
  std::string head = foldHead(fold), arguments = region(fold.getArguments());
  std::string monoid = fold.getMonoid().split('[').first.str();
  if (silent.contains(fold))
    return region(fold.getArguments(), around);
  return brief ? monoid + "(" + arguments + ")" : monoid + "[" + head + "](" + arguments + ")";
}

std::string Writer::read(ReadOp op) {
  std::string text = expression(op.getWire(), tightest);
  if (brief)
    return text;
  if (!op.getPositions().empty())
    text += "[" + list(op.getPositions()) + "]";
  if (op.getOtherwise().empty())
    return text;
  return "(" + text + " else " + region(op.getOtherwise()) + ")";
}

std::string Writer::constant(ConstantOp op) {
  auto type = cast<ObjectType>(op.getType());
  if (auto real = dyn_cast<FloatAttr>(op.getValue())) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << llvm::format("%g", real.getValueAsDouble());
    // 1e-05 as people write it.
    if (size_t at = text.find("e-0"); at != std::string::npos)
      text.erase(at + 2, 1);
    return text;
  }
  int64_t number = cast<IntegerAttr>(op.getValue()).getInt();
  if (type.isBool())
    return number ? "true" : "false";
  // An element of a named axis by its name.
  if (type.isIndex())
    if (auto axis = SymbolTable::lookupNearestSymbolFrom<AxisOp>(op, type.getElement()))
      if (axis.getElements() && uint64_t(number) < axis.getElements()->size())
        return cast<StringAttr>((*axis.getElements())[number]).str();
  return std::to_string(number);
}

static bool isTruth(Region &region, bool truth) {
  Value value = region.front().getTerminator()->getOperand(0);
  auto constant = value.getDefiningOp<ConstantOp>();
  auto type = dyn_cast<ObjectType>(value.getType());
  return constant && type && type.isBool() && (cast<IntegerAttr>(constant.getValue()).getInt() != 0) == truth;
}

// `a and b` is `if a then b else false`, `a or b` is `if a then true else b`.
std::string Writer::branch(IfOp op, Binding around) {
  std::string text;
  Binding binding = choice;
  if (isTruth(op.getElseRegion(), false)) {
    binding = conjunction;
    text = expression(op.getCondition(), conjunction) + " and " + region(op.getThenRegion(), negation);
  } else if (isTruth(op.getThenRegion(), true)) {
    binding = disjunction;
    text = expression(op.getCondition(), disjunction) + " or " + region(op.getElseRegion(), conjunction);
  } else {
    text = "if " + expression(op.getCondition(), disjunction) + " then " + region(op.getThenRegion()) +
           " else " + region(op.getElseRegion());
  }
  return binding < around ? "(" + text + ")" : text;
}

} // namespace

std::vector<std::string> foldIndices(FoldOp fold) {
  std::vector<std::string> names;
  for (auto [i, argument] : llvm::enumerate(fold.indices())) {
    std::string name;
    if (fold.getIndexNames() && i < fold.getIndexNames()->size())
      name = cast<StringAttr>((*fold.getIndexNames())[i]).str();
    names.push_back(name.empty() ? std::string(1, char('p' + i % 8)) : name);
  }
  return names;
}

std::string equationText(EquationOp equation) {
  std::string text;
  Writer writer(equation, false);
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    DefineOp define = equation.define(clause);
    std::string left = equation.getName().str();
    if (!define.getPositions().empty())
      left += "[" + writer.list(define.getPositions()) + "]";
    text += (clause ? "\n" : "") + left + " = " + writer.expression(define.getValue());
  }
  return text;
}

std::string shortText(EquationOp equation, Value value, ArrayRef<FoldOp> leftOut) {
  Writer writer(equation, true);
  writer.leaveOut(leftOut);
  return writer.expression(value);
}

std::string foldIndicesText(EquationOp equation, FoldOp fold) {
  return Writer(equation, true).foldHead(fold);
}

} // namespace weft
