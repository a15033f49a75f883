// Which frames are open.
#include "lib/draw/Sheet.h"

#include <algorithm>
#include <set>

namespace weft::draw {

namespace {

struct Candidate {
  std::string path;
  double cost = 0;
  std::string inRow; // the box of the network's row that it lies in, or is: that may be opened below
};

// A function of two or more parts is worth a look inside.
bool isWorthOpening(const Picture &picture, int frame) {
  const Frame &inner = picture.frames[unwrapped(picture, frame, "").back().first];
  unsigned parts = 0;
  for (const Node &node : inner.nodes)
    parts += node.kind != NodeKind::copy && node.kind != NodeKind::drop;
  return parts >= 2 && parts <= 60;
}

// The closed boxes of all frames that are open.
void collect(const Picture &picture, int frame, const std::string &path, const Openings &openings,
             const std::string &inRow, std::vector<Candidate> &found) {
  auto [content, where] = unwrapped(picture, frame, path, path.empty()).back();
  for (const Node &node : picture.frames[content].nodes) {
    if (node.inside < 0)
      continue;
    std::string inner = joined(where, node.name);
    if (openings.count(inner))
      collect(picture, node.inside, inner, openings, inRow.empty() ? inner : inRow, found);
    else if (isWorthOpening(picture, node.inside))
      found.push_back({inner, node.facts.cost, inRow.empty() ? inner : inRow});
  }
}

bool fits(const Picture &picture, const Openings &openings, const SheetLimits &limits) {
  Sheet sheet = makeSheet(picture, openings);
  return sheet.width <= limits.width && sheet.height <= limits.height;
}

// A small part of the whole stays closed: what it costs says what one looks for.
constexpr double smallestShare = 0.02;
constexpr int mostTries = 40;

} // namespace

Openings chooseOpenings(const Picture &picture, Openings openings, const SheetLimits &limits) {
  std::set<std::string> tried;
  double total = 0;
  for (const Node &node : picture.frames[unwrapped(picture, picture.root, "", true).back().first].nodes)
    total += node.facts.cost;
  for (int tries = 0; tries < mostTries; ++tries) {
    std::vector<Candidate> candidates;
    collect(picture, picture.root, "", openings, "", candidates);
    const Candidate *best = nullptr;
    for (const Candidate &candidate : candidates)
      if (!tried.count(candidate.path) && candidate.cost >= smallestShare * total &&
          (!best || candidate.cost > best->cost))
        best = &candidate;
    if (!best)
      break;
    tried.insert(best->path);
    // Where it stands; or with all of its row's box below the row, where there is more room.
    Openings trial = openings;
    trial[best->path] = Opening::within;
    if (!fits(picture, trial, limits)) {
      // One frame is enough below a row: a second one's trapezoid would run behind the first.
      bool taken = std::any_of(openings.begin(), openings.end(), [&](const auto &entry) {
        return entry.second == Opening::below && entry.first != best->inRow;
      });
      trial[best->inRow] = Opening::below;
      if (taken || !fits(picture, trial, limits))
        continue;
    }
    openings = std::move(trial);
  }
  return openings;
}

static void openBelow(const Picture &picture, int frame, const std::string &path, unsigned depth,
                      Openings &openings) {
  auto [content, where] = unwrapped(picture, frame, path, path.empty()).back();
  if (depth == 0)
    return;
  for (const Node &node : picture.frames[content].nodes) {
    if (node.inside < 0 || openings.size() > 5000)
      continue;
    std::string inner = joined(where, node.name);
    openings[inner] = Opening::within;
    openBelow(picture, node.inside, inner, depth - 1, openings);
  }
}

Openings openToDepth(const Picture &picture, unsigned depth) {
  Openings openings;
  openBelow(picture, picture.root, "", depth, openings);
  return openings;
}

// Frames are shared: each is measured once.
static unsigned depthBelow(const Picture &picture, int frame, bool outermost, std::vector<int> &known) {
  int content = unwrapped(picture, frame, "", outermost).back().first;
  if (known[content] >= 0)
    return known[content];
  unsigned depth = 0;
  for (const Node &node : picture.frames[content].nodes)
    if (node.inside >= 0)
      depth = std::max(depth, 1 + depthBelow(picture, node.inside, false, known));
  return known[content] = depth;
}

unsigned depthOf(const Picture &picture) {
  std::vector<int> known(picture.frames.size(), -1);
  return depthBelow(picture, picture.root, true, known);
}

static void listPaths(const Picture &picture, int frame, const std::string &path, size_t most,
                      std::vector<std::string> &paths) {
  for (const Node &node : picture.frames[frame].nodes) {
    if (node.inside < 0 || paths.size() >= most)
      continue;
    std::string inner = joined(path, node.name);
    if (std::string simple = plainPath(inner);
        !simple.empty() && std::find(paths.begin(), paths.end(), simple) == paths.end())
      paths.push_back(simple);
    listPaths(picture, node.inside, inner, most, paths);
  }
}

std::vector<std::string> openablePaths(const Picture &picture, size_t most) {
  std::vector<std::string> paths;
  listPaths(picture, picture.root, "", most, paths);
  return paths;
}

static bool openWithin(const Picture &picture, int frame, const std::string &path, const std::string &wanted,
                       Openings &openings) {
  for (const Node &node : picture.frames[frame].nodes) {
    if (node.inside < 0)
      continue;
    std::string inner = joined(path, node.name), simple = plainPath(inner);
    bool here = inner == wanted || (simple == wanted && simple != plainPath(path));
    bool around = simple.empty() || wanted.rfind(simple + ".", 0) == 0 || wanted.rfind(inner + ".", 0) == 0 ||
                  simple == plainPath(path);
    if (here || (around && openWithin(picture, node.inside, inner, wanted, openings))) {
      openings.emplace(inner, Opening::within);
      return true;
    }
  }
  return false;
}

bool openPath(const Picture &picture, const std::string &path, Openings &openings) {
  if (openWithin(picture, picture.root, "", path, openings))
    return true;
  // The step that stands for the whole network need not be written.
  std::string root = unwrapped(picture, picture.root, "", true).back().second;
  return !root.empty() && openWithin(picture, picture.root, "", joined(root, path), openings);
}

} // namespace weft::draw
