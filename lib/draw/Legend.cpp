#include "lib/draw/Legend.h"

#include "lib/draw/SvgText.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>
#include <set>

namespace weft::draw {

static void text(std::string &out, const std::string &content, const char *cssClass, double x, double y,
                 double size, Face face = Face::regular) {
  out += svgText(escaped(content), cssClass, {x, y}, textWidth(content, size, face), "start");
}

static void paintAxes(const Picture &picture, const Sheet &sheet, std::string &out) {
  double y = sheet.legendY + 20, x = sheetMargin;
  text(out, "Axes", "head", x, y, 14, Face::bold);
  size_t shown = std::min<size_t>(picture.axes.size(), 24), rows = std::max<size_t>((shown + 2) / 3, 4);
  for (size_t i = 0; i < shown; ++i) {
    const Axis &axis = picture.axes[i];
    double cx = x + (i / rows) * 190, cy = y + 26 + (i % rows) * legendRow;
    out += "<path class=\"s a" + std::to_string(i) + "\" d=\"M" + number(cx) + "," + number(cy - 5) +
           "h34\"/>\n";
    std::string name = clipped(axis.name, 78, 14), size = axis.isOpen ? "open" : grouped(axis.size);
    if (axis.isOpen && axis.size != axis.name)
      size = axis.size;
    text(out, name, "", cx + 44, cy, 14);
    text(out, clipped(size, 60, 12), "size", cx + 50 + std::max(60.0, textRoom(name, 14)), cy, 12);
  }
  if (picture.axes.size() > shown)
    text(out, "and " + std::to_string(picture.axes.size() - shown) + " more", "note", x,
         y + 26 + rows * legendRow, 12);
}

static void addFrameSign(FrameKind kind, std::set<std::string> &signs) {
  bool returns = kind == FrameKind::scan || kind == FrameKind::fold || kind == FrameKind::unfold ||
                 kind == FrameKind::iterate;
  if (returns)
    signs.insert("state");
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
  for (const Node &node : frame.nodes)
    signs.insert(name(node.kind));
  for (const PlacedNode &node : layout.nodes) {
    int inside = frame.nodes[node.node].inside;
    if (node.inner)
      collectSigns(picture, *node.inner, signs);
    else if (inside >= 0 && frame.nodes[node.node].kind == NodeKind::box)
      addFrameSign(picture.frames[inside].kind, signs);
  }
}

static std::string at(double x, double y) { return number(x) + "," + number(y); }

static void paintSign(const std::string &sign, double x, double y, std::string &out) {
  double m = y - 5;
  if (sign == "copy")
    out += "<path class=\"ink\" d=\"M" + at(x, m) + "h14c8,0 8,-7 18,-7M" + at(x + 14, m) +
           "c8,0 8,7 18,7\"/><circle class=\"copy\" cx=\"" + number(x + 14) + "\" cy=\"" + number(m) +
           "\" r=\"5\"/>\n";
  else if (sign == "drop")
    out += "<path class=\"ink\" d=\"M" + at(x, m) + "h26\"/><circle class=\"open ink\" cx=\"" +
           number(x + 28) + "\" cy=\"" + number(m) + "\" r=\"5\"/>\n";
  else if (sign == "fold" || sign == "scan") {
    out += "<path class=\"fold\" d=\"M" + at(x + 6, m - 9) + "l20,4v10l-20,4Z\"/>\n";
    if (sign == "scan")
      out += "<path class=\"comb\" d=\"M" + at(x + 19, m - 3) + "h7m-7,6h7\"/>\n";
  } else if (sign == "weight")
    out += "<rect class=\"pillShape\" x=\"" + number(x) + "\" y=\"" + number(m - 9) +
           "\" width=\"34\" height=\"18\" rx=\"9\"/>\n";
  else if (sign == "values")
    out += "<path class=\"ink ind\" d=\"M" + at(x, m) + "h34\"/>\n";
  else if (sign == "map")
    out += "<rect class=\"box\" x=\"" + number(x + 6) + "\" y=\"" + number(m - 11) +
           "\" width=\"22\" height=\"11\" rx=\"3\"/><path class=\"ink\" d=\"M" + at(x, m + 6) + "h34\"/>\n";
  else if (sign == "each")
    out += "<rect class=\"box\" x=\"" + number(x + 6) + "\" y=\"" + number(m - 6) +
           "\" width=\"22\" height=\"11\" rx=\"3\"/><path class=\"ink\" d=\"M" + at(x, m + 9) + "h34M" +
           at(x + 17, m - 14) + "v8\"/>\n";
  else if (sign == "iterate")
    out += "<path class=\"ink\" d=\"M" + at(x + 27, m - 4) + "a10,7 0 1 0 0,8m-1,-7l2,7l-7,0\"/>\n";
  else if (sign == "chain")
    for (double shift : {6.0, 3.0, 0.0})
      out += "<rect class=\"card\" x=\"" + number(x + 2 + shift) + "\" y=\"" + number(m - 5 - shift) +
             "\" width=\"24\" height=\"13\" rx=\"3\"/>\n";
  else if (sign == "state")
    out += "<path class=\"ink\" d=\"M" + at(x + 30, m - 6) + "v8h-26v-8m18,12l-5,-4l5,-4\"/>\n";
  else if (sign == "cell")
    out += "<rect class=\"cell\" x=\"" + number(x) + "\" y=\"" + number(m - 9) +
           "\" width=\"34\" height=\"18\" rx=\"5\"/><path class=\"cellArrow\" d=\"M" + at(x + 8, m - 2) +
           "h13M" + at(x + 8, m + 2) + "h13M" + at(x + 19, m - 6) + "l7,6l-7,6\"/>\n";
  else if (sign == "ghost")
    out += "<rect class=\"pillShape ghost\" x=\"" + number(x) + "\" y=\"" + number(m - 9) +
           "\" width=\"34\" height=\"18\" rx=\"9\"/>\n";
  else if (sign == "contraction")
    out += svgText("Σ", "label", {x + 17, y}, textWidth("Σ", labelSize, Face::bold), "middle");
  else if (sign == "point")
    out += "<rect class=\"op\" x=\"" + number(x + 4) + "\" y=\"" + number(m - 8) +
           "\" width=\"28\" height=\"16\" rx=\"8\"/>\n";
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
    {"map", "map: the axis passes by"},
    {"each", "each: own weights for all"},
    {"chain", "chain: one weight each"},
    {"state", "state returns"},
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
  return used;
}

namespace {
/// Columns of the table of axes and, beside it, of that of signs.
struct Columns {
  size_t rows, axes, signs;
  double axisWidth() const { return double(axes) * 190 + 20; }
};
} // namespace

static constexpr double signWidth = 224;

static Columns columnsOf(const Picture &picture, const std::set<std::string> &used) {
  size_t axes = std::min<size_t>(picture.axes.size(), 24), rows = std::max<size_t>((axes + 2) / 3, 4),
         count = 0;
  for (auto [sign, meaning] : signs)
    count += used.count(sign);
  return {rows, (axes + rows - 1) / rows, (count + rows - 1) / rows};
}

double legendWidth(const Picture &picture, const Sheet &sheet) {
  Columns columns = columnsOf(picture, usedSigns(picture, sheet));
  return 2 * sheetMargin + columns.axisWidth() + double(columns.signs) * signWidth;
}

void paintLegend(const Picture &picture, const Sheet &sheet, std::string &out) {
  std::set<std::string> used = usedSigns(picture, sheet);
  Columns columns = columnsOf(picture, used);
  out += "<g class=\"legend\">\n";
  paintAxes(picture, sheet, out);
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
