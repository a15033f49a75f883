// weft-solver PARENT SECONDS: a question in SMT-LIB on standard input, Z3's answer (sat, unsat, unknown) on
// standard output, within so many seconds of the processor's time. The compiler starts one process a
// question: Z3 does not keep its own limit on every question.
#include <algorithm>
#include <csignal>
#include <iostream>
#include <iterator>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <z3++.h>

static void limit(int resource, rlim_t most) {
  rlimit limits{most, most};
  setrlimit(resource, &limits);
}

int main(int count, char **arguments) {
  constexpr rlim_t mostSeconds = 10, mostBytes = rlim_t(2) << 30;
  limit(RLIMIT_CPU, count == 3 ? std::min<rlim_t>(std::stoul(arguments[2]), mostSeconds) : mostSeconds);
  limit(RLIMIT_AS, mostBytes);
  limit(RLIMIT_CORE, 0);
  // No orphan: when the compiler ends, so does this; it may have ended already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count == 3 && std::to_string(getppid()) != arguments[1])
    return 1;
  std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  try {
    z3::context context;
    z3::solver solver(context);
    solver.from_string(text.c_str());
    std::cout << solver.check() << "\n";
  } catch (const z3::exception &problem) {
    std::cout << "unknown\n";
  }
}
