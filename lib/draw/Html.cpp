#include "lib/draw/Html.h"

#include "lib/draw/SvgFrame.h"
#include "lib/draw/SvgStyle.h"
#include "lib/draw/SvgText.h"
#include "lib/draw/Viewer.h"

#include <algorithm>
#include <set>

namespace weft::draw {

// Nothing in the data can end the element that holds it.
static std::string embedded(const std::string &json) {
  std::string text;
  for (char c : json)
    text += c == '<' ? "\\u003c" : std::string(1, c);
  return text;
}

// A frame by itself, as it opens below: all boxes inside it closed.
static std::string frameSheet(const Picture &picture, int frame) {
  Openings closed;
  FrameLayout layout = layOut(picture, frame, "", {closed});
  TieZone ties = placeTies(picture, layout);
  double head = (layout.pills.empty() ? 14 : pillRow + 14) + ties.height;
  std::string width = number(layout.width + 24 + std::max(0.0, ties.right)),
              height = number(layout.height + head + 6), out;
  out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" +
        width + "\" height=\"" + height + "\">\n";
  FramePainter painter(picture, out);
  painter.paintPills(layout, ties, {6, head}, 16, 1);
  painter.paint(layout, {6, head}, 1, false);
  return out + "</svg>\n";
}

static constexpr size_t mostSheets = 200;

static std::string frameSheets(const Picture &picture) {
  std::set<int> frames;
  for (const Frame &frame : picture.frames)
    for (const Node &node : frame.nodes)
      if (node.inside >= 0 && frames.size() < mostSheets)
        frames.insert(node.inside);
  std::string out;
  for (int frame : frames)
    out += "<template id=\"frame-" + std::to_string(frame) + "\">" + frameSheet(picture, frame) +
           "</template>\n";
  return out;
}

std::string toHtml(const Picture &picture, const Sheet &sheet, const SvgOptions &options) {
  std::string dark = viewerDarkStyle;
  std::string theme = options.theme == Theme::dark ? dark
                      : options.theme == Theme::automatic
                          ? "@media (prefers-color-scheme: dark) {" + dark + "}"
                          : "";
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; "
         "script-src 'unsafe-inline'\">\n<title>" +
         escaped(picture.name.substr(0, 200)) + "</title>\n<style>" + viewerStyle + theme + "</style>\n" +
         "<div id=\"stage\"><div id=\"world\">" + toSvg(picture, sheet, options) + "</div></div>\n" +
         "<div id=\"bar\"><span id=\"count\" role=\"status\"></span><input id=\"search\" type=\"search\" "
         "placeholder=\"name, axis:Seq, assumed, tied\" aria-label=\"search\"><button "
         "id=\"fit\">fit</button></div>\n"
         "<div id=\"panel\" hidden></div><div id=\"card\" role=\"tooltip\" hidden></div>\n" +
         frameSheets(picture) + "<script type=\"application/json\" id=\"picture\">" +
         embedded(toJson(picture)) + "</script>\n<script>" + viewerScript + "</script>\n</html>\n";
}

} // namespace weft::draw
