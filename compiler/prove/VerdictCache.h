// Laws that were proved before: in files, so that a second check of a program proves nothing again, and in
// memory, since programs repeat their monoids.
#pragma once

#include "compiler/prove/Law.h"
#include <map>

namespace weft::prove {

/// One file a law, named by the SHA-256 of the law's text and of the compiler that proved it. Only proofs are
/// kept, and only the user's own files are believed, those that nobody else can write and whose checksum is
/// right; all others count as absent. Folders are made as needed; what cannot be written is not kept, in
/// silence.
class VerdictCache {
public:
  /// Off when `folder` is empty.
  explicit VerdictCache(std::string folder) : folder(std::move(folder)) {}
  bool isOff() const { return folder.empty(); }

  static std::string keyOf(const Law &law);
  /// How the law was proved.
  std::optional<std::string> find(const std::string &key) const;
  void add(const std::string &key, const std::string &how) const;

  /// Of this run, on or off.
  const std::string *recall(const std::string &key) const;
  void remember(const std::string &key, const std::string &how) const { proved[key] = how; }

private:
  std::string pathOf(const std::string &key) const;

  std::string folder;
  mutable std::map<std::string, std::string> proved;
};

} // namespace weft::prove

namespace weft {

/// Where verdicts are kept: WEFT_CACHE (empty: nowhere), else `weft` in XDG_CACHE_HOME, else in ~/.cache.
std::string verdictFolder();

} // namespace weft
