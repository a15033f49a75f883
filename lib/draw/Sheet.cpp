#include "lib/draw/Sheet.h"

#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

static constexpr double titleHeight = 66, narrowest = 760, widestSpread = 56, widestHeader = 1200,
                        tieSpread = 48;

double legendHeight(const Picture &picture) {
  size_t rows = std::max<size_t>((std::min<size_t>(picture.axes.size(), 24) + 2) / 3, 4);
  return 34 + rows * legendRow + 16;
}

namespace {

class SheetBuilder {
public:
  SheetBuilder(const Picture &picture, const Openings &openings) : picture(picture), openings(openings) {}
  Sheet run();

private:
  void addPanel(int frame, const std::string &path, int parent, Rect from);
  void collect(const FrameLayout &layout, double x, double y, size_t panel);
  void layPanel(Panel &panel, int frame, const std::string &path, double spread, double margin);
  void widen(Panel &panel);
  void place(bool wide);

  const Picture &picture;
  const Openings &openings;
  Sheet sheet;
};

void SheetBuilder::addPanel(int frame, const std::string &path, int parent, Rect from) {
  Panel panel;
  panel.isRow = parent < 0;
  panel.parent = parent;
  panel.from = from;
  layPanel(panel, frame, path, 0, 0);
  sheet.panels.push_back(std::move(panel));
}

static void collectTied(const Picture &picture, const FrameLayout &layout, Tied &tied) {
  for (size_t i = 0; i < layout.frames.size(); ++i)
    addTied(picture.frames[layout.frames[i]], layout.paths[i], tied);
  for (const PlacedNode &node : layout.nodes)
    if (node.inner)
      collectTied(picture, *node.inner, tied);
}

// Badges that find no room above the frame make it wider.
void SheetBuilder::layPanel(Panel &panel, int frame, const std::string &path, double spread, double margin) {
  if (panel.parent >= 0)
    panel.tied = sheet.panels[panel.parent].tied;
  for (int tries = 0; tries < 3; ++tries) {
    panel.layout =
        layOut(picture, frame, path, {openings, spread + panel.tieSpread, margin, panel.isRow, panel.tied});
    panel.ties = placeTies(picture, panel.layout);
    // Badges stand between the lines that fall.
    if (tries == 0 && panel.ties.cramped)
      panel.tieSpread = tieSpread;
    else if (panel.ties.right > 0)
      margin += panel.ties.right;
    else
      break;
  }
  collectTied(picture, panel.layout, panel.tied);
}

static double widthOf(const Panel &panel) { return panel.layout.width + panel.ties.right; }

// A row that is narrower than the sheet spreads over it.
void SheetBuilder::widen(Panel &panel) {
  int frame = panel.layout.frames.front();
  std::string path = panel.layout.paths.front();
  double inner = sheet.width - 2 * sheetMargin;
  double slack = inner - widthOf(panel);
  if (slack < 20)
    return;
  int columns = 0;
  double last = -1;
  std::vector<double> lefts;
  for (const PlacedNode &node : panel.layout.nodes)
    lefts.push_back(node.rect.x + node.rect.width / 2);
  std::sort(lefts.begin(), lefts.end());
  for (double x : lefts) {
    columns += x > last + 1;
    last = std::max(last, x);
  }
  double spread = std::min(widestSpread, slack / (columns + 1));
  double margin = (slack - spread * (columns + 1)) / 2;
  layPanel(panel, frame, path, spread, margin);
}

void SheetBuilder::collect(const FrameLayout &layout, double x, double y, size_t panel) {
  const Frame &frame = picture.frames[layout.frames.back()];
  for (const PlacedNode &node : layout.nodes) {
    Rect at = {x + node.rect.x, y + node.rect.y, node.rect.width, node.rect.height};
    if (node.opening == Opening::below) {
      addPanel(frame.nodes[node.node].inside, node.path, panel, at);
    } else if (node.inner) {
      collect(*node.inner, at.x, at.y, panel);
    }
  }
}

// The cell's name and arrow, and below them a line a formula.
static double bandHeight(const CellFacts &cell) {
  size_t lines = std::min(cell.formulas.size(), listedFormulas + 1);
  return 66 + 19 * double(lines);
}

static double bandWidth(const CellFacts &cell, double sheetWidth) {
  double widest = 620;
  for (size_t i = 0; i < std::min(cell.formulas.size(), listedFormulas); ++i)
    widest = std::max(widest, textWidth(cell.formulas[i], 12, Face::mono) + 44);
  return std::min(sheetWidth - 2 * sheetMargin, widest);
}

void SheetBuilder::place(bool wide) {
  size_t rows = picture.cell ? 2 : 1;
  sheet.panels.resize(rows);
  double y = titleHeight;
  for (size_t i = 0; i < sheet.panels.size(); ++i) {
    Panel &panel = sheet.panels[i];
    if (wide)
      widen(panel);
    bool pills = !panel.layout.pills.empty();
    double head = panel.isRow ? 0 : 34;
    double width = widthOf(panel), top = y;
    double x = (sheet.width - width) / 2;
    panel.pillsY = top + head + 14;
    double content = top + head + (pills ? pillRow : 0) + panel.ties.height;
    panel.rect = {x, content, width, panel.layout.height};
    y = content + panel.layout.height + (i + 1 < sheet.panels.size() ? 52 : 26);
    if (i == 0 && picture.cell) {
      double high = bandHeight(*picture.cell), wideBand = bandWidth(*picture.cell, sheet.width);
      sheet.band = {(sheet.width - wideBand) / 2, y - 30, wideBand, high};
      y = sheet.band.bottom() + 22;
    }
    collect(panel.layout, panel.rect.x, panel.rect.y, i);
  }
  sheet.legendY = y;
  sheet.height = y + legendHeight(picture);
}

Sheet SheetBuilder::run() {
  auto chain = unwrapped(picture, picture.root, "", true);
  sheet.rootPath = chain.back().second;
  if (picture.cell)
    addPanel(picture.cell->from, fromPath, -1, {});
  addPanel(picture.root, "", -1, {});
  std::string what = picture.cell ? picture.cell->fromName + picture.cell->toName : picture.type;
  double header = textWidth(picture.name, 25, Face::bold) + textWidth(what, 12, Face::mono) + 300;
  sheet.width =
      std::max({narrowest, std::min(header, widestHeader), widthOf(sheet.panels.back()) + 2 * sheetMargin});
  place(false);
  for (const Panel &panel : sheet.panels)
    sheet.width = std::max(sheet.width, widthOf(panel) + 2 * sheetMargin);
  sheet.width = std::max(sheet.width, legendWidth(picture, sheet));
  place(true);
  return std::move(sheet);
}

} // namespace

Sheet makeSheet(const Picture &picture, const Openings &openings) {
  return SheetBuilder(picture, openings).run();
}

} // namespace weft::draw
