#include "lib/draw/Sheet.h"

#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

static constexpr double titleHeight = 66, narrowest = 760, widestSpread = 56, widestHeader = 1200;

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
  void addOpened(size_t panel);
  void collect(const FrameLayout &layout, double x, double y, size_t panel);
  void widen(Panel &panel);
  void place(bool wide);

  const Picture &picture;
  const Openings &openings;
  Sheet sheet;
};

void SheetBuilder::addPanel(int frame, const std::string &path, int parent, Rect from) {
  Panel panel;
  panel.isRow = parent < 0;
  panel.layout = layOut(picture, frame, path, {openings, 0, 0, panel.isRow});
  panel.parent = parent;
  panel.from = from;
  sheet.panels.push_back(std::move(panel));
}

// A row that is narrower than the sheet spreads over it.
void SheetBuilder::widen(Panel &panel) {
  int frame = panel.layout.frames.front();
  std::string path = panel.layout.paths.front();
  double inner = sheet.width - 2 * sheetMargin;
  double slack = inner - panel.layout.width;
  if (slack < 20 || panel.layout.nodes.empty())
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
  panel.layout = layOut(picture, frame, path, {openings, spread, margin, panel.isRow});
}

void SheetBuilder::collect(const FrameLayout &layout, double x, double y, size_t panel) {
  const Frame &frame = picture.frames[layout.frames.back()];
  for (const PlacedNode &node : layout.nodes) {
    Rect at = {x + node.rect.x, y + node.rect.y, node.rect.width, node.rect.height};
    if (node.opening == Opening::below) {
      Panel opened;
      opened.layout = layOut(picture, frame.nodes[node.node].inside, node.path, {openings, 0, false});
      opened.parent = panel;
      opened.from = at;
      sheet.panels.push_back(std::move(opened));
    } else if (node.inner) {
      collect(*node.inner, at.x, at.y, panel);
    }
  }
}

void SheetBuilder::place(bool wide) {
  sheet.panels.resize(1);
  double y = titleHeight;
  for (size_t i = 0; i < sheet.panels.size(); ++i) {
    Panel &panel = sheet.panels[i];
    if (wide)
      widen(panel);
    bool pills = !panel.layout.pills.empty();
    double head = panel.isRow ? 0 : 34;
    double width = panel.layout.width, top = y;
    double x = (sheet.width - width) / 2;
    panel.pillsY = top + head + 14;
    double content = top + head + (pills ? pillRow : 0);
    panel.rect = {x, content, width, panel.layout.height};
    y = content + panel.layout.height + (i + 1 < sheet.panels.size() ? 52 : 26);
    collect(panel.layout, panel.rect.x, panel.rect.y, i);
  }
  sheet.legendY = y;
  sheet.height = y + legendHeight(picture);
}

Sheet SheetBuilder::run() {
  auto chain = unwrapped(picture, picture.root, "", true);
  sheet.rootPath = chain.back().second;
  addPanel(picture.root, "", -1, {});
  double header = textWidth(picture.name, 25, Face::bold) + textWidth(picture.type, 12, Face::mono) + 260;
  sheet.width =
      std::max({narrowest, std::min(header, widestHeader), sheet.panels[0].layout.width + 2 * sheetMargin});
  place(false);
  for (const Panel &panel : sheet.panels)
    sheet.width = std::max(sheet.width, panel.layout.width + 2 * sheetMargin);
  place(true);
  return std::move(sheet);
}

} // namespace

Sheet makeSheet(const Picture &picture, const Openings &openings) {
  return SheetBuilder(picture, openings).run();
}

} // namespace weft::draw
