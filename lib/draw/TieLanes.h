// The ties of a frame and of those open in it, between the row of pills and the frame's top edge: lanes from
// stored weights to a cell's badge, and from there down to what is tied.
#pragma once

#include "lib/draw/FrameLayout.h"

namespace weft::draw {

/// Ties of one cell that lead to one bundle.
struct TieLane {
  std::string path;           // of the frame that has them
  int frame = -1;             // of Picture::frames
  std::vector<unsigned> ties; // of the frame's
  Rect badge;
  std::string title, sub;
  struct Line {
    RoundedPath path;
    std::vector<unsigned> axes;
  };
  std::vector<Line> lines; // the first one leads to what is tied
  std::vector<Point> dots; // where a stored weight divides
};

/// Heights are below the top of the zone; places are the frame's.
struct TieZone {
  double height = 0;
  bool cramped = false; // a badge found no place between what its lanes lead from and to
  double right = 0;     // how far badges reach beyond the frame's right edge
  std::vector<TieLane> lanes;
  std::vector<Pill> pills; // weights that the cells store themselves
};

TieZone placeTies(const Picture &picture, const FrameLayout &layout);

} // namespace weft::draw
