#include "compiler/prove/MonoidClaims.h"
#include "compiler/prove/Witness.h"

using namespace mlir;

namespace weft::prove {

using Status = LawStatus::Status;

namespace {
// A law and the words for its two sides.
struct Question {
  Law law;
  std::string left, right;
};
} // namespace

// The first refutation, else the first doubt, else all that proved.
static LawStatus decideAll(ArrayRef<Question> questions, ArrayRef<Variable> carrier,
                           ArrayRef<Variable> values, const ProofContext &context) {
  LawStatus all{Status::proved, "", ""};
  for (const Question &question : questions) {
    Verdict verdict = decide(question.law, context.budget, context.cache, true);
    if (verdict.isRefuted())
      return {Status::refuted, verdict.how,
              witness(question.law, *verdict.counterexample, carrier, values, question.left, question.right)};
    if (all.status != Status::proved)
      continue;
    if (!verdict.isProved())
      all = {Status::unknown, verdict.how, ""};
    else if (!StringRef(all.how).contains(verdict.how))
      all.how += (all.how.empty() ? "" : " and ") + verdict.how;
  }
  return all;
}

static LawStatus unknown(std::string how) { return {Status::unknown, std::move(how), ""}; }

static bool haveSameSorts(const MonoidTerms &a, const MonoidTerms &b) {
  return a.width() == b.width() && llvm::all_of(llvm::zip(a.carrier(), b.carrier()), [](auto pair) {
           return std::get<0>(pair).sort == std::get<1>(pair).sort;
         });
}

LawStatus decideDistributivity(MonoidOp times, MonoidOp plus, const ProofContext &context) {
  Terms terms;
  TermReader reader(terms, context.axes, context.module);
  MonoidTerms product(times, reader, terms, context.axes), sum(plus, reader, terms, context.axes);
  if (!haveSameSorts(product, sum))
    return unknown("the two have carriers of different types");
  chooseRange(product, context.budget, context.cache);
  chooseRange(sum, context.budget, context.cache);
  Law law;
  TermList elements[3];
  static constexpr const char *names[] = {"a", "b", "c"};
  for (auto [element, name] : llvm::zip(elements, names)) {
    element = sum.element(law, name);
    product.narrow(law, element);
  }
  auto &[a, b, c] = elements;
  Question before{law, "", ""}, after{law, "", ""};
  sum.requireEqual(before.law, product.combine(a, sum.combine(b, c)),
                   sum.combine(product.combine(a, b), product.combine(a, c)));
  sum.requireEqual(after.law, product.combine(sum.combine(b, c), a),
                   sum.combine(product.combine(b, a), product.combine(c, a)));
  std::string x = times.getSymName().str(), p = plus.getSymName().str();
  auto applied = [](const std::string &name, const std::string &left, const std::string &right) {
    return name + "(" + left + ", " + right + ")";
  };
  before.left = applied(x, "a", applied(p, "b", "c"));
  before.right = applied(p, applied(x, "a", "b"), applied(x, "a", "c"));
  after.left = applied(x, applied(p, "b", "c"), "a");
  after.right = applied(p, applied(x, "b", "a"), applied(x, "c", "a"));
  return decideAll({before, after}, sum.carrier(), sum.carrier(), context);
}

static bool isFinite(const TermList &element) {
  return llvm::none_of(element, [](TermRef term) { return term->kind == Term::Kind::infinity; });
}

LawStatus decideHomomorphism(MorphismOp f, MonoidOp from, MonoidOp to, const ProofContext &context) {
  Terms terms;
  TermReader reader(terms, context.axes, context.module);
  MonoidTerms source(from, reader, terms, context.axes), target(to, reader, terms, context.axes);
  chooseRange(source, context.budget, context.cache);
  chooseRange(target, context.budget, context.cache);
  Question products, values, unit;
  auto image = [&](const TermList &element) { return reader.outputs(f, element); };
  auto finite = [&](Law &law, StringRef name) {
    TermList element = source.element(law, name);
    for (auto [i, term] : llvm::enumerate(element))
      if (source.hasUnit() && source.unit()[i]->kind == Term::Kind::infinity)
        law.variables[term->number].admitsLow = law.variables[term->number].admitsHigh = false;
    return element;
  };
  TermList a = finite(products.law, "a"), b = finite(products.law, "b");
  std::optional<TermList> fa = image(a), fb = image(b), together = image(source.combine(a, b));
  if (!fa || !fb || !together)
    return unknown("`" + f.getSymName().str() + "` is more than a formula of scalars without weights");
  target.requireEqual(products.law, *together, target.combine(*fa, *fb));
  std::string name = f.getSymName().str();
  products.left = name + "(a * b)";
  products.right = name + "(a) * " + name + "(b)";
  target.requireElement(values.law, *image(finite(values.law, "a")));
  values.left = name + "(a)";
  std::vector<Question> questions{products, values};
  bool mapsUnit = source.hasUnit() && isFinite(source.unit());
  if (mapsUnit && !target.hasUnit())
    return {Status::refuted, "",
            "the unit of `" + from.getSymName().str() + "` is an element, and that of `" +
                to.getSymName().str() + "` is not"};
  if (mapsUnit) {
    target.requireEqual(unit.law, *image(source.unit()), target.unit());
    unit.left = name + "(unit)";
    unit.right = "the unit";
    questions.insert(questions.begin(), unit);
  }
  return decideAll(questions, source.carrier(), target.carrier(), context);
}

} // namespace weft::prove
