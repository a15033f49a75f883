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

// f * g * h: nothing bends, so nothing crosses.
TEST(Layout, DrawsProductsWithoutCrossings) {
  Picture picture = productPicture(8);
  Sheet sheet = makeSheet(picture, {});
  for (const PlacedNet &net : sheet.panels[0].layout.nets)
    for (const RoundedPath &piece : net.pieces)
      EXPECT_DOUBLE_EQ(piece.points.front().y, piece.points.back().y);
}

} // namespace weft::draw
