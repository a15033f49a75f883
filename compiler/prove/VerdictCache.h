// Laws that were decided before: in files, so that a second check of a program proves nothing again, and in
// memory, since programs repeat their monoids, and commands their programs.
#pragma once

#include "compiler/prove/Law.h"
#include <chrono>

namespace weft::prove {

/// One file a law, named by the SHA-256 of the law's text and of the compiler that proved it. Proofs are
/// kept, and failures of proofs with the time that was spent on them; only the user's own files are believed,
/// those that nobody else can write and whose checksum is right; all others count as absent. Folders are made
/// as needed; what cannot be written is not kept, in silence.
class VerdictCache {
public:
  /// Off when `folder` is empty.
  explicit VerdictCache(std::string folder) : folder(std::move(folder)) {}
  bool isOff() const { return folder.empty(); }

  static std::string keyOf(const Law &law);
  /// For what a proof that is to be quick leaves undecided.
  static std::string quickKeyOf(const std::string &key);
  /// How the law was proved.
  std::optional<std::string> find(const std::string &key) const;
  void add(const std::string &key, const std::string &how) const;
  /// What was tried in vain, in not much less than this time.
  using Time = std::chrono::milliseconds;
  std::optional<std::string> findUndecided(const std::string &key, Time limit) const;
  void addUndecided(const std::string &key, Time limit, const std::string &tried) const;

  /// How a law was proved by this process, on or off.
  static std::optional<std::string> recallProof(const std::string &key);
  static void remember(const std::string &key, const std::string &how);

private:
  static std::optional<std::string> recall(const std::string &key);
  std::string pathOf(const std::string &key) const;
  std::optional<std::string> read(const std::string &key) const;
  void write(const std::string &key, const std::string &how) const;

  std::string folder;
};

} // namespace weft::prove

namespace weft {

/// Where verdicts are kept: WEFT_CACHE (empty: nowhere), else `weft` in XDG_CACHE_HOME, else in ~/.cache.
std::string verdictFolder();

} // namespace weft
