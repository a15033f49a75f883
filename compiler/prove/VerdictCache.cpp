#include "compiler/prove/VerdictCache.h"
#include "compiler/prove/LawText.h"
#include "compiler/prove/Solver.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SHA256.h"

#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

namespace weft {

std::string verdictFolder() {
  auto variable = [](llvm::StringRef name) { return llvm::sys::Process::GetEnv(name); };
  if (std::optional<std::string> own = variable("WEFT_CACHE"))
    return *own;
  std::optional<std::string> base = variable("XDG_CACHE_HOME");
  // The standard says that a relative path counts as unset.
  if (base && llvm::sys::path::is_absolute(*base))
    return *base + "/weft";
  std::optional<std::string> home = variable("HOME");
  return home && llvm::sys::path::is_absolute(*home) ? *home + "/.cache/weft" : "";
}

} // namespace weft

namespace weft::prove {

static std::string digest(llvm::StringRef text) {
  llvm::SHA256 hash;
  hash.update(text);
  return llvm::toHex(hash.final(), true);
}

// Another build may prove other things: its files are others.
static std::string programIdentity(const std::string &path) {
  struct stat status;
  if (path.empty() || stat(path.c_str(), &status))
    return "none";
  return std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) + " " +
         std::to_string(status.st_mtim.tv_nsec);
}

static constexpr llvm::StringRef format = "weft verdict 2\n";

std::string VerdictCache::keyOf(const Law &law) {
  static const std::string prover = programIdentity(llvm::sys::fs::getMainExecutable(nullptr, nullptr)) +
                                    "\n" + programIdentity(solverPath()) + "\n";
  return digest((format + prover + text(law)).str());
}

std::string VerdictCache::quickKeyOf(const std::string &key) { return digest(key + " quick"); }

namespace {
struct Memory {
  std::mutex mutex;
  std::map<std::string, std::string> entries;
};
} // namespace

static Memory &memory() {
  static Memory instance;
  return instance;
}

std::string VerdictCache::pathOf(const std::string &key) const {
  return folder + "/laws/" + key.substr(0, 2) + "/" + key;
}

// Of the user's own, which nobody else can write.
static std::optional<std::string> trusted(const std::string &path) {
  constexpr off_t mostBytes = 4096;
  int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return std::nullopt;
  struct stat status;
  bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
              !(status.st_mode & (S_IWGRP | S_IWOTH)) && status.st_size <= mostBytes;
  std::string text(good ? size_t(status.st_size) : 0, '\0');
  good = good && ::read(file, text.data(), text.size()) == ssize_t(text.size());
  close(file);
  return good ? std::optional(text) : std::nullopt;
}

// What an entry says, without its checksum.
static std::string bodyOf(const std::string &key, const std::string &how) {
  return (format + key + "\n" + how + "\n").str();
}

std::optional<std::string> VerdictCache::recall(const std::string &key) {
  std::lock_guard lock(memory().mutex);
  auto known = memory().entries.find(key);
  return known == memory().entries.end() ? std::nullopt : std::optional(known->second);
}

void VerdictCache::remember(const std::string &key, const std::string &how) {
  std::lock_guard lock(memory().mutex);
  memory().entries[key] = how;
}

std::optional<std::string> VerdictCache::read(const std::string &key) const {
  std::optional<std::string> entry = isOff() ? std::nullopt : trusted(pathOf(key));
  if (!entry)
    return std::nullopt;
  llvm::StringRef rest(*entry);
  if (!rest.consume_front(format) || !rest.consume_front(key) || !rest.consume_front("\n"))
    return std::nullopt;
  std::string how = rest.split('\n').first.str();
  std::string body = bodyOf(key, how);
  return *entry == body + digest(body) + "\n" ? std::optional(how) : std::nullopt;
}

static std::optional<std::string> proofOf(const std::optional<std::string> &how) {
  return how && llvm::StringRef(*how).starts_with("by ") ? how : std::nullopt;
}

std::optional<std::string> VerdictCache::find(const std::string &key) const { return proofOf(read(key)); }

std::optional<std::string> VerdictCache::recallProof(const std::string &key) { return proofOf(recall(key)); }

static constexpr llvm::StringRef undecided = "undecided ";

std::optional<std::string> VerdictCache::findUndecided(const std::string &key, Time limit) const {
  std::optional<std::string> how = recall(key);
  if (!how)
    how = read(key);
  llvm::StringRef rest = how ? llvm::StringRef(*how) : "";
  int64_t spent = 0;
  if (!rest.consume_front(undecided) || rest.consumeInteger(10, spent) || !rest.consume_front(" "))
    return std::nullopt;
  // What comes before a law takes a little more time, or less, each time.
  return Time(spent) >= limit - limit / 8 ? std::optional(rest.str()) : std::nullopt;
}

void VerdictCache::addUndecided(const std::string &key, Time limit, const std::string &tried) const {
  std::string how = (undecided + std::to_string(limit.count()) + " " + tried).str();
  remember(key, how);
  write(key, how);
}

void VerdictCache::add(const std::string &key, const std::string &how) const { write(key, how); }

void VerdictCache::write(const std::string &key, const std::string &how) const {
  if (isOff())
    return;
  std::string path = pathOf(key), body = bodyOf(key, how);
  constexpr auto own = llvm::sys::fs::owner_all;
  if (llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path), true, own))
    return;
  // Readers see a whole entry or none.
  llvm::Expected<llvm::sys::fs::TempFile> made = llvm::sys::fs::TempFile::create(
      path + ".%%%%%%%%", llvm::sys::fs::owner_read | llvm::sys::fs::owner_write);
  if (!made) {
    llvm::consumeError(made.takeError());
    return;
  }
  std::string entry = body + digest(body) + "\n";
  bool written = ::write(made->FD, entry.data(), entry.size()) == ssize_t(entry.size());
  llvm::consumeError(written ? made->keep(path) : made->discard());
}

} // namespace weft::prove
