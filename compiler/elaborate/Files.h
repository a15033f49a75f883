// Files of a program: the root, what it imports, and the library's prelude; and the names they declare.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Parses the root and all imports, each once, and enters their names. The root's program comes first.
void loadFiles(State &state);

} // namespace weft
