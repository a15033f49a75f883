#include "compiler/prove/Solver.h"
#include "compiler/prove/SolverText.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace weft::prove {

// Beside the compiler in a build, in libexec where it is installed.
std::string solverPath() {
  std::string own = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  llvm::StringRef folder = llvm::sys::path::parent_path(own);
  for (llvm::StringRef place : {"", "../libexec/weft"}) {
    llvm::SmallString<256> path(folder);
    llvm::sys::path::append(path, place, "weft-solver");
    if (llvm::sys::fs::can_execute(path))
      return path.str().str();
  }
  return {};
}

namespace {
// A child whose two ends are pipes; killed and awaited when this goes.
class Child {
public:
  Child(const std::string &path, std::chrono::milliseconds time) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC))
      return;
    if (pipe2(out, O_CLOEXEC)) {
      close(in[0]), close(in[1]);
      return;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    // It ends with this process, and is told which that is, and how long it may take.
    std::string parent = std::to_string(getpid());
    std::string seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count());
    char *arguments[] = {const_cast<char *>(path.c_str()), parent.data(), seconds.data(), nullptr};
    if (posix_spawn(&process, path.c_str(), &actions, nullptr, arguments, environ))
      process = 0;
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]), close(out[1]);
    to = in[1], from = out[0];
  }
  ~Child() {
    if (process) {
      kill(process, SIGKILL);
      waitpid(process, nullptr, 0);
    }
    if (to >= 0)
      close(to);
    if (from >= 0)
      close(from);
  }
  Child(const Child &) = delete;

  // The child reads all before it answers, so that writing cannot wait for ever.
  bool write(llvm::StringRef text) {
    while (process && !text.empty()) {
      ssize_t count = ::write(to, text.data(), text.size());
      if (count <= 0)
        return false;
      text = text.drop_front(count);
    }
    close(to);
    to = -1;
    return process != 0;
  }

  static constexpr int busyFactor = 8;
  std::string read(const Budget &budget) {
    std::string answer;
    for (char buffer[256];;) {
      pollfd wait{from, POLLIN, 0};
      // The child limits its processor's time; on a busy machine that takes longer.
      if (poll(&wait, 1, int(budget.left().count()) * busyFactor) <= 0)
        return {};
      ssize_t count = ::read(from, buffer, sizeof buffer);
      if (count <= 0)
        return answer;
      answer.append(buffer, count);
    }
  }

private:
  pid_t process = 0;
  int to = -1, from = -1;
};
} // namespace

bool isImpossible(const OpenCase &open, const Symbols &symbols, const Budget &budget) {
  static const std::string path = solverPath();
  if (path.empty() || budget.isSpent())
    return false;
  // A child that ends early must not end the compiler.
  void (*before)(int) = signal(SIGPIPE, SIG_IGN);
  bool impossible = false;
  {
    Child child(path, budget.left());
    impossible =
        child.write(solverText(open, symbols)) && llvm::StringRef(child.read(budget)).trim() == "unsat";
  }
  signal(SIGPIPE, before);
  return impossible;
}

} // namespace weft::prove
