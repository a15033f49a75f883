// The formatter's middle: the tokens and comments of a file, cut into the lines they will stand on.
#pragma once

#include "compiler/syntax/FormatMarks.h"

namespace weft {

/// A token or a comment on a line.
struct Piece {
  static constexpr size_t comment = SIZE_MAX;

  size_t token = comment;
  std::string_view text;
  uint32_t width = 0;      // in characters
  uint32_t blanks = 0;     // that stand before it if nothing is aligned
  uint32_t sourceLine = 0; // where it was written; columns from 0, in characters
  uint32_t sourceColumn = 0;
  uint32_t sourceBlanks = 0; // between it and what was before it on its line
  uint32_t padding = 0;      // further blanks before it, to align it
};

struct Line {
  bool blankBefore = false;
  /// Known from the start for what stands outside brackets; the others depend on where their bracket comes to
  /// stand.
  std::optional<uint32_t> indent;
  std::vector<Piece> pieces;
};

std::vector<Line> cutIntoLines(const SourceFile &file, const std::vector<Token> &tokens,
                               const std::vector<TokenMark> &marks);

/// Pads what was written under one another with extra blanks, so that it stands under one another again.
void alignTokens(std::vector<Line> &lines);

/// The same for comments at line ends, once all else on the lines is at its place. `ends` are the columns
/// where the code of each line ends.
void alignComments(std::vector<Line> &lines, const std::vector<uint32_t> &ends);

} // namespace weft
