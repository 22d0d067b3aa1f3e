// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/time_left.h"

#include <algorithm>
#include <cmath>

namespace holdout {

void TimeLeft::observe(double elapsed, double fraction) {
    const double step = elapsed - m_elapsed;
    if (step <= 0) return;
    if (fraction < m_fraction) {  // a new phase that counts from the start again
        *this = {};
        m_elapsed = elapsed;
        m_fraction = fraction;
        return;
    }
    const double speed = (fraction - m_fraction) / step;
    const double window = std::max(3.0, elapsed / 3);
    // Until a window has passed, the mean speed so far is the best guess.
    if (elapsed < window)
        m_speed = fraction / elapsed;
    else
        m_speed += (1 - std::exp(-step / window)) * (speed - m_speed);
    m_elapsed = elapsed;
    m_fraction = fraction;
}

std::optional<double> TimeLeft::seconds() const {
    if (m_elapsed < 0.5 || m_fraction <= 0 || m_speed <= 0) return std::nullopt;
    return (1 - m_fraction) / m_speed;
}

}  // namespace holdout
