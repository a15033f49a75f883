// Alignment is the author's: tokens written under one another with extra blanks are kept under one another,
// at the first column where they all fit. So
//
//     axis Model  = Head * Key      // a product
//     axis Hidden = 4 * Model
//
// stays as it is, while blanks that align nothing go.
#include "compiler/syntax/FormatLines.h"

#include <algorithm>
#include <map>

namespace weft {
namespace {

/// A piece: line and place on it.
struct Spot {
  size_t line, piece;
};

/// How far a line is laid out: pieces before `next` end at `column`.
struct Settled {
  size_t next = 0;
  uint32_t column = 0;
};

bool canAlign(const Line &line, size_t i) {
  const Piece &piece = line.pieces[i];
  return i > 0 && piece.token != Piece::comment && piece.blanks > 0 &&
         piece.sourceLine == line.pieces.front().sourceLine;
}

bool isWide(const Piece &piece) { return piece.sourceBlanks > 1; }

/// Were these two lines, whose indents are known, written one under the other?
bool areNeighbours(const Line &above, const Line &below) {
  return above.indent && below.indent && !below.blankBefore &&
         above.pieces.front().sourceLine + 1 == below.pieces.front().sourceLine;
}

class TokenAligner {
public:
  explicit TokenAligner(std::vector<Line> &lines) : lines(lines), settled(lines.size()) {}

  void run() {
    for (size_t below = 1; below < lines.size(); ++below)
      if (areNeighbours(lines[below - 1], lines[below]))
        link(below - 1, below);
    // From left to right: what stands before a piece has its place when the piece gets its own. Groups of one
    // column do not meet.
    std::sort(groups.begin(), groups.end(), [&](const auto &a, const auto &b) {
      return at(a.front()).sourceColumn < at(b.front()).sourceColumn;
    });
    for (const std::vector<Spot> &group : groups)
      pad(group);
  }

private:
  Piece &at(Spot spot) { return lines[spot.line].pieces[spot.piece]; }

  void link(size_t above, size_t below) {
    const std::vector<Piece> &upper = lines[above].pieces, &lower = lines[below].pieces;
    std::map<size_t, size_t> linked;
    for (size_t u = 0, l = 0; u < upper.size() && l < lower.size();) {
      if (upper[u].sourceColumn != lower[l].sourceColumn) {
        ++(upper[u].sourceColumn < lower[l].sourceColumn ? u : l);
        continue;
      }
      if (canAlign(lines[above], u) && canAlign(lines[below], l) && (isWide(upper[u]) || isWide(lower[l])))
        linked[l] = groupOf({above, u}, {below, l});
      ++u, ++l;
    }
    groupsAbove = std::move(linked);
    lineAbove = below;
  }

  /// Puts the two into one group, that of the upper one if it has one.
  size_t groupOf(Spot upper, Spot lower) {
    auto found = groupsAbove.find(upper.piece);
    if (lineAbove != upper.line || found == groupsAbove.end()) {
      groups.push_back({upper, lower});
      return groups.size() - 1;
    }
    groups[found->second].push_back(lower);
    return found->second;
  }

  /// The column where a piece stands with what padding there is before it.
  uint32_t naturalColumn(Spot spot) {
    const Line &line = lines[spot.line];
    Settled &state = settled[spot.line];
    if (state.next == 0)
      state.column = *line.indent;
    for (; state.next < spot.piece; ++state.next) {
      const Piece &piece = line.pieces[state.next];
      state.column += piece.blanks + piece.padding + piece.width;
    }
    return state.column + line.pieces[spot.piece].blanks;
  }

  void pad(const std::vector<Spot> &group) {
    uint32_t column = 0;
    for (Spot spot : group)
      column = std::max(column, naturalColumn(spot));
    for (Spot spot : group)
      at(spot).padding = column - naturalColumn(spot);
  }

  std::vector<Line> &lines;
  std::vector<Settled> settled;
  std::vector<std::vector<Spot>> groups;
  // The groups of the pieces of one line, the last one that was linked to.
  std::map<size_t, size_t> groupsAbove;
  size_t lineAbove = SIZE_MAX;
};

} // namespace

void alignTokens(std::vector<Line> &lines) { TokenAligner(lines).run(); }

/// Comments of one column and paragraph keep the blanks that the longest line among them has before its own.
void alignComments(std::vector<Line> &lines, const std::vector<uint32_t> &ends) {
  auto comment = [&](size_t i) -> Piece * {
    std::vector<Piece> &pieces = lines[i].pieces;
    return pieces.size() > 1 && pieces.back().token == Piece::comment ? &pieces.back() : nullptr;
  };
  for (size_t first = 0, last; first < lines.size(); first = last) {
    std::map<uint32_t, std::vector<size_t>> columns;
    for (last = first; last < lines.size() && (last == first || !lines[last].blankBefore); ++last)
      if (const Piece *piece = comment(last))
        columns[piece->sourceColumn].push_back(last);
    for (const auto &[column, members] : columns) {
      uint32_t end = 0, blanks = UINT32_MAX;
      for (size_t i : members) {
        end = std::max(end, ends[i]);
        blanks = std::min(blanks, std::max(1u, comment(i)->sourceBlanks));
      }
      for (size_t i : members)
        comment(i)->padding = end + blanks - ends[i] - comment(i)->blanks;
    }
  }
}

} // namespace weft
