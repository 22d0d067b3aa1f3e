// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pace.h"

namespace holdout {

void Pace::pause() {
    const std::lock_guard lock(m_mutex);
    m_paused = true;
    m_steps = 0;
}

void Pace::step() {
    {
        const std::lock_guard lock(m_mutex);
        m_steps = m_paused ? m_steps + 1 : 1;
        m_paused = true;
    }
    m_changed.notify_all();
}

void Pace::resume() {
    {
        const std::lock_guard lock(m_mutex);
        m_paused = false;
        m_steps = 0;
    }
    m_changed.notify_all();
}

bool Pace::isPaused() const {
    const std::lock_guard lock(m_mutex);
    return m_paused;
}

bool Pace::isWaiting() const {
    const std::lock_guard lock(m_mutex);
    return m_waiting > 0;
}

void Pace::pass(const std::stop_token& stop, const std::stop_token& finish) {
    // Both tokens wake the wait; taking the lock first makes sure that no wake-up falls between look and wait.
    const auto wake = [this] {
        { const std::lock_guard lock(m_mutex); }
        m_changed.notify_all();
    };
    const std::stop_callback onStop(stop, wake);
    const std::stop_callback onFinish(finish, wake);
    std::unique_lock lock(m_mutex);
    ++m_waiting;
    m_changed.wait(lock, [&] { return !m_paused || m_steps > 0 || stop.stop_requested() || finish.stop_requested(); });
    --m_waiting;
    if (m_paused && m_steps > 0) --m_steps;
}

}  // namespace holdout
