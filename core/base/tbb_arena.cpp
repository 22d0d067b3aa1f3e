// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/tbb_arena.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace holdout {

struct TbbArena::Impl {
    explicit Impl(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads, 1, tbb::task_arena::priority::low) {}
    // More threads than cores are only had when asked for; of several limits the least holds.
    tbb::global_control limit;
    tbb::task_arena arena;
};

TbbArena::TbbArena(int threads) : m_impl(std::make_unique<Impl>(threads)) {}

TbbArena::~TbbArena() = default;

void TbbArena::execute(void (*call)(void*), void* context) {
    m_impl->arena.execute([&] { call(context); });
}

void tbbRepeat(std::size_t count, void (*call)(void*), void* context) {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
            for (std::size_t turn = range.begin(); turn != range.end(); ++turn) call(context);
        },
        tbb::simple_partitioner());
}

int tbbConcurrency() {
    return tbb::this_task_arena::max_concurrency();
}

}  // namespace holdout
