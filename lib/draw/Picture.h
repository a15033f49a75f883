// What a drawing says, before anything is placed: boxes with ports, wires with axes, weights, frames inside
// frames. It knows neither the compiler's IR nor SVG; layout, writers, editors and audits read only this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::draw {

/// A colour of wires. `hue` is one of `hueCount`; axes that share a hue differ in `dash`.
struct Axis {
  std::string name;
  std::string size; // in normal form; the axis's own name when it is open
  bool isOpen = false;
  std::string formula; // `Head × Key`, `Left + Right`; empty when it has no parts
  unsigned hue = 0;
  unsigned dash = 0;
};

enum class WireKind { data, weight, state };

/// One end of a wire: a port of a node, or of the frame itself when `node` is `boundary`.
struct End {
  static constexpr int boundary = -1;
  int node = boundary;
  unsigned port = 0;
  bool operator==(const End &) const = default;
};

struct Wire {
  std::string name;           // as the program calls it, where it does
  std::string type;           // `real[Seq, Model]`
  std::vector<unsigned> axes; // of Picture::axes, in order
  int values = -1;            // the axis that the values are indices of; -1 when they are numbers
  WireKind kind = WireKind::data;
  End from, to;
};

enum class NodeKind {
  box,         // an occurrence of a morphism
  point,       // element by element
  sum,         // the point operations drawn as a circle: +, ×, −, ÷
  contraction, // a sum over indices
  fold,
  scan,
  copy,
  drop,
  weight, // a weight that flows as data
  pack,
  contract,
};

struct Law {
  std::string name;   // associative, unit, commutative, idempotent
  std::string status; // proved, assumed
  std::string how;    // `by 12 cases`
};

/// How the target computes a fold, or a part of one, as the compiler decided it.
struct Algorithm {
  std::string fold; // the monoid
  std::string part; // ``component `o` of `softmax` ``; empty when it is the whole
  std::string name; // sequence, chunks, tree, scan, scan in chunks, product, segmented
  std::string reason;
  std::vector<std::string> refused; // `tree: why not`
};

/// What a reader may ask about a node: shown on hover, searched, audited.
struct Facts {
  std::string equation;
  std::string flops; // in normal form
  std::string source;
  std::vector<Law> laws;
  std::string licence; // what the laws allow whoever computes a fold
  std::vector<Algorithm> algorithms;
  double cost = 0; // flops with open axes at a nominal size, to compare parts by
};

/// A weight of a closed box, by its path below the box.
struct InnerWeight {
  std::string path;
  std::string type;
  std::vector<unsigned> axes;
};

struct Node {
  std::string name; // one step of a path, unique in its frame
  std::string label, sub;
  std::vector<unsigned> summed; // axes of the indices after Σ, one for each of `indices`
  std::vector<std::string> indices;
  NodeKind kind = NodeKind::box;
  unsigned inputs = 0, outputs = 0, weights = 0;
  bool commutes = false; // the order of the inputs does not matter
  int inside = -1;       // of Picture::frames
  Facts facts;
  /// Weights of boxes below, at most `listedWeights` of them and those that cells tie; how many there are,
  /// and how many numbers they hold.
  std::vector<InnerWeight> innerWeights;
  double weightNames = 0;
  std::string weightNumbers;
};

enum class FrameKind { network, box, map, each, chain, fold, scan, unfold, iterate, group };

/// How an input of a frame enters: carried along, indexed by the axis, or the same at every position.
enum class Entry { plain, state, element, context };

struct Port {
  std::string name, type;
  Entry entry = Entry::plain;
  std::vector<unsigned> axes; // outside, with the frame's axis
  int values = -1;
};

/// A weight that a tie reads. It is stored with what the frame draws, or, when `isOwn`, by the cell itself: a
/// new weight, or what is kept of the tied one.
struct TieSource {
  std::string path, type;
  std::vector<unsigned> axes;
  bool isOwn = false;
};

/// What a cell makes of one weight: `head.W[v, m] = embed.token[v, m]`. Paths start at the frame.
struct Tie {
  std::string cell;
  std::string target;
  std::string form; // alias, transposed, repeated, constant, computed
  std::string formula, shortFormula;
  std::vector<unsigned> axes; // of the target
  std::vector<TieSource> sources;
};

struct Frame {
  std::string name;  // of the morphism, or what the frame repeats
  std::string title; // `map over Seq`
  FrameKind kind = FrameKind::box;
  int axis = -1; // that the frame repeats along
  std::vector<Port> inputs, outputs, weights;
  std::vector<Node> nodes;
  std::vector<Wire> wires;
  std::vector<Tie> ties; // the frame is what a cell makes of another one, drawn as that one
};

inline constexpr unsigned listedWeights = 64;

/// A 2-cell that is drawn itself: the frame it starts from above, the root below.
struct CellFacts {
  std::string name, source;
  int from = -1;                             // of Picture::frames
  std::string fromName, toName, fromWeights; // how many numbers it stores
  std::vector<std::string> formulas;
  std::string verdict; // `by definition`, or of the claim that both sides are equal
};

struct Picture {
  std::string name, type;
  std::string weights; // how many numbers they hold
  std::string saved;   // how many fewer these are than without the ties around the network
  std::string savedBy; // the cells that say so
  std::vector<std::string> claims;
  std::vector<Axis> axes;
  std::vector<Frame> frames; // a morphism used often is one frame
  int root = -1;
  std::optional<CellFacts> cell;

  const Frame &rootFrame() const { return frames[root]; }
};

/// The names of kinds, as JSON and SVG classes have them.
const char *name(NodeKind kind);
const char *name(FrameKind kind);
const char *name(WireKind kind);
const char *name(Entry entry);

/// The picture as JSON, by docs/picture.schema.json.
std::string toJson(const Picture &picture);

} // namespace weft::draw
