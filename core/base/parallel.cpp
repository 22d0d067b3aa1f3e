// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "base/tbb_arena.h"

namespace holdout {
namespace {

/// What was written before work was handed to other threads is seen in it, and what it wrote is seen after it. TBB sees
/// to that too, but no checker can tell.
struct Handing {
    std::atomic<int> begun{0}, ended{0};

    void begin() { begun.store(1, std::memory_order_release); }
    void enter() { (void)begun.load(std::memory_order_acquire); }
    void leave() { ended.fetch_add(1, std::memory_order_release); }
    void end() { (void)ended.load(std::memory_order_acquire); }
};

/// Bodies start in the order of i, so that results come in about that order. Which body throws first depends on timing;
/// which one is reported must not: all before it have started, and only later ones are skipped.
struct Loop {
    explicit Loop(std::size_t count, const std::function<void(std::size_t)>& call) : thrower(count), body(call) {}

    void turn() {
        const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
        if (i > thrower.load(std::memory_order_relaxed)) return;
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

    Handing handing;
    std::atomic<std::size_t> next{0}, thrower;
    std::mutex mutex;
    std::exception_ptr thrown;
    const std::function<void(std::size_t)>& body;
};

struct Errand {
    explicit Errand(const std::function<void()>& call) : work(call) {}

    void run() {
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
    }

    Handing handing;
    std::exception_ptr thrown;
    const std::function<void()>& work;
};

/// Called on TBB's threads with a Loop or an Errand.
template <typename Work, void (Work::*run)()>
void callHanded(void* context) {
    Work& work = *static_cast<Work*>(context);
    work.handing.enter();
    (work.*run)();
    work.handing.leave();
}

}  // namespace

struct Arena::Impl {
    Impl(int threads, Urgency urgency) : arena(threads, urgency == Urgency::Background) {}
    TbbArena arena;
};

Arena::Arena(int threads, Urgency urgency)
    : m_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))), m_urgency(urgency) {
    m_impl = std::make_unique<Impl>(m_threads, urgency);
}

Arena::~Arena() = default;

void Arena::run(const std::function<void()>& work) {
    Errand errand(work);
    errand.handing.begin();
    m_impl->arena.execute(&callHanded<Errand, &Errand::run>, &errand);
    errand.handing.end();
    if (errand.thrown) std::rethrow_exception(errand.thrown);
}

void parallelFor(std::size_t count, const std::function<void(std::size_t)>& body) {
    if (count == 1) {
        body(0);
        return;
    }
    Loop loop(count, body);
    loop.handing.begin();
    tbbRepeat(count, &callHanded<Loop, &Loop::turn>, &loop);
    loop.handing.end();
    if (loop.thrown) std::rethrow_exception(loop.thrown);
}

int availableThreads() {
    return tbbConcurrency();
}

std::vector<Range> chunks(std::size_t count, std::size_t grain) {
    std::vector<Range> parts;
    parts.reserve(count / grain + 1);
    for (std::size_t begin = 0; begin < count; begin += grain) parts.push_back({begin, std::min(count, begin + grain)});
    return parts;
}

}  // namespace holdout
