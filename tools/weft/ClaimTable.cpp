// The claims of a program as a table: what is claimed, the verdict, how it was shown.
#include "tools/weft/Commands.h"
#include <fmt/format.h>

namespace weft {

namespace {
struct Row {
  std::string claim, verdict, how;
};
} // namespace

// Longer claims push their verdicts aside.
static constexpr size_t widestClaim = 64;

static Row rowOf(ClaimOp claim) {
  auto [verdict, how] = claim.getVerdict().split(' ');
  bool isCount = llvm::any_of(std::initializer_list<llvm::StringRef>{"weights ", "flops ", "bytes "},
                              [&](llvm::StringRef word) { return claim.getProperty().starts_with(word); });
  if (how.empty() && isCount && verdict == "proved")
    how = "counted";
  std::string subject = claim.getCell() ? "cell " + claim.getCell()->str() : claim.getSubject().str();
  return {subject + " " + claim.getProperty().str(), verdict.str(), how.str()};
}

void printClaims(mlir::ModuleOp program, llvm::raw_ostream &out) {
  std::vector<Row> rows{{"claim", "verdict", "how"}};
  for (ClaimOp claim : program.getOps<ClaimOp>())
    rows.push_back(rowOf(claim));
  if (rows.size() == 1)
    return;
  size_t claims = 0, verdicts = 0;
  for (const Row &row : rows) {
    claims = std::max(claims, std::min(row.claim.size(), widestClaim));
    verdicts = std::max(verdicts, row.verdict.size());
  }
  for (const Row &row : rows) {
    std::string line = fmt::format("{:<{}}  {:<{}}  {}", row.claim, claims, row.verdict, verdicts, row.how);
    out << llvm::StringRef(line).rtrim() << "\n";
  }
}

} // namespace weft
