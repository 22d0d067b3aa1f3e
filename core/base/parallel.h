// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace holdout {

/// Whether work steps aside for a window that is waiting to answer.
enum class Urgency {
    Foreground,
    Background,  ///< each thread that works in the arena, whoever called `run` included, gives way from then on
};

/// The one set of threads that all heavy work runs on. `app` makes it and passes it
/// by reference; nested parallel loops inside `run` go through the same threads.
/// Threads: `run` may be called from several threads at once.
class Arena {
public:
    /// `threads` <= 0 takes all cores.
    explicit Arena(int threads = 0, Urgency urgency = Urgency::Foreground);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    int threads() const { return m_threads; }
    Urgency urgency() const { return m_urgency; }
    /// Runs `work` inside the arena and waits. What it throws comes out here.
    void run(const std::function<void()>& work);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
    int m_threads;
    Urgency m_urgency;
};

/// Calls body(i) for i in 0 … count - 1 on the threads of the surrounding arena.
/// Calls begin in the order of i, but overlap: body must write only what belongs to i. When
/// bodies throw, the exception of the smallest i that threw comes out.
void parallelFor(std::size_t count, const std::function<void(std::size_t)>& body);

/// How many threads the surrounding arena has.
int availableThreads();

/// Half-open range of rows.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
};

/// Cuts 0 … count - 1 into ranges of `grain` (the last is shorter). The cut depends
/// on `count` and `grain` alone, never on the number of threads.
std::vector<Range> chunks(std::size_t count, std::size_t grain);

/// Sums map(range) over fixed chunks in a fixed order: the same bits on any number of
/// threads. `T` needs `operator+=`.
template <typename T, typename Map>
T parallelSum(std::size_t count, std::size_t grain, T zero, const Map& map) {
    const std::vector<Range> parts = chunks(count, grain);
    std::vector<T> partial(parts.size(), zero);
    parallelFor(parts.size(), [&](std::size_t i) { partial[i] = map(parts[i]); });
    for (T& value : partial) zero += value;
    return zero;
}

}  // namespace holdout
