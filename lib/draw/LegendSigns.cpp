#include "lib/draw/LegendSigns.h"

#include "lib/draw/NodeSize.h"
#include "lib/draw/SvgElements.h"
#include "lib/draw/SvgText.h"
#include "lib/draw/TextWidth.h"

namespace weft::draw {

static std::string at(double x, double y) { return number(x) + "," + number(y); }

static std::string path(const char *cssClass, const std::string &data) {
  return "<path class=\"" + std::string(cssClass) + "\" d=\"" + data + "\"/>\n";
}

// What happens to wires; `m` is the height of the line.
static std::string wireSign(const std::string &sign, double x, double m) {
  if (sign == "copy")
    return path("ink", "M" + at(x, m) + "h14c8,0 8,-7 18,-7M" + at(x + 14, m) + "c8,0 8,7 18,7") +
           circle("copy", {x + 14, m}, 5);
  if (sign == "drop")
    return path("ink", "M" + at(x, m) + "h26") + circle("open ink", {x + 28, m}, 5);
  if (sign == "values")
    return path("ink ind", "M" + at(x, m) + "h34");
  if (sign == "state")
    return path("ink", "M" + at(x + 30, m - 6) + "v8h-26v-8m18,12l-5,-4l5,-4");
  if (sign == "each position")
    return path("ink", "M" + at(x + 12, m - 6) + "h10M" + at(x + 12, m) + "h10M" + at(x + 12, m + 6) + "h10");
  if (sign == "iterate")
    return path("ink", "M" + at(x + 27, m - 4) + "a10,7 0 1 0 0,8m-1,-7l2,7l-7,0");
  if (sign == "map")
    return rectangle("box", {x + 6, m - 11, 22, 11}, 3) + path("ink", "M" + at(x, m + 6) + "h34");
  if (sign == "each")
    return rectangle("box", {x + 6, m - 6, 22, 11}, 3) +
           path("ink", "M" + at(x, m + 9) + "h34M" + at(x + 17, m - 14) + "v8");
  return "";
}

static std::string shapeSign(const std::string &sign, double x, double m) {
  if (sign == "fold" || sign == "scan")
    return path("fold", "M" + at(x + 6, m - 9) + "l20,4v10l-20,4Z") +
           (sign == "scan" ? path("comb", "M" + at(x + 19, m - 3) + "h7m-7,6h7") : "");
  if (sign == "weight" || sign == "ghost")
    return rectangle(sign == "ghost" ? "pillShape ghost" : "pillShape", {x, m - 9, 34, 18}, 9);
  if (sign == "law" || sign == "assumed")
    return rectangle(sign == "law" ? "badge" : "badge assumed", {x, m - 8, 34, 16}, 8);
  if (sign == "chain")
    return rectangle("card", {x + 8, m - 11, 24, 13}, 3) + rectangle("card", {x + 5, m - 8, 24, 13}, 3) +
           rectangle("card", {x + 2, m - 5, 24, 13}, 3);
  if (sign == "cell")
    return rectangle("cell", {x, m - 9, 34, 18}, 5) +
           path("cellArrow", "M" + at(x + 8, m - 2) + "h13M" + at(x + 8, m + 2) + "h13M" + at(x + 19, m - 6) +
                                 "l7,6l-7,6");
  if (sign == "point")
    return rectangle("op", {x + 4, m - 8, 28, 16}, 8);
  if (sign == "sum")
    return circle("op", {x + 17, m}, 9) +
           path("ink", "M" + at(x + 12, m) + "h10M" + at(x + 17, m - 5) + "v10");
  return "";
}

void paintSign(const std::string &sign, double x, double y, std::string &out) {
  out += wireSign(sign, x, y - 5) + shapeSign(sign, x, y - 5);
  if (sign == "contraction" || sign == "pack") {
    const char *text = sign == "pack" ? "( )" : "Σ";
    out += svgText(text, "label", {x + 17, y}, textWidth(text, labelSize, Face::bold), "middle");
  }
}

} // namespace weft::draw
