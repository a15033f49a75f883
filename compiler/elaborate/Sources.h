// The files of one program. Everything that points into source points into files owned here.
#pragma once

#include "lib/source/Source.h"
#include <map>

namespace weft {

class Sources {
public:
  /// A file whose text is at hand.
  const SourceFile *add(std::string path, std::string text);
  /// The file at `path`, read once; null when it cannot be read.
  const SourceFile *open(const std::string &path);
  /// The file that `importer` means by `path`: relative to itself.
  const SourceFile *import(const std::string &path, const SourceFile &importer);
  /// A file of the standard library, `nn` for `std.nn`; null when there is none.
  const SourceFile *standard(const std::string &name);

private:
  std::map<std::string, std::unique_ptr<SourceFile>> files;
};

} // namespace weft
