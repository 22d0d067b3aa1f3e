// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/tbb_arena.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <optional>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace holdout {
namespace {

/// Nice enough for a window to get a core at once, and to keep it until it has answered: at equal priorities a turn of 8 ms
/// takes 20 while all cores compute.
constexpr int backgroundNiceness = 10;

/// Lowers the priority of the threads that work in an arena. Linux keeps a niceness for each thread; elsewhere the whole
/// program would give way, so there it is left.
class GivingWay : public tbb::task_scheduler_observer {
public:
    explicit GivingWay(tbb::task_arena& arena) : task_scheduler_observer(arena) { observe(true); }
    ~GivingWay() override { observe(false); }

    void on_scheduler_entry(bool) override {
#ifdef __linux__
        thread_local const int result = setpriority(PRIO_PROCESS, 0, backgroundNiceness);
        (void)result;  // refused only where the thread is nicer already
#endif
    }
};

}  // namespace

struct TbbArena::Impl {
    Impl(int threads, bool givesWay)
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads, 1, tbb::task_arena::priority::low) {
        if (givesWay) givingWay.emplace(arena);
    }
    // More threads than cores are only had when asked for; of several limits the least holds.
    tbb::global_control limit;
    tbb::task_arena arena;
    std::optional<GivingWay> givingWay;
};

TbbArena::TbbArena(int threads, bool givesWay) : m_impl(std::make_unique<Impl>(threads, givesWay)) {}

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
