// `weft draw`: the network as a string diagram, on standard output.
#include "compiler/draw/PictureBuilder.h"
#include "compiler/pipeline/Phases.h"
#include "lib/draw/Html.h"
#include "tools/weft/Commands.h"

namespace weft {

static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

// Opens what was asked for; reports paths that name nothing that could be opened.
static std::optional<draw::Openings> openings(const draw::Picture &picture, const ToolOptions &options,
                                              Diagnostics &diagnostics) {
  draw::Openings open;
  if (options.depth) {
    open = draw::openToDepth(picture, *options.depth);
    if (unsigned deepest = draw::depthOf(picture); *options.depth > deepest)
      diagnostics
          .error("path.unknown", {},
                 "`" + picture.name + "` has no boxes at depth " + std::to_string(*options.depth))
          .note("its deepest are at depth " + std::to_string(deepest));
  }
  for (const std::string &path : options.open)
    if (!draw::openPath(picture, path, open)) {
      std::vector<std::string> known = draw::openablePaths(picture, 24);
      diagnostics
          .error("path.unknown", {}, "`" + path + "` is no box of `" + picture.name + "` that can be opened")
          .note(known.empty() ? "it has none" : "there are " + listed(known));
    }
  if (diagnostics.hasErrors())
    return std::nullopt;
  return options.depth ? open : draw::chooseOpenings(picture, open);
}

int drawCommand(const ToolOptions &options) {
  Compilation compilation(options.compilation);
  if (!runUntil(compilation, "network"))
    return finish(compilation, options);
  MorphismOp entry = entryMorphism(compilation);
  if (!entry)
    return finish(compilation, options);
  draw::Picture picture = pictureOf(*compilation.network, entry);
  std::optional<draw::Openings> open = openings(picture, options, compilation.diagnostics);
  if (!open)
    return finish(compilation, options);
  if (options.format == "json")
    llvm::outs() << draw::toJson(picture) << "\n";
  else {
    auto write = options.format == "html" ? draw::toHtml : draw::toSvg;
    llvm::outs() << write(picture, draw::makeSheet(picture, *open), {options.theme, options.mono});
  }
  return finish(compilation, options);
}

} // namespace weft
