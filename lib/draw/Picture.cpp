#include "lib/draw/Picture.h"

namespace weft::draw {

const char *name(NodeKind kind) {
  static const char *const names[] = {"box",  "point", "sum",    "contraction", "fold",    "scan",
                                      "copy", "drop",  "weight", "pack",        "contract"};
  return names[static_cast<int>(kind)];
}

const char *name(FrameKind kind) {
  static const char *const names[] = {"network", "box",  "map",    "each",    "chain",
                                      "fold",    "scan", "unfold", "iterate", "group"};
  return names[static_cast<int>(kind)];
}

const char *name(WireKind kind) {
  static const char *const names[] = {"data", "weight", "state"};
  return names[static_cast<int>(kind)];
}

const char *name(Entry entry) {
  static const char *const names[] = {"plain", "state", "element", "context"};
  return names[static_cast<int>(entry)];
}

} // namespace weft::draw
