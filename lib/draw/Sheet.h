// The whole sheet: the network as a row, the frames that are opened below it, a table of axes and of signs.
#pragma once

#include "lib/draw/TieLanes.h"

#include <deque>

namespace weft::draw {

struct Panel {
  FrameLayout layout;
  Tied tied;         // weights that cells tie, here and around
  TieZone ties;      // above the frame, below its pills
  Rect rect;         // of the frame, on the sheet
  double pillsY = 0; // the middle of the row of pills
  int parent = -1;   // the panel that holds the box that is opened here
  Rect from;         // that box, on the sheet
  bool isRow = false;
  double tieSpread = 0; // what every channel gets beyond its need, so that badges find room
};

struct Sheet {
  double width = 0, height = 0;
  std::deque<Panel> panels;
  double legendY = 0;
  Rect band; // between both sides of a cell that is drawn itself
  /// The path of the outermost frame that is shown: boxes around the whole network are left out.
  std::string rootPath;
};

struct SheetLimits {
  double width = 1800, height = 1200;
};

/// Lays out the picture with the given frames open.
Sheet makeSheet(const Picture &picture, const Openings &openings);

/// Opens frames by their share of the cost while the sheet keeps its limits; `given` ones are open in any
/// case.
Openings chooseOpenings(const Picture &picture, Openings given, const SheetLimits &limits = {});

/// All frames down to a depth below the network's row.
Openings openToDepth(const Picture &picture, unsigned depth);

/// How deep boxes stand in boxes below the network's row.
unsigned depthOf(const Picture &picture);

/// The paths of all frames that can be opened, at most `most` of them.
std::vector<std::string> openablePaths(const Picture &picture, size_t most);

/// Opens the frame of a path, and those around it; false when there is none.
bool openPath(const Picture &picture, const std::string &path, Openings &openings);

/// What the frames of a cell's first side are called, so that paths say one thing.
inline constexpr const char *fromPath = "@from";
/// Formulas of a cell that its band lists.
inline constexpr size_t listedFormulas = 6;

double legendHeight(const Picture &picture);
double legendWidth(const Picture &picture, const Sheet &sheet);
/// The height of the row of names above a frame's weights.
inline constexpr double pillRow = 40, sheetMargin = 40, legendRow = 28;

} // namespace weft::draw
