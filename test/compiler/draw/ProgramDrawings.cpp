// draw-invariants FILE…: draws every morphism of each program, closed, by default and with everything open,
// and says which invariants of the layout are broken.
#include "compiler/draw/PictureBuilder.h"
#include "compiler/pipeline/Phases.h"
#include "test/lib/draw/LayoutInvariants.h"

using namespace weft;

static unsigned report(const std::string &what, const draw::Picture &picture,
                       const draw::Openings &openings) {
  std::vector<std::string> broken = draw::brokenInvariants(picture, draw::makeSheet(picture, openings));
  for (const std::string &line : broken)
    llvm::outs() << what << ": " << line << "\n";
  return broken.size();
}

int main(int argc, char **argv) {
  unsigned broken = 0, drawn = 0;
  for (int i = 1; i < argc; ++i) {
    CompilationOptions options;
    options.path = argv[i];
    Compilation compilation(options);
    if (!runUntil(compilation, "network"))
      continue;
    for (MorphismOp morphism : compilation.network->getOps<MorphismOp>()) {
      draw::Picture picture = pictureOf(*compilation.network, morphism);
      std::string what = std::string(argv[i]) + ": " + picture.name;
      broken += report(what, picture, {}) + report(what, picture, draw::chooseOpenings(picture, {})) +
                report(what, picture, draw::openToDepth(picture, 8));
      ++drawn;
    }
  }
  llvm::outs() << drawn << " morphisms drawn\n";
  return broken || !drawn ? 1 : 0;
}
