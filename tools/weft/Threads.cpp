#include "tools/weft/Threads.h"

#include <cstring>

namespace weft {

Threads::Threads(int64_t count, Diagnostics &diagnostics) {
  if (count == 1)
    return;
  weft_pool *made = nullptr;
  if (int problem = weft_pool_create(&made, count))
    diagnostics.error("limit", {},
                      "there are no " + std::to_string(count) + " threads: " + std::strerror(problem));
  pool.reset(made);
}

} // namespace weft
