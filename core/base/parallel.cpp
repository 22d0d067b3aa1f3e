// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <exception>
#include <mutex>
#include <thread>

namespace holdout {

struct Arena::Impl {
    explicit Impl(int threads) : arena(threads, 1, tbb::task_arena::priority::low) {}
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
    // Which body throws first depends on timing; which one is reported must not.
    std::mutex mutex;
    std::size_t thrower = count;
    std::exception_ptr thrown;
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
            for (std::size_t i = range.begin(); i != range.end(); ++i) {
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

std::vector<Range> chunks(std::size_t count, std::size_t grain) {
    std::vector<Range> parts;
    parts.reserve(count / grain + 1);
    for (std::size_t begin = 0; begin < count; begin += grain) parts.push_back({begin, std::min(count, begin + grain)});
    return parts;
}

}  // namespace holdout
