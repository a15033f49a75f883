// What nodes look like: one shape a kind, and in the corner of a closed frame the sign of how it repeats.
#include "lib/draw/SvgElements.h"
#include "lib/draw/SvgFrame.h"

#include <algorithm>

namespace weft::draw {

// Wide at the left, where much comes in; the teeth of a scan say that every prefix goes out.
void FramePainter::paintFunnel(const Node &node, const Rect &rect) {
  double in = std::min(14.0, rect.height * 0.16), r = rect.right(), b = rect.bottom();
  out += "<path class=\"fold\" d=\"M" + number(rect.x) + "," + number(rect.y) + "L" + number(r) + "," +
         number(rect.y + in) + "L" + number(r) + "," + number(b - in) + "L" + number(rect.x) + "," +
         number(b) + "Z\"/>\n";
  if (node.kind == NodeKind::scan)
    for (double y = rect.y + in + 8; y < b - in - 4; y += 10)
      out += "<path class=\"comb\" d=\"M" + number(r - 9) + "," + number(y) + "H" + number(r) + "\"/>\n";
}

// How a closed frame repeats: the axis passes by (`map`), and enters the weights, too (`each`); a state
// returns, and what goes out is the last one (`fold`), one a position (`scan`), or out of nothing (`unfold`);
// until it stays
// (`iterate`). A `chain` is a stack of cards.
void FramePainter::paintCorner(const Frame &inside, Point at) {
  std::string x = number(at.x), y = number(at.y);
  bool passes = inside.kind == FrameKind::map || inside.kind == FrameKind::each;
  if (passes && inside.axis >= 0)
    out += "<path class=\"s a" + std::to_string(inside.axis) + "\" d=\"M" + x + "," + y + "h14" +
           (inside.kind == FrameKind::each ? "m-7,-5v4" : "") + "\"/>\n";
  const char *sign = "";
  if (inside.kind == FrameKind::fold || inside.kind == FrameKind::scan || inside.kind == FrameKind::unfold)
    sign = "m12,-3v5h-11v-5m4,8l-3,-3l3,-3";
  if (inside.kind == FrameKind::iterate)
    sign = "m9,-2a4,4 0 1 0 1,4m-1,-7l1,3.5l-3.5,0.5";
  if (*sign)
    out += "<path class=\"sign\" d=\"M" + x + "," + y + sign + "\"/>\n";
  if (inside.kind == FrameKind::scan || inside.kind == FrameKind::unfold)
    out += "<path class=\"sign\" d=\"M" + number(at.x + 16) + "," + y + "m0,-3h4m-4,3h4m-4,3h4" + "\"/>\n";
}

void FramePainter::paintShape(const Node &node, const Rect &rect) {
  Point middle = {rect.x + rect.width / 2, rect.y + rect.height / 2};
  switch (node.kind) {
  case NodeKind::sum: {
    out += circle("op", middle, rect.width / 2);
    double r = 6.5;
    std::string h = "M" + number(middle.x - r) + "," + number(middle.y) + "H" + number(middle.x + r);
    std::string v = "M" + number(middle.x) + "," + number(middle.y - r) + "V" + number(middle.y + r);
    if (node.label == "×")
      h = "M" + number(middle.x - 5) + "," + number(middle.y - 5) + "L" + number(middle.x + 5) + "," +
          number(middle.y + 5),
      v = "M" + number(middle.x - 5) + "," + number(middle.y + 5) + "L" + number(middle.x + 5) + "," +
          number(middle.y - 5);
    if (node.label == "−" || node.label == "÷")
      v = "";
    out += "<path class=\"ink\" d=\"" + h + v + "\"/>\n";
    if (node.label == "÷")
      out += circle("copy", {middle.x, middle.y - 5}, 1.6) + circle("copy", {middle.x, middle.y + 5}, 1.6);
    return;
  }
  case NodeKind::drop:
    out += circle("open ink", middle, 5);
    return;
  case NodeKind::fold:
  case NodeKind::scan:
    return paintFunnel(node, rect);
  case NodeKind::weight:
    out += rectangle("pillShape", rect, 13);
    return;
  case NodeKind::point:
    out += rectangle("op", rect, std::min(20.0, rect.height / 2));
    return;
  default:
    break;
  }
  if (node.inside >= 0 && picture.frames[node.inside].kind == FrameKind::chain)
    for (double shift : {10.0, 5.0})
      out += rectangle("card", {rect.x + shift, rect.y - shift, rect.width, rect.height}, 7);
  out += rectangle("box", rect, 7);
  if (node.inside >= 0)
    paintCorner(picture.frames[node.inside], {rect.x + 6, rect.y + 7});
}

} // namespace weft::draw
