// Where the time of a call goes: a line for each step of the network.
#pragma once

#include "compiler/target/cpu/Profile.h"

namespace weft {

class ProfileReport {
public:
  using Evaluate = std::function<std::optional<int64_t>(const Size &)>;

  /// Measures what the processor can do. `evaluate` knows the sizes of open axes.
  ProfileReport(mlir::ModuleOp program, Evaluate evaluate, const std::string &real);

  /// A step that took `seconds` in all, in a call that did it `times` times.
  void add(const ProfiledStep &step, double seconds, int64_t times);
  void print(double callSeconds, bool json) const;

private:
  struct Row {
    std::string name, schedule;
    double seconds = 0;
    int64_t times = 0;
    double flops = 0, bytes = 0; // of all times
    double bound = 0;            // seconds that no code could be below
    bool isPart = false;         // of the row before that is none
  };

  int64_t groupTimes = 0; // of the last row that was no part
  double bytesOf(const ProfiledStep &step) const;
  double countOf(ObjectType type) const;
  /// Most bytes a second of a step that goes over so many.
  double readRate(double bytes) const;

  AxisTable axes;
  Evaluate evaluate;
  bool isDouble;
  double peak = 0, nearRate = 0, farRate = 0, memoryRate = 0;
  std::vector<Row> rows;
};

} // namespace weft
