// The row above a frame: the names of what falls into it, and the ties that cells make among them.
#include "lib/draw/SvgElements.h"
#include "lib/draw/SvgFrame.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

static RoundedPath lowered(const RoundedPath &path, double by) { return path.moved(0, by); }

void FramePainter::paintPill(const Pill &pill, double y, bool withLine, double bottom) {
  if (withLine) {
    out += "<g class=\"net thin\">";
    for (const Pill::Bundle &bundle : pill.bundles)
      strands({RoundedPath{{{bundle.x, y}, {bundle.x, bottom}}, 0}}, bundle.axes, -1, true);
    out += "</g>";
  }
  bool ghost = pill.storage == Storage::none;
  std::string title = pill.path + (ghost                             ? ": tied, not stored"
                                   : pill.storage == Storage::byCell ? ": from a cell"
                                                                     : "");
  const char *shape = ghost                             ? "pillShape ghost"
                      : pill.storage == Storage::byCell ? "pillShape fromCell"
                                                        : "pillShape";
  out += "<g class=\"pills\"><title>" + escaped(title) + "</title>" +
         rectangle(shape, {pill.x - pill.width / 2, y - 13, pill.width, 26}, 13) +
         svgText(escaped(pill.text), ghost ? "pill ghostName" : "pill", {pill.x, y + 4.5}, pill.width - 22,
                 "middle") +
         "</g>\n";
}

// The badge of a cell: an arrow, its name, and what it computes where that is more than a wire says.
static std::string badge(const TieLane &lane, double top) {
  Rect rect = lane.badge;
  rect.y += top;
  double name = textWidth(lane.title, 13, Face::bold), x = rect.x + (rect.width - name - 30) / 2;
  double y = rect.y + rect.height / 2 - (lane.sub.empty() ? 0 : 8);
  std::string out = rectangle("cell", rect, 7);
  out += "<path class=\"cellArrow\" d=\"M" + number(x) + "," + number(y - 2.5) + "h15M" + number(x) + "," +
         number(y + 2.5) + "h15M" + number(x + 12) + "," + number(y - 7) + "l8,7l-8,7\"/>\n";
  out += svgText(escaped(lane.title), "cellName", {x + 30, y + 4.5}, name, "start");
  if (!lane.sub.empty())
    out += svgText(escaped(lane.sub), "cellSub", {rect.x + rect.width / 2, y + 21},
                   textWidth(lane.sub, subSize), "middle");
  return out;
}

static std::string sourcesText(const Tie &tie) {
  std::string text;
  for (const TieSource &source : tie.sources)
    text += (text.empty() ? "" : " ") + source.path;
  return text;
}

void FramePainter::paintTie(const TieLane &lane, double top) {
  const Frame &frame = picture.frames[lane.frame];
  std::string first = std::to_string(lane.ties.front());
  out += "<g class=\"tie net thin\"" + attribute("id", joined(lane.path, "@tie" + first)) +
         attribute("data-frame", lane.path) + ">\n<title>";
  for (size_t i = 0; i < lane.ties.size() && i < 6; ++i)
    out += (i ? "&#10;" : "") + escaped(clipped(frame.ties[lane.ties[i]].formula, 600, subSize));
  out += "</title>\n";
  // What each tie says, for readers of the file; the lines say it to the eye.
  for (unsigned tie : lane.ties)
    out += "<g class=\"says\"" + attribute("data-cell", frame.ties[tie].cell) +
           attribute("data-target", frame.ties[tie].target) +
           attribute("data-sources", sourcesText(frame.ties[tie])) +
           attribute("data-form", frame.ties[tie].form) + "/>\n";
  for (const TieLane::Line &line : lane.lines)
    strands({lowered(line.path, top)}, line.axes, -1, true);
  for (Point dot : lane.dots)
    out += circle("copy", {dot.x, dot.y + top}, 4.2);
  out += badge(lane, top) + "</g>\n";
}

void FramePainter::paintPills(const FrameLayout &layout, const TieZone &ties, Point at, double pillsY,
                              int ground) {
  if (layout.pills.empty())
    return;
  out += std::string("<g class=\"pills ") + (ground ? "in1" : "in0") + "\" transform=\"translate(" +
         number(at.x) + "," + number(at.y) + ")\">\n";
  double y = pillsY - at.y, top = -ties.height;
  // A tied weight comes from its lane; from its ghost where the lane is further out.
  auto hasLane = [&](const Pill &pill) {
    return std::any_of(ties.lanes.begin(), ties.lanes.end(), [&](const TieLane &lane) {
      return std::any_of(pill.bundles.begin(), pill.bundles.end(), [&](const Pill::Bundle &bundle) {
        return lane.lines.front().path.points.back().x == bundle.x;
      });
    });
  };
  for (const Pill &pill : layout.pills)
    if (pill.storage == Storage::own || !hasLane(pill))
      paintPill(pill, y, true, 0);
  for (const TieLane &lane : ties.lanes)
    paintTie(lane, top);
  for (const Pill &pill : ties.pills)
    paintPill(pill, y, true, top);
  for (const Pill &pill : layout.pills)
    if (pill.storage == Storage::none && hasLane(pill))
      paintPill(pill, y, false, 0);
  out += "</g>\n";
}

} // namespace weft::draw
