// Laws of the layout: over random pictures, and over the terms that need no crossing.
#include "lib/draw/Svg.h"
#include "test/lib/draw/LayoutInvariants.h"
#include "test/lib/draw/RandomPicture.h"

#include <gtest/gtest.h>

namespace weft::draw {

static std::string listed(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines)
    text += "\n  " + line;
  return text;
}

TEST(Layout, KeepsItsInvariantsOnRandomPictures) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Picture picture = randomPicture(seed);
    Sheet closed = makeSheet(picture, {}), open = makeSheet(picture, openToDepth(picture, 3));
    EXPECT_EQ(listed(brokenInvariants(picture, closed)), "") << "seed " << seed << ", closed";
    EXPECT_EQ(listed(brokenInvariants(picture, open)), "") << "seed " << seed << ", open";
  }
}

TEST(Layout, GivesTheSameBytesEveryTime) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Picture picture = randomPicture(seed);
    Openings openings = chooseOpenings(picture, {});
    EXPECT_EQ(toSvg(picture, makeSheet(picture, openings), {}),
              toSvg(picture, makeSheet(picture, openings), {}));
  }
}

TEST(Layout, OpensFramesOnlyWithinTheLimits) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Picture picture = randomPicture(seed);
    Sheet closed = makeSheet(picture, {}), sheet = makeSheet(picture, chooseOpenings(picture, {}));
    EXPECT_LE(sheet.width, std::max(1800.0, closed.width));
    EXPECT_LE(sheet.height, std::max(1200.0, closed.height));
  }
}

// f ; g ; h: one straight line.
TEST(Layout, DrawsSeriesStraight) {
  Picture picture = seriesPicture(12);
  Sheet sheet = makeSheet(picture, {});
  for (const PlacedNet &net : sheet.panels[0].layout.nets)
    for (const RoundedPath &piece : net.pieces)
      for (Point point : piece.points)
        EXPECT_DOUBLE_EQ(point.y, sheet.panels[0].layout.inputs[0]);
}

// Whether the strokes from a to b and from c to d have a point in common that is no end of theirs.
static bool cross(Point a, Point b, Point c, Point d) {
  auto side = [](Point p, Point q, Point r) { return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x); };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

static unsigned crossings(const FrameLayout &layout) {
  unsigned count = 0;
  for (size_t i = 0; i < layout.nets.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      for (const RoundedPath &one : layout.nets[i].pieces)
        for (const RoundedPath &other : layout.nets[k].pieces)
          for (size_t p = 0; p + 1 < one.points.size(); ++p)
            for (size_t q = 0; q + 1 < other.points.size(); ++q)
              count += cross(one.points[p], one.points[p + 1], other.points[q], other.points[q + 1]);
  return count;
}

TEST(Layout, DrawsTermsWithoutSwapsWithoutCrossings) {
  unsigned boxes = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Picture picture = termPicture(seed);
    Sheet sheet = makeSheet(picture, {});
    boxes += picture.frames[0].nodes.size();
    EXPECT_EQ(crossings(sheet.panels[0].layout), 0u) << "seed " << seed;
    EXPECT_EQ(listed(brokenInvariants(picture, sheet)), "") << "seed " << seed;
  }
  EXPECT_GT(boxes, 1000u);
}

// The laws above are about something: wires that change places do cross.
TEST(Layout, CountsCrossings) {
  Picture picture = productPicture(2);
  std::swap(picture.frames[0].wires[1].to, picture.frames[0].wires[3].to);
  EXPECT_GT(crossings(makeSheet(picture, {}).panels[0].layout), 0u);
}

// f * g * h: nothing bends, so nothing crosses.
TEST(Layout, DrawsProductsWithoutCrossings) {
  Picture picture = productPicture(8);
  Sheet sheet = makeSheet(picture, {});
  for (const PlacedNet &net : sheet.panels[0].layout.nets)
    for (const RoundedPath &piece : net.pieces)
      EXPECT_DOUBLE_EQ(piece.points.front().y, piece.points.back().y);
}

} // namespace weft::draw
