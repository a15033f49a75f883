// The pool gives each part away once, to threads that have numbers of their own, whoever else is calling.
#include "lib/runtime/Pool.h"

#include <atomic>
#include <cerrno>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

namespace {

struct Pool {
  explicit Pool(int64_t threads) { EXPECT_EQ(weft_pool_create(&pool, threads), 0); }
  ~Pool() { weft_pool_destroy(pool); }
  const weft_parallel *parallel() { return weft_pool_parallel(pool); }
  weft_pool *pool = nullptr;
};

/// How often each part was taken, and who is at it.
struct Job {
  explicit Job(int64_t parts, int64_t threads) : taken(parts), busy(threads) {}

  void run(const weft_parallel *parallel) {
    parallel->parallel_for(
        parallel->pool, static_cast<int64_t>(taken.size()),
        [](void *data, int64_t thread, int64_t begin, int64_t end) {
          auto &job = *static_cast<Job *>(data);
          ASSERT_LT(thread, static_cast<int64_t>(job.busy.size()));
          EXPECT_FALSE(job.busy[thread].exchange(true));
          for (int64_t part = begin; part < end; ++part)
            ++job.taken[part];
          job.busy[thread] = false;
        },
        this);
    for (size_t part = 0; part < taken.size(); ++part)
      ASSERT_EQ(taken[part], 1) << part;
  }

  std::vector<std::atomic<int>> taken;
  std::vector<std::atomic<bool>> busy;
};

TEST(Pool, EachPartIsTakenOnce) {
  for (int64_t threads : {1, 2, 3, 8}) {
    Pool pool(threads);
    EXPECT_EQ(pool.parallel()->threads, threads);
    for (int round = 0; round < 200; ++round)
      for (int64_t parts : {0, 1, 2, 7, 64})
        Job(parts, threads).run(pool.parallel());
  }
}

TEST(Pool, SleepersWake) {
  Pool pool(3);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    Job(40, 3).run(pool.parallel());
  }
}

TEST(Pool, CallersTakeTurns) {
  Pool pool(3);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round)
        Job(30, 3).run(pool.parallel());
    });
  for (std::thread &caller : callers)
    caller.join();
}

TEST(Pool, WrongCountsAreRefused) {
  for (int64_t threads : {int64_t(0), int64_t(-1), int64_t(WEFT_POOL_MAXIMAL_THREADS) + 1}) {
    weft_pool *pool = reinterpret_cast<weft_pool *>(&threads);
    EXPECT_EQ(weft_pool_create(&pool, threads), EINVAL);
    EXPECT_EQ(pool, nullptr);
  }
  EXPECT_EQ(weft_pool_create(nullptr, 1), EINVAL);
  weft_pool_destroy(nullptr);
}

} // namespace
