// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace holdout {

namespace {

/// Half a cosine wave from `from` at 0 to `to` at 1.
double halfWave(double from, double to, double at) {
    return to + (from - to) * (1 + std::cos(std::numbers::pi * std::clamp(at, 0.0, 1.0))) / 2;
}

}  // namespace

double Schedule::factor(std::int64_t epoch, double within) const {
    const double at = (static_cast<double>(epoch - 1) + within) / static_cast<double>(m_settings.over);
    switch (m_settings.kind) {
        case ScheduleKind::Constant:
            return 1;
        case ScheduleKind::Step:
            return std::pow(m_settings.factor, static_cast<double>((epoch - 1) / m_settings.every));
        case ScheduleKind::Cosine:
            return halfWave(1, 0, at);
        case ScheduleKind::OneCycle:
            return at < 0.3 ? halfWave(1.0 / 25, 1, at / 0.3) : halfWave(1, 1e-4, (at - 0.3) / 0.7);
        case ScheduleKind::Plateau:
            return m_state.plateau;
    }
    return 1;
}

void Schedule::observe(double loss) {
    if (m_settings.kind != ScheduleKind::Plateau) return;
    if (loss < m_state.best) {
        m_state.best = loss;
        m_state.waited = 0;
    } else if (++m_state.waited >= m_settings.every) {
        m_state.plateau *= m_settings.factor;
        m_state.waited = 0;
    }
}

}  // namespace holdout
