#include "lib/draw/SvgStyle.h"

#include "lib/draw/Colours.h"

namespace weft::draw {

static const char *const shared = R"(text{font-family:Inter,'Helvetica Neue',Arial,sans-serif;font-size:14px}
.title{font-size:25px;font-weight:700}.label{font-size:15px;font-weight:600}.frameName{font-size:15px;font-weight:600}
.sub,.name,.frameTitle,.lane,.note,.size{font-size:12px}.wire{font-size:13px}.pill{font-size:12.5px;font-weight:600}
.type,.mono{font-family:'DejaVu Sans Mono',ui-monospace,Menlo,monospace;font-size:12px}.law{font-size:11px}
.head{font-weight:600}.index{font-size:11px}
.s,.halo,.ink{fill:none;stroke-linecap:butt;stroke-linejoin:round}.s{stroke-width:3}.thin .s{stroke-width:2}.ink{stroke-width:1.7}
.ind{stroke-width:3.6;stroke-linecap:round;stroke-dasharray:.1 6.2}.box,.fold,.op{stroke-width:1.5;stroke-linejoin:round}
.frame{stroke-width:1.4}.pillShape{stroke-width:1}.badge{stroke-width:1.1}.ghost{stroke-dasharray:4 3}.fromCell{stroke-width:2}.sign{fill:none;stroke-width:1.3;stroke-linejoin:round}.cell{stroke-width:1.4}.cellArrow{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.cellName{font-size:13px;font-weight:600}.cellSub{font-size:12px}.assumed{stroke-dasharray:3 2}.state{opacity:.65}
)";

static const char *const light =
    R"(text{fill:#20242e}.bg,.d0{fill:#ffffff}.d1{fill:#f7f8fb}.halo{stroke:#ffffff}.in1 .halo{stroke:#f7f8fb}.in0 .halo{stroke:#ffffff}
.sub,.name,.frameTitle,.lane,.note,.size{fill:#5f6675}.box,.op{fill:#ffffff;stroke:#20242e}.fold{fill:#fff7e2;stroke:#20242e}.ink{stroke:#20242e}
.copy{fill:#20242e}.open{fill:#ffffff;stroke:#20242e}.frame{stroke:#c9cedb}.card{fill:#ffffff;stroke:#20242e}.pillShape{fill:#eceff5;stroke:#b9c0d0}
.zoom{fill:#c9cedb;fill-opacity:.28}.badge{fill:#e6f5ec;stroke:#1b7f46}.law{fill:#1b7f46}.assumed{fill:#ffffff;stroke:#7a6a2a}.lawAssumed{fill:#6f5f1f}
.comb,.sign{stroke:#20242e}.ghost{fill:#ffffff;stroke:#8e96a8}.ghostName{fill:#5f6675}.cell,.fromCell{fill:#fdeaf4;stroke:#a8186a}.cellArrow{stroke:#a8186a}
.cellName,.cellSub{fill:#a0145f}
)";

static const char *const dark =
    R"(text{fill:#e9ebf2}.bg,.d0{fill:#14161c}.d1{fill:#1b1e26}.halo{stroke:#14161c}.in1 .halo{stroke:#1b1e26}.in0 .halo{stroke:#14161c}
.sub,.name,.frameTitle,.lane,.note,.size{fill:#a2aabc}.box,.op{fill:#232732;stroke:#dfe3ee}.fold{fill:#3a3118;stroke:#f0d48a}.ink{stroke:#e9ebf2}
.copy{fill:#e9ebf2}.open{fill:#14161c;stroke:#e9ebf2}.frame{stroke:#3d4454}.card{fill:#232732;stroke:#dfe3ee}.pillShape{fill:#2a2f3b;stroke:#4b5366}
.zoom{fill:#3d4454;fill-opacity:.3}.badge{fill:#16301f;stroke:#63d795}.law{fill:#63d795}.assumed{fill:#14161c;stroke:#d8c070}.lawAssumed{fill:#d8c070}
.comb{stroke:#f0d48a}.sign{stroke:#dfe3ee}.ghost{fill:#14161c;stroke:#7d8598}.ghostName{fill:#a2aabc}.cell,.fromCell{fill:#3a1a2e;stroke:#ff8ac4}.cellArrow{stroke:#ff8ac4}
.cellName,.cellSub{fill:#ff9fcf}
)";

static std::string strands(const Picture &picture, bool onDark) {
  std::string css;
  for (size_t i = 0; i < picture.axes.size(); ++i) {
    const Hue &hue = hues[picture.axes[i].hue];
    std::string number = std::to_string(i);
    css += ".a" + number + "{stroke:" + (onDark ? hue.dark : hue.light) + "}.t" + number +
           "{fill:" + (onDark ? hue.dark : hue.lightText) + "}";
  }
  return css + "\n";
}

// Strands without colour: told apart by dashes. A hue's own, or the next that is free where two axes share a
// hue.
static std::string dashes(const Picture &picture) {
  std::string css;
  for (size_t i = 0; i < picture.axes.size(); ++i) {
    const Axis &axis = picture.axes[i];
    css += ".s.a" + std::to_string(i) +
           ":not(.ind){stroke-dasharray:" + hues[(axis.hue + 3 * axis.dash) % hueCount].dash + "}";
  }
  return css + "\n";
}

// Axes that share a hue where they meet differ in dash on the screen, too.
static std::string sharedHues(const Picture &picture) {
  std::string css;
  for (size_t i = 0; i < picture.axes.size(); ++i)
    if (unsigned dash = picture.axes[i].dash)
      css += ".s.a" + std::to_string(i) + ":not(.ind){stroke-dasharray:" + hues[dash % hueCount].dash + "}";
  return css.empty() ? css : css + "\n";
}

static std::string inks(const Picture &picture, const char *ink) {
  std::string css;
  for (size_t i = 0; i < picture.axes.size(); ++i) {
    std::string number = std::to_string(i);
    css += ".a" + number + "{stroke:" + ink + "}.t" + number + "{fill:" + ink + "}";
  }
  return css + "\n";
}

std::string svgStyle(const Picture &picture, const SvgOptions &options) {
  bool startsDark = options.theme == Theme::dark;
  std::string css = shared;
  css += startsDark ? dark : light;
  if (options.mono)
    return css + inks(picture, startsDark ? "#e9ebf2" : "#20242e") + dashes(picture);
  css += strands(picture, startsDark) + sharedHues(picture);
  if (options.theme == Theme::automatic)
    css += "@media (prefers-color-scheme:dark){" + std::string(dark) + strands(picture, true) + "}\n";
  return css + "@media print{" + light + strands(picture, false) + dashes(picture) + "}\n";
}

} // namespace weft::draw
