// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace holdout {

struct Arena::Impl {
    explicit Impl(int threads)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads, 1, tbb::task_arena::priority::low) {}
    // More threads than cores are only had when asked for; of several limits the least holds.
    tbb::global_control limit;
    tbb::task_arena arena;
};

Arena::Arena(int threads)
    : m_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))) {
    m_impl = std::make_unique<Impl>(m_threads);
}

Arena::~Arena() = default;

void Arena::run(const std::function<void()>& work) {
    m_impl->arena.execute(work);
}

void parallelFor(std::size_t count, const std::function<void(std::size_t)>& body) {
    if (count == 1) {
        body(0);
        return;
    }
    // Bodies start in the order of i, so that results come in about that order. Which body throws first depends on
    // timing; which one is reported must not: all before it have started, and only later ones are skipped.
    std::atomic<std::size_t> next{0}, thrower{count};
    std::mutex mutex;
    std::exception_ptr thrown;
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
            for (std::size_t turn = range.begin(); turn != range.end(); ++turn) {
                const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
                if (i > thrower.load(std::memory_order_relaxed)) continue;
                try {
                    body(i);
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    if (i < thrower) {
                        thrower = i;
                        thrown = std::current_exception();
                    }
                }
            }
        },
        tbb::simple_partitioner());
    if (thrown) std::rethrow_exception(thrown);
}

int availableThreads() {
    return tbb::this_task_arena::max_concurrency();
}

std::vector<Range> chunks(std::size_t count, std::size_t grain) {
    std::vector<Range> parts;
    parts.reserve(count / grain + 1);
    for (std::size_t begin = 0; begin < count; begin += grain) parts.push_back({begin, std::min(count, begin + grain)});
    return parts;
}

}  // namespace holdout
