#include "compiler/prove/Prove.h"
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Places.h"
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/MonoidClaims.h"
#include "compiler/prove/UnusedWeights.h"
#include "llvm/Support/thread.h"

using namespace mlir;

namespace weft {

using namespace weft::prove;
using Status = LawStatus::Status;

namespace {

class ProgramProofs {
public:
  ProgramProofs(ModuleOp module, Sources &sources, Diagnostics &diagnostics, std::string cacheFolder)
      : module(module), sources(sources), diagnostics(diagnostics), axes(module),
        cache(std::move(cacheFolder)) {}

  void run() {
    for (MonoidOp monoid : module.getOps<MonoidOp>())
      check(monoid);
    // Claims are about laws that hold.
    if (!diagnostics.hasErrors())
      for (ClaimOp claim : module.getOps<ClaimOp>())
        check(claim);
  }

private:
  void check(MonoidOp monoid);
  void check(ClaimOp claim);
  ClaimVerdict decide(ClaimOp claim);
  ClaimVerdict decideLaw(ClaimOp claim);
  ClaimVerdict decideMonoids(ClaimOp claim);
  void report(MonoidOp monoid, const std::string &law, LawStatus &status, bool isAssumed);
  void warnOnce(weft::Range place, const std::string &message);

  ModuleOp module;
  Sources &sources;
  Diagnostics &diagnostics;
  // One monoid, or one claim about monoids, takes its share; all of them together no more than this.
  static constexpr std::chrono::seconds longest{10}, longestAll{60};
  AxisTable axes;
  VerdictCache cache;
  Budget program{longestAll};
  std::map<std::string, LawTable> laws; // by monoid
};

} // namespace

static const char *word(Status status) {
  switch (status) {
  case Status::proved:
    return "proved";
  case Status::assumed:
    return "assumed";
  case Status::refuted:
    return "refuted";
  case Status::unknown:
    return "unknown";
  }
  return "";
}

static bool isRequired(StringRef law) { return law == "associative" || law == "unit" || law == "domain"; }

// What a monoid does that has the law.
static std::string whatItDoes(StringRef law) {
  return law == "domain" ? "keeps to its carrier" : law == "unit" ? "keeps its unit" : "is " + law.str();
}

// A command may prove its program for several stages.
void ProgramProofs::warnOnce(weft::Range place, const std::string &message) {
  bool isSaid = llvm::any_of(diagnostics.all(), [&](const std::unique_ptr<Diagnostic> &said) {
    return said->message == message && said->range.begin == place.begin;
  });
  if (!isSaid)
    diagnostics.warning("claim.unknown", place, message);
}

void ProgramProofs::report(MonoidOp monoid, const std::string &law, LawStatus &status, bool isAssumed) {
  if (status.status == Status::proved || (!isRequired(law) && !isAssumed))
    return;
  std::string name = "`" + monoid.getSymName().str() + "`";
  std::string error = isRequired(law) ? "monoid." + law : "claim.refuted";
  weft::Range place = rangeOf(monoid.getLoc(), sources);
  if (status.status == Status::refuted) {
    const char *fails = law == "associative" ? " is not associative"
                        : law == "unit"      ? " has a unit that is none"
                        : law == "domain"    ? " leaves its carrier"
                                             : nullptr;
    Diagnostic &diagnostic =
        diagnostics.error(error, place, "monoid " + name + (fails ? fails : " is not " + law));
    diagnostic.note(status.witness);
    if (isAssumed)
      diagnostic.note("`assume` stands in for a proof, and does not override a counterexample");
    return;
  }
  if (isAssumed) {
    status.status = Status::assumed;
    warnOnce(place, "that monoid " + name + " " + whatItDoes(law) + " is assumed and not proved");
    return;
  }
  diagnostics.error(error, place, "whether monoid " + name + " " + whatItDoes(law) + " cannot be told")
      .note(status.how)
      .note("rewrite its operation, restrict the carrier by `where`, or take it on trust by `assume " + law +
            "`");
}

void ProgramProofs::check(MonoidOp monoid) {
  std::vector<std::string> assumed;
  for (NamedAttribute law : monoid.getLaws())
    assumed.push_back(law.getName().str());
  std::vector<std::string> asked = assumed;
  for (ClaimOp claim : module.getOps<ClaimOp>())
    if (claim.getSubject() == monoid.getSymName())
      asked.push_back(claim.getProperty().str());
  Budget budget(std::min<std::chrono::milliseconds>(longest, program.left()));
  LawTable table = lawsOf(monoid, axes, module, asked, budget, cache);
  for (const std::string &law : assumed)
    table.try_emplace(law);
  Builder builder(module.getContext());
  SmallVector<NamedAttribute> statuses;
  // The unit first: what breaks it breaks other laws too.
  for (bool unit : {true, false})
    for (auto &[law, status] : table)
      if ((law == "unit") == unit)
        report(monoid, law, status, llvm::is_contained(assumed, law));
  for (auto &[law, status] : table) {
    if (status.status == Status::unknown)
      continue;
    std::string text = word(status.status);
    if (status.status == Status::proved)
      text += " " + status.how;
    statuses.push_back(builder.getNamedAttr(law, builder.getStringAttr(text)));
  }
  monoid.setLawsAttr(builder.getDictionaryAttr(statuses));
  laws[monoid.getSymName().str()] = std::move(table);
}

static ClaimVerdict verdictOf(const LawStatus &law) {
  using Verdict = ClaimVerdict::Status;
  Verdict verdict = law.status == Status::proved    ? Verdict::proved
                    : law.status == Status::refuted ? Verdict::refuted
                                                    : Verdict::unknown;
  return {verdict, law.how, law.witness};
}

ClaimVerdict ProgramProofs::decideLaw(ClaimOp claim) {
  LawTable &table = laws[claim.getSubject().str()];
  auto law = table.find(claim.getProperty().str());
  if (law == table.end())
    return {};
  return verdictOf(law->second);
}

ClaimVerdict ProgramProofs::decideMonoids(ClaimOp claim) {
  SmallVector<MonoidOp, 2> monoids;
  for (auto symbol : claim->getAttrOfType<ArrayAttr>(monoidsAttribute).getAsRange<FlatSymbolRefAttr>())
    monoids.push_back(module.lookupSymbol<MonoidOp>(symbol.getValue()));
  Budget budget(std::min<std::chrono::milliseconds>(longest, program.left()));
  ProofContext context{axes, module, budget, cache};
  if (monoids.size() == 1)
    return verdictOf(
        decideDistributivity(module.lookupSymbol<MonoidOp>(claim.getSubject()), monoids[0], context));
  auto f = module.lookupSymbol<MorphismOp>(claim.getSubject());
  return verdictOf(decideHomomorphism(f, monoids[0], monoids[1], context));
}

ClaimVerdict ProgramProofs::decide(ClaimOp claim) {
  if (claim->hasAttr(cellsAttribute))
    return decideCellEquality(module, dyn_cast<ArrayAttr>(claim->getAttr(cellsAttribute)));
  if (claim.getOther())
    return decideEquality(module, claim.getSubject(), *claim.getOther());
  if (claim.getAxis())
    return decideSymmetry(module, claim.getSubject(), *claim.getAxis(),
                          claim.getProperty().starts_with("invariant"));
  if (claim.getBound())
    return decideCost(module, claim.getSubject(), claim.getProperty(), *claim.getBound());
  return claim->hasAttr(monoidsAttribute) ? decideMonoids(claim) : decideLaw(claim);
}

// `f` and `g` are equal, in words; `negation` is " not" or nothing.
static std::string sentence(ClaimOp claim, const std::string &negation) {
  std::string subject = "`" + claim.getSubject().str() + "`";
  if (claim->hasAttr(cellsAttribute))
    return "cell `" + claim.getCell().value_or("").str() + "` is" + negation + " the same map as `" +
           claim.getProperty().substr(3).str() + "`";
  if (claim.getCell())
    return "what cell `" + claim.getCell()->str() + "` makes is" + negation + " `" + claim.getOther()->str() +
           "`";
  if (claim.getOther())
    return subject + " and `" + claim.getOther()->str() + "` are" + negation + " equal";
  if (claim.getBound())
    return "`" + claim.getProperty().str() + "` holds for " + subject;
  std::string property = claim.getProperty().str();
  if (StringRef(property).starts_with("distributes "))
    return subject + (negation.empty() ? " distributes" : " does not distribute") +
           property.substr(property.find(' '));
  bool isNoun = claim.getProperty().starts_with("homomorphism");
  return subject + " is" + negation + (isNoun ? " a " : " ") + property;
}

void ProgramProofs::check(ClaimOp claim) {
  bool isAssumed = claim.getVerdict() == "assumed";
  if (claim.getVerdict() != "open" && !isAssumed)
    return;
  if (isAssumed && claim.getProperty().starts_with("weights"))
    return;
  ClaimVerdict verdict = decide(claim);
  weft::Range place = rangeOf(claim.getLoc(), sources);
  if (verdict.status == ClaimVerdict::Status::refuted) {
    std::string counted = verdict.witness + ", and `" + claim.getProperty().str() + "` is claimed";
    Diagnostic &diagnostic =
        diagnostics.error(claim.getOther() && claim.getCell() ? "cell.not-equal" : "claim.refuted", place,
                          claim.getBound() ? counted : sentence(claim, " not"));
    if (!claim.getBound())
      diagnostic.note(verdict.witness);
    if (isAssumed)
      diagnostic.note("`assume` stands in for a proof, and does not override a counterexample");
    return;
  }
  if (isAssumed)
    return;
  if (verdict.status == ClaimVerdict::Status::unknown) {
    Diagnostic &diagnostic =
        diagnostics.error("claim.unknown", place, "whether " + sentence(claim, "") + " cannot be told");
    if (!verdict.how.empty())
      diagnostic.note(verdict.how);
    diagnostic.note("what cannot be proved is stated by `assume`");
    return;
  }
  std::string word = verdict.status == ClaimVerdict::Status::evaluated ? "evaluated " : "proved ";
  claim.setVerdict(verdict.how.empty() || claim.getBound() ? "proved" : word + verdict.how);
}

void proveProgram(ModuleOp module, Sources &sources, Diagnostics &diagnostics, std::string cacheFolder) {
  // Formulas may be nested deep: on a thread whose stack is large enough for all that elaboration let pass.
  constexpr unsigned stack = 256u << 20;
  llvm::thread thread(std::optional<unsigned>(stack), [&] {
    ProgramProofs(module, sources, diagnostics, std::move(cacheFolder)).run();
    if (!diagnostics.hasErrors())
      reportUnusedWeights(module, sources, diagnostics);
  });
  thread.join();
}

} // namespace weft
