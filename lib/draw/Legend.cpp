#include "lib/draw/Legend.h"

#include "lib/draw/LegendSigns.h"
#include "lib/draw/SvgText.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

namespace weft::draw {

static void text(std::string &out, const std::string &content, const char *cssClass, double x, double y,
                 double size, Face face = Face::regular) {
  out += svgText(escaped(content), cssClass, {x, y}, textWidth(content, size, face), "start");
}

static constexpr size_t mostAxes = 24, mostColumns = 3;
static constexpr double signWidth = 224, columnGap = 28, widestSize = 150, strandLength = 34;

// `768 = Head × Key`, `open`, `Left + Right`.
static std::string sizeText(const Axis &axis) {
  std::string size = !axis.isOpen ? grouped(axis.size) : axis.size == axis.name ? "open" : axis.size;
  if (axis.formula.empty())
    return clipped(size, widestSize, 12);
  return clipped(axis.isOpen ? axis.formula : size + " = " + axis.formula, widestSize, 12);
}

static std::string nameText(const Axis &axis) { return clipped(axis.name, 78, 14); }

namespace {
/// Columns of the table of axes and, beside it, of that of signs.
struct Columns {
  size_t rows = 4, shown = 0, signs = 0;
  std::vector<double> names, axes; // widths of names, and of whole columns

  Columns(const Picture &picture, size_t signCount) {
    shown = std::min(picture.axes.size(), mostAxes);
    rows = std::max<size_t>((shown + mostColumns - 1) / mostColumns, 4);
    signs = (signCount + rows - 1) / rows;
    for (size_t first = 0; first < shown; first += rows) {
      double name = 60, size = 0;
      for (size_t i = first; i < std::min(shown, first + rows); ++i) {
        name = std::max(name, textRoom(nameText(picture.axes[i]), 14));
        size = std::max(size, textRoom(sizeText(picture.axes[i]), 12));
      }
      names.push_back(name);
      axes.push_back(strandLength + 10 + name + 6 + size + columnGap);
    }
  }
  double axisWidth() const { return std::accumulate(axes.begin(), axes.end(), 0.0) + 20; }
};
} // namespace

static void paintAxes(const Picture &picture, const Columns &columns, double y, std::string &out) {
  double x = sheetMargin;
  text(out, "Axes", "head", x, y, 14, Face::bold);
  for (size_t i = 0; i < columns.shown; ++i) {
    const Axis &axis = picture.axes[i];
    size_t column = i / columns.rows, row = i % columns.rows;
    double cy = y + 26 + double(row) * legendRow;
    if (row == 0 && column > 0)
      x += columns.axes[column - 1];
    out += "<path class=\"s a" + std::to_string(i) + "\" d=\"M" + number(x) + "," + number(cy - 5) + "h" +
           number(strandLength) + "\"/>\n";
    text(out, nameText(axis), "", x + strandLength + 10, cy, 14);
    text(out, sizeText(axis), "size", x + strandLength + 16 + columns.names[column], cy, 12);
  }
  if (picture.axes.size() > columns.shown)
    text(out, "and " + std::to_string(picture.axes.size() - columns.shown) + " more", "note", sheetMargin,
         y + 26 + double(columns.rows) * legendRow, 12);
}

static void addFrameSign(FrameKind kind, std::set<std::string> &signs) {
  bool returns = kind == FrameKind::scan || kind == FrameKind::fold || kind == FrameKind::unfold ||
                 kind == FrameKind::iterate;
  if (returns)
    signs.insert("state");
  if (kind == FrameKind::scan || kind == FrameKind::unfold)
    signs.insert("each position");
  if (kind == FrameKind::map || kind == FrameKind::each || kind == FrameKind::chain ||
      kind == FrameKind::iterate)
    signs.insert(name(kind));
}

static void collectSigns(const Picture &picture, const FrameLayout &layout, std::set<std::string> &signs) {
  for (int f : layout.frames) {
    addFrameSign(picture.frames[f].kind, signs);
  }
  const Frame &frame = picture.frames[layout.frames.back()];
  if (!layout.pills.empty())
    signs.insert("weight");
  for (const Wire &wire : frame.wires)
    if (wire.values >= 0)
      signs.insert("values");
  for (const Node &node : frame.nodes) {
    signs.insert(name(node.kind));
    if (node.kind == NodeKind::fold || node.kind == NodeKind::scan)
      for (const Law &law : node.facts.laws)
        signs.insert(law.status == "assumed" ? "assumed" : "law");
  }
  for (const PlacedNode &node : layout.nodes) {
    int inside = frame.nodes[node.node].inside;
    if (node.inner)
      collectSigns(picture, *node.inner, signs);
    else if (inside >= 0 && frame.nodes[node.node].kind == NodeKind::box)
      addFrameSign(picture.frames[inside].kind, signs);
  }
}

static const std::pair<const char *, const char *> signs[] = {
    {"copy", "copy"},
    {"drop", "drop"},
    {"contraction", "sum over indices"},
    {"fold", "fold of a monoid"},
    {"scan", "scan: every prefix"},
    {"weight", "weight, from above"},
    {"values", "values are indices"},
    {"point", "element by element"},
    {"sum", "of whole wires"},
    {"law", "law: proved"},
    {"assumed", "law: assumed"},
    {"pack", "wires as one wire"},
    {"map", "map: the axis passes by"},
    {"each", "each: own weights for all"},
    {"chain", "chain: one weight each"},
    {"state", "state returns"},
    {"each position", "a result each position"},
    {"iterate", "iterate: until it stays"},
    {"cell", "2-cell: a tie"},
    {"ghost", "tied: not stored"},
};

static std::set<std::string> usedSigns(const Picture &picture, const Sheet &sheet) {
  std::set<std::string> used;
  for (const Panel &panel : sheet.panels) {
    collectSigns(picture, panel.layout, used);
    if (!panel.ties.lanes.empty())
      used.insert("cell");
    for (const Pill &pill : panel.layout.pills)
      if (pill.storage == Storage::none)
        used.insert("ghost");
  }
  std::set<std::string> shown;
  for (auto [sign, meaning] : signs)
    if (used.count(sign))
      shown.insert(sign);
  return shown;
}

double legendWidth(const Picture &picture, const Sheet &sheet) {
  Columns columns(picture, usedSigns(picture, sheet).size());
  return 2 * sheetMargin + columns.axisWidth() + double(columns.signs) * signWidth;
}

void paintLegend(const Picture &picture, const Sheet &sheet, std::string &out) {
  std::set<std::string> used = usedSigns(picture, sheet);
  Columns columns(picture, used.size());
  out += "<g class=\"legend\">\n";
  paintAxes(picture, columns, sheet.legendY + 20, out);
  double x = std::max(sheetMargin + columns.axisWidth(),
                      sheet.width - sheetMargin - double(columns.signs) * signWidth);
  double y = sheet.legendY + 20;
  if (columns.signs)
    text(out, "Signs", "head", x, y, 14, Face::bold);
  size_t i = 0;
  for (auto [sign, meaning] : signs) {
    if (!used.count(sign))
      continue;
    double cx = x + double(i / columns.rows) * signWidth, cy = y + 26 + double(i % columns.rows) * legendRow;
    paintSign(sign, cx, cy, out);
    text(out, meaning, "", cx + 46, cy, 14);
    ++i;
  }
  out += "</g>\n";
}

} // namespace weft::draw
