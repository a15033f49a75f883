// The threads that `--threads` asks for.
#pragma once

#include "lib/runtime/Pool.h"
#include "lib/source/Source.h"

#include <memory>

namespace weft {

class Threads {
public:
  /// Reports `limit` when the system gives no more threads.
  Threads(int64_t count, Diagnostics &diagnostics);
  /// Null for one thread.
  const weft_parallel *parallel() const { return pool ? weft_pool_parallel(pool.get()) : nullptr; }

private:
  std::unique_ptr<weft_pool, decltype(&weft_pool_destroy)> pool{nullptr, weft_pool_destroy};
};

} // namespace weft
