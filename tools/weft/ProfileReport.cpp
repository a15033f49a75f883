#include "tools/weft/ProfileReport.h"
#include "dialects/weft/FlopCounter.h"
#include "tools/weft/PeakLoop.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

using namespace mlir;

namespace weft {

// The blocks that are read to find the rates: within the second cache, within the last, beyond all.
static constexpr size_t nearBlock = 256 << 10, farBlock = 8 << 20, memoryBlock = 256 << 20;

ProfileReport::ProfileReport(ModuleOp program, Evaluate evaluate, const std::string &real)
    : axes(program), evaluate(std::move(evaluate)), isDouble(real == "f64") {
  ReadLoop near(nearBlock), far(farBlock), memory(memoryBlock);
  for (int i = 0; i < 20; ++i) {
    peak = std::max(peak, samplePeak(isDouble));
    nearRate = std::max(nearRate, near.sample());
    farRate = std::max(farRate, far.sample());
    memoryRate = std::max(memoryRate, memory.sample());
  }
}

double ProfileReport::readRate(double bytes) const {
  return bytes <= 2 * nearBlock ? nearRate : bytes <= 4 * farBlock ? farRate : memoryRate;
}

double ProfileReport::countOf(ObjectType type) const {
  std::optional<Size> count = axes.count(type);
  return static_cast<double>(count ? evaluate(*count).value_or(0) : 0);
}

// Of wires that come from outside the step, and of its result. What is read by index is at most what is asked
// for.
double ProfileReport::bytesOf(const ProfiledStep &step) const {
  auto widthOf = [&](ObjectType type) {
    llvm::StringRef element = type.getElement();
    if (element == "bool" || element.ends_with("8"))
      return 1;
    return element.ends_with("16") ? 2 : element.ends_with("32") || (element == "real" && !isDouble) ? 4 : 8;
  };
  double bytes = 0;
  llvm::DenseSet<Value> seen;
  for (EquationOp member : step.members) {
    auto result = cast<ObjectType>(member.getResult().getType());
    double asked = countOf(result);
    member.walk([&](FoldOp fold) {
      for (BlockArgument index : fold.indices())
        if (std::optional<int64_t> size = evaluate(axes.size(cast<ObjectType>(index.getType()).getElement())))
          asked *= static_cast<double>(*size);
    });
    for (Value wire : member.getWires()) {
      auto producer = wire.getDefiningOp<EquationOp>();
      auto type = cast<ObjectType>(wire.getType());
      ArrayRef<EquationOp> inside = step.group.empty() ? step.members : step.group;
      if (!(producer && llvm::is_contained(inside, producer)) && seen.insert(wire).second)
        bytes += std::min(countOf(type), asked) * widthOf(type);
    }
    if (member == (step.group.empty() ? step.members : step.group).back())
      bytes += countOf(result) * widthOf(result);
  }
  return bytes;
}

void ProfileReport::add(const ProfiledStep &step, double seconds, int64_t times) {
  Row row;
  for (EquationOp member : step.members) {
    row.name = member.getName().str();
    if (std::optional<Size> flops = countFlops(member, axes))
      row.flops += static_cast<double>(evaluate(*flops).value_or(0));
  }
  if (step.members.size() > 1)
    row.name += fmt::format(" (and {} before)", step.members.size() - 1);
  row.schedule = step.schedule;
  row.isPart = !step.group.empty();
  // Parts run once a block of rows; their counts are those of all blocks, once for each run of the group.
  double bytes = bytesOf(step), runs = static_cast<double>(row.isPart ? groupTimes : times);
  if (!row.isPart)
    groupTimes = times;
  row.bound = std::max(row.flops / peak, bytes / readRate(bytes)) * runs;
  row.seconds = seconds;
  row.times = times;
  row.flops *= runs;
  row.bytes = bytes * runs;
  rows.push_back(row);
}

void ProfileReport::print(double callSeconds, bool json) const {
  llvm::raw_ostream &out = llvm::outs();
  if (!json)
    out << fmt::format("{:>10} {:>6} {:>6} {:>9} {:>9} {:>6}  {}\n", "us", "share", "times", "MFLOP", "kB",
                       "bound", "step: schedule");
  for (const Row &row : rows) {
    double ofBound = row.seconds > 0 ? 100 * row.bound / row.seconds : 0;
    if (json)
      out << llvm::json::Value(llvm::json::Object{{"step", row.name},
                                                  {"us", row.seconds * 1e6},
                                                  {"times", row.times},
                                                  {"flops", row.flops},
                                                  {"bytes", row.bytes},
                                                  {"of_bound", ofBound / 100},
                                                  {"part", row.isPart},
                                                  {"schedule", row.schedule}})
          << "\n";
    else
      out << fmt::format("{:10.2f} {:4.0f} % {:6} {:9.2f} {:9.1f} {:4.0f} %  {}: {}\n", row.seconds * 1e6,
                         100 * row.seconds / callSeconds, row.times, row.flops * 1e-6, row.bytes * 1e-3,
                         ofBound, row.isPart ? "  part " + row.name : row.name, row.schedule);
  }
  if (!json)
    out << fmt::format("{:10.2f} us the call\n", callSeconds * 1e6);
}

} // namespace weft
