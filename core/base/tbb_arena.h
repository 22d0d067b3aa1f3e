// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

namespace holdout {

/// All that Holdout asks of TBB, for parallel.cpp alone. It is compiled without the thread sanitizer, which cannot look
/// into TBB's library and would take its handing on of tasks for races; what runs on the threads is called through
/// plain pointers, and says itself what happens before what.
class TbbArena {
public:
    /// With `givesWay`, every thread that works inside gets a lower priority, for good.
    TbbArena(int threads, bool givesWay);
    ~TbbArena();
    /// Calls call(context) inside the arena and waits. `call` must not throw.
    void execute(void (*call)(void*), void* context);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Calls call(context) `count` times on the threads of the surrounding arena and waits. `call` must not throw.
void tbbRepeat(std::size_t count, void (*call)(void*), void* context);

/// How many threads the surrounding arena has.
int tbbConcurrency();

}  // namespace holdout
