#include "compiler/prove/Prove.h"
#include "compiler/elaborate/Places.h"
#include "compiler/prove/ClaimVerdict.h"
#include "compiler/prove/MonoidLaws.h"
#include "llvm/Support/thread.h"

using namespace mlir;

namespace weft {

using namespace weft::prove;
using Status = LawStatus::Status;

namespace {

class ProgramProofs {
public:
  ProgramProofs(ModuleOp module, Sources &sources, Diagnostics &diagnostics)
      : module(module), sources(sources), diagnostics(diagnostics), axes(module) {}

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
  void report(MonoidOp monoid, const std::string &law, LawStatus &status, bool isAssumed);
  Region &placeOf(MonoidOp monoid, StringRef law);

  ModuleOp module;
  Sources &sources;
  Diagnostics &diagnostics;
  AxisTable axes;
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
    diagnostic.note("with " + status.witness);
    if (isAssumed)
      diagnostic.note("`assume` stands in for a proof, and does not override a counterexample");
    return;
  }
  if (isAssumed) {
    status.status = Status::assumed;
    diagnostics.warning("claim.unknown", place,
                        "that monoid " + name + " is " + law + " is assumed and not proved");
    return;
  }
  diagnostics.error(error, place, "whether monoid " + name + " is " + law + " cannot be told")
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
  LawTable table = lawsOf(monoid, axes, module, asked);
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

ClaimVerdict ProgramProofs::decideLaw(ClaimOp claim) {
  LawTable &table = laws[claim.getSubject().str()];
  auto law = table.find(claim.getProperty().str());
  if (law == table.end())
    return {};
  const LawStatus &status = law->second;
  using Verdict = ClaimVerdict::Status;
  Verdict verdict = status.status == Status::proved    ? Verdict::proved
                    : status.status == Status::refuted ? Verdict::refuted
                                                       : Verdict::unknown;
  return {verdict, status.how, "with " + status.witness};
}

ClaimVerdict ProgramProofs::decide(ClaimOp claim) {
  if (claim.getOther())
    return decideEquality(module, claim.getSubject(), *claim.getOther());
  if (claim.getAxis())
    return decideSymmetry(module, claim.getSubject(), *claim.getAxis(),
                          claim.getProperty().starts_with("invariant"));
  if (claim.getBound())
    return decideCost(module, claim.getSubject(), claim.getProperty(), *claim.getBound());
  return decideLaw(claim);
}

// `f` and `g` are equal, in words; `negation` is " not" or nothing.
static std::string sentence(ClaimOp claim, const std::string &negation) {
  std::string subject = "`" + claim.getSubject().str() + "`";
  if (claim.getCell())
    return "what cell `" + claim.getCell()->str() + "` makes is" + negation + " `" + claim.getOther()->str() +
           "`";
  if (claim.getOther())
    return subject + " and `" + claim.getOther()->str() + "` are" + negation + " equal";
  if (claim.getBound())
    return "`" + claim.getProperty().str() + "` holds for " + subject;
  return subject + " is" + negation + " " + claim.getProperty().str();
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
    Diagnostic &diagnostic = diagnostics.error(claim.getCell() ? "cell.not-equal" : "claim.refuted", place,
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

void proveProgram(ModuleOp module, Sources &sources, Diagnostics &diagnostics) {
  // Formulas may be nested deep: on a thread whose stack is large enough for all that elaboration let pass.
  constexpr unsigned stack = 256u << 20;
  llvm::thread thread(std::optional<unsigned>(stack),
                      [&] { ProgramProofs(module, sources, diagnostics).run(); });
  thread.join();
}

} // namespace weft
