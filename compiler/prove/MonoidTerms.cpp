#include "compiler/prove/MonoidTerms.h"

using namespace mlir;

namespace weft::prove {

MonoidTerms::MonoidTerms(MonoidOp op, TermReader &reader, Terms &terms, const AxisTable &axes)
    : terms(terms), op(op), reader(reader), axes(axes) {
  for (auto [name, type] : llvm::zip(op.getComponents(), op.getCarrier().getAsValueRange<TypeAttr>())) {
    auto object = cast<ObjectType>(type);
    Variable variable;
    variable.name = cast<StringAttr>(name).str();
    variable.sort = sortOf(object);
    if (object.isIndex())
      variable.elements = axes.get(object.getElement()).elements;
    components.push_back(std::move(variable));
  }
  setRange(Range::type);
  if (op.hasUnit())
    unitValue = reader.yields(op.getUnit().front(), {});
  admitInfinities();
}

void MonoidTerms::setRange(Range range) {
  for (auto [variable, type] : llvm::zip(components, op.getCarrier().getAsValueRange<TypeAttr>())) {
    auto object = cast<ObjectType>(type);
    auto [least, greatest] = boundsOf(object, axes);
    bool unsignedType = least && *least == 0;
    bool keeps = range == Range::type || object.isIndex();
    variable.least = keeps || (range == Range::nonNegative && unsignedType) ? least : std::nullopt;
    variable.greatest = keeps ? greatest : std::nullopt;
  }
}

bool MonoidTerms::hasRanges() {
  return llvm::any_of(op.getCarrier().getAsValueRange<TypeAttr>(),
                      [](Type type) { return cast<ObjectType>(type).isInteger(); });
}

static std::optional<double> infinityOf(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  auto real = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
  if (!real || !real.getValue().isInfinity())
    return std::nullopt;
  return real.getValueAsDouble();
}

// An infinity in the unit, or compared with a component in the domain, belongs to the carrier.
void MonoidTerms::admitInfinities() {
  auto admit = [&](Variable &variable, double infinity) {
    (infinity < 0 ? variable.admitsLow : variable.admitsHigh) = true;
  };
  for (auto [variable, value] : llvm::zip(components, unitValue))
    if (value->kind == Term::Kind::infinity)
      admit(variable, value->value < 0 ? -1 : 1);
  op.getDomain().walk([&](ApplyOp apply) {
    for (Value value : apply.getValues())
      for (Value other : apply.getValues()) {
        auto argument = dyn_cast<BlockArgument>(other);
        if (std::optional<double> infinity = infinityOf(value); infinity && argument)
          admit(components[argument.getArgNumber()], *infinity);
      }
  });
}

TermList MonoidTerms::element(Law &law, llvm::StringRef name) {
  TermList result;
  for (const Variable &component : components) {
    Variable variable = component;
    variable.name = width() == 1 ? name.str() : (name + "." + component.name).str();
    result.push_back(terms.variable(law.variables.size(), variable.sort));
    law.variables.push_back(std::move(variable));
  }
  if (hasDomain())
    law.assumptions.push_back(isInDomain(result));
  return result;
}

void MonoidTerms::narrow(Law &law, const TermList &element) {
  auto tighter = [](const std::optional<Integer> &a, const std::optional<Integer> &b, bool least) {
    return !a ? b : !b ? a : std::optional((*a < *b) == least ? *b : *a);
  };
  for (auto [term, component] : llvm::zip(element, components)) {
    Variable &variable = law.variables[term->number];
    variable.admitsLow &= component.admitsLow;
    variable.admitsHigh &= component.admitsHigh;
    variable.least = tighter(variable.least, component.least, true);
    variable.greatest = tighter(variable.greatest, component.greatest, false);
  }
  if (hasDomain())
    law.assumptions.push_back(isInDomain(element));
}

TermList MonoidTerms::combine(const TermList &a, const TermList &b) {
  TermList both(a);
  both.insert(both.end(), b.begin(), b.end());
  return reader.yields(op.getCombine().front(), both);
}

TermList MonoidTerms::lifted(Law &law) {
  TermList arguments;
  for (BlockArgument argument : op.getLift().front().getArguments()) {
    auto type = cast<ObjectType>(argument.getType());
    Variable variable;
    if (argument.getArgNumber() < op.getLiftArguments().size())
      variable.name = cast<StringAttr>(op.getLiftArguments()[argument.getArgNumber()]).str();
    variable.sort = sortOf(type);
    std::tie(variable.least, variable.greatest) = boundsOf(type, axes);
    arguments.push_back(terms.variable(law.variables.size(), variable.sort));
    law.variables.push_back(std::move(variable));
  }
  TermList made = lift(arguments);
  for (auto [term, component] : llvm::zip(made, components))
    for (bool negative : {true, false})
      if (component.sort == Sort::real && !(negative ? component.admitsLow : component.admitsHigh))
        law.assumptions.push_back(terms.apply(negative ? Function::gt : Function::lt, Sort::boolean,
                                              {term, terms.infinity(negative)}));
  return made;
}

void MonoidTerms::requireElement(Law &law, const TermList &element) {
  for (auto [term, variable] : llvm::zip(element, components)) {
    law.admitted.emplace_back(term, variable);
    auto bound = [&](Function function, const std::optional<Integer> &number) {
      if (number)
        law.conditions.push_back(terms.apply(
            function, Sort::boolean, {term, terms.constant(Rational(*number, Integer(1)), variable.sort)}));
    };
    bound(Function::ge, variable.least);
    bound(Function::le, variable.greatest);
  }
  if (hasDomain())
    law.conditions.push_back(isInDomain(element));
}

void MonoidTerms::requireEqual(Law &law, const TermList &a, const TermList &b) {
  for (auto [left, right] : llvm::zip(a, b))
    law.equations.emplace_back(left, right);
}

} // namespace weft::prove
