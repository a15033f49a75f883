// Where everything of one frame stands, relative to its top left corner.
#pragma once

#include "lib/draw/Graph.h"

#include <map>
#include <memory>
#include <optional>

namespace weft::draw {

/// How a node with an inside is shown.
enum class Opening { closed, within, below };

/// By path; what is not named is closed.
using Openings = std::map<std::string, Opening>;

struct FrameLayout;

struct PlacedNode {
  unsigned node = 0;
  std::string path;
  Rect rect;         // of the shape, without what stands below it
  double bottom = 0; // of all
  std::vector<double> tops;
  std::vector<PillSize> pills;
  Opening opening = Opening::closed;
  std::unique_ptr<FrameLayout> inner; // when open within
};

/// One piece of a net.
struct PlacedPiece {
  RoundedPath path;
  double start = 0; // where branches leave the piece before: drawn from here on
};

struct PlacedNet {
  unsigned wire = 0; // that gives its strands and its start
  std::vector<unsigned> wires;
  int copy = -1;
  std::vector<RoundedPath> pieces;
  std::vector<Point> dots; // where it divides
};

/// Weights that fall from the frame's top edge, or from a lane, to a node.
struct PlacedWeight {
  std::vector<int> wires;     // of the frame; none for weights of boxes inside
  std::vector<unsigned> axes; // strands
  std::string name;
  int copy = -1;
  std::vector<RoundedPath> pieces;
  std::vector<Point> dots;
};

/// What a frame shows at its top edge: where weights come in, and how they are called.
struct Pill {
  double x = 0, width = 0; // the middle
  std::string text, path;
  struct Bundle {
    double x;
    std::vector<unsigned> axes;
    std::vector<std::string> weights; // by their paths, as people write them
  };
  std::vector<Bundle> bundles;
  Storage storage = Storage::own;
};

/// An axis that passes by below what a frame repeats, or a state that returns.
struct Lane {
  std::vector<unsigned> axes; // strands; a state's own
  int values = -1;
  bool state = false;
  std::string text;
  std::vector<RoundedPath> pieces;
};

enum class Style { name, label, sub, wire, type, pill, frameName, frameTitle, lane, law };

struct Label {
  Style style = Style::wire;
  std::string text;
  Point at; // the middle of the base line, or its start
  double width = 0;
  bool centered = false;
  Rect box() const; // with room for wider fonts
};

struct FrameLayout {
  /// From the outermost to the one whose nodes are shown: frames that hold one box and nothing else are one
  /// rectangle.
  std::vector<int> frames;
  std::vector<std::string> paths;
  double width = 0, height = 0;
  double crossings = 0, textCrossings = 0; // of wires: as ordered, and as the text has it
  std::vector<double> inputs, outputs;     // heights of ports
  std::vector<PlacedNode> nodes;
  std::vector<PlacedNet> nets;
  std::vector<PlacedWeight> weights;
  std::vector<Pill> pills;
  std::vector<Lane> lanes;
  std::vector<Label> labels;
};

/// The frames that one rectangle shows: `frame`, and as long as a frame holds one box and nothing else, that
/// box's. The outermost rectangle has no border that an axis could pass by: it shows no frame that repeats.
std::vector<std::pair<int, std::string>> unwrapped(const Picture &picture, int frame, const std::string &path,
                                                   bool outermost = false);

/// The ties of a frame at a path, added to those around it.
void addTied(const Frame &frame, const std::string &path, Tied &tied);

/// The path as people write it: frames without a name, written `@map`, add no step.
std::string plainPath(const std::string &path);

/// `a.b`; an empty path or step adds nothing.
std::string joined(const std::string &path, const std::string &step);

struct LayoutOptions {
  const Openings &openings;
  double spread = 0;      // what each channel of the outermost frame gets beyond its need
  double margin = 0;      // and its left and right edges
  bool outermost = false; // of a sheet's row: no room for a title below
  Tied tied = {};         // weights that cells around tie
};

FrameLayout layOut(const Picture &picture, int frame, const std::string &path, const LayoutOptions &options);

} // namespace weft::draw
