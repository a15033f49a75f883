#include "lib/draw/Svg.h"

#include "lib/draw/Legend.h"
#include "lib/draw/SvgElements.h"
#include "lib/draw/SvgFrame.h"
#include "lib/draw/SvgStyle.h"
#include "lib/draw/SvgText.h"
#include "lib/draw/TextWidth.h"

namespace weft::draw {

static std::string arrow(std::string type) {
  for (size_t at; (at = type.find("->")) != std::string::npos;)
    type.replace(at, 2, "→");
  return type;
}

// Behind the type: how much is stored, and what was proved.
static std::string factsOf(const Picture &picture) {
  if (picture.cell)
    return "· " + grouped(picture.cell->fromWeights) + " → " + grouped(picture.weights) + " weights";
  std::string facts;
  if (!picture.weights.empty() && picture.weights != "0")
    facts = "· " + grouped(picture.weights) + " weights";
  if (!picture.saved.empty())
    facts += " (" + grouped(picture.saved) + " fewer by " + picture.savedBy + ")";
  size_t proved = 0;
  for (const std::string &claim : picture.claims)
    proved += claim.size() > 7 && claim.rfind(" proved") == claim.size() - 7;
  if (proved)
    facts += (facts.empty() ? "· " : "  ·  ") + std::to_string(proved) +
             (proved == 1 ? " claim proved" : " claims proved");
  return facts;
}

static void paintHeader(const Picture &picture, const Sheet &sheet, std::string &out) {
  std::string name = clipped(picture.name.substr(0, picture.name.find('[')), 420, 25, Face::bold);
  double width = textWidth(name, 25, Face::bold);
  double x = sheetMargin + textRoom(name, 25, Face::bold) + 12;
  out += svgText(escaped(name), "title", {sheetMargin, 44}, width, "start");
  std::string what =
      picture.cell ? picture.cell->fromName + " ⇒ " + picture.cell->toName : arrow(picture.type);
  std::string facts = factsOf(picture);
  double left = std::min(textRoom(facts, 14) + 20, 340.0);
  std::string type = clipped(": " + what, sheet.width - sheetMargin - x - left, 12, Face::mono);
  if (type.size() > 4) {
    double typeWidth = textWidth(type, 12, Face::mono);
    out += svgText(colouredAxes(picture, type), "mono", {x, 44}, typeWidth, "start");
    x += typeWidth + 14;
  }
  facts = clipped(facts, (sheet.width - x - sheetMargin) / 1.08, 14);
  if (!facts.empty() && x + textRoom(facts, 14) <= sheet.width)
    out += svgText(escaped(facts), "facts", {x, 44}, textWidth(facts, 14), "start");
}

// A frame opened below its box: a trapezoid leads from one to the other, behind everything else.
static void paintZoom(const Panel &panel, std::string &out) {
  std::string top = number(panel.pillsY - 40), bottom = number(panel.from.bottom());
  out += "<path class=\"zoom\" d=\"M" + number(panel.from.x) + "," + bottom + "L" +
         number(panel.from.right()) + "," + bottom + "L" + number(panel.rect.right()) + "," + top + "L" +
         number(panel.rect.x) + "," + top + "Z\"/>\n";
}

// Between both sides of a cell: its arrow and name, what it says of each weight, and how that is known.
static void paintBand(const Picture &picture, const Sheet &sheet, std::string &out) {
  const CellFacts &cell = *picture.cell;
  const Rect &band = sheet.band;
  double middle = band.x + band.width / 2, y = band.y;
  std::string name = clipped(cell.name, band.width - 80, 15, Face::bold);
  std::string verdict = clipped(cell.verdict, band.width - 80, subSize);
  out += "<g class=\"band\"" + attribute("id", "@cell") + attribute("data-verdict", cell.verdict) + ">\n" +
         rectangle("cell", band, 9);
  double width = textWidth(name, 15, Face::bold), x = middle - (width + 26) / 2;
  // Downwards: from what stands above to what stands below.
  out += "<path class=\"cellArrow\" d=\"M" + number(x + 4) + "," + number(y + 10) + "v17M" + number(x + 10) +
         "," + number(y + 10) + "v17M" + number(x - 1) + "," + number(y + 23) + "l8,8l8,-8\"/>\n";
  out += svgText(escaped(name), "cellName", {x + 26, y + 26}, width, "start");
  y += 44;
  for (size_t i = 0; i < cell.formulas.size() && i <= listedFormulas; ++i, y += 19) {
    std::string line = cell.formulas[i];
    if (i == listedFormulas)
      line = "and " + std::to_string(cell.formulas.size() - i) + " more";
    line = clipped(line, band.width - 40, 12, Face::mono);
    out += svgText(escaped(line), "mono", {middle, y + 4}, textWidth(line, 12, Face::mono), "middle");
  }
  out += svgText(escaped(verdict), "cellSub", {middle, band.bottom() - 10}, textWidth(verdict, subSize),
                 "middle") +
         "</g>\n";
}

static void paintPanel(const Picture &picture, const Panel &panel, std::string &out) {
  FramePainter painter(picture, out);
  if (!panel.isRow) {
    double top = panel.pillsY - 40;
    out += "<rect class=\"frame d1\" x=\"" + number(panel.rect.x) + "\" y=\"" + number(top) + "\" width=\"" +
           number(panel.rect.width) + "\" height=\"" + number(panel.rect.bottom() - top) + "\" rx=\"12\"/>\n";
  }
  painter.paintPills(panel.layout, panel.ties, {panel.rect.x, panel.rect.y}, panel.pillsY, !panel.isRow);
  painter.paint(panel.layout, {panel.rect.x, panel.rect.y}, panel.isRow ? 0 : 1, true);
}

std::string toSvg(const Picture &picture, const Sheet &sheet, const SvgOptions &options) {
  std::string width = number(sheet.width), height = number(sheet.height), out;
  out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" +
        width + "\" height=\"" + height + "\" role=\"img\" aria-labelledby=\"picture-title picture-desc\">\n";
  out += "<title id=\"picture-title\">" + escaped(clipped(picture.name, 2000, 10)) + "</title>\n";
  out += "<desc id=\"picture-desc\">" + escaped(clipped(picture.name + " : " + picture.type, 4000, 10)) +
         ". Data flows from left to right, weights come from above; a wire has one strand for each "
         "axis.</desc>\n";
  out += "<style>" + svgStyle(picture, options) + "</style>\n";
  out += "<rect class=\"bg\" width=\"" + width + "\" height=\"" + height + "\"/>\n";
  paintHeader(picture, sheet, out);
  for (const Panel &panel : sheet.panels)
    if (!panel.isRow)
      paintZoom(panel, out);
  for (const Panel &panel : sheet.panels)
    paintPanel(picture, panel, out);
  if (picture.cell)
    paintBand(picture, sheet, out);
  paintLegend(picture, sheet, out);
  return out + "</svg>\n";
}

} // namespace weft::draw
