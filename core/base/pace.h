// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace holdout {

/// A gate that iterative training passes before each epoch. A person may close it, let one epoch through, and open it
/// again; what is computed does not depend on that. Threads: any thread may call anything at any time.
class Pace {
public:
    void pause();
    /// Lets one epoch through. Closes the gate when it is open.
    void step();
    void resume();
    bool isPaused() const;
    /// Whether training stands before the closed gate.
    bool isWaiting() const;

    /// Waits while the gate is closed, until either token is triggered.
    void pass(const std::stop_token& stop, const std::stop_token& finish);

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false;
    int m_waiting = 0;
    std::uint64_t m_steps = 0;  ///< epochs that may yet pass the closed gate
};

}  // namespace holdout
