// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>

namespace holdout {

enum class ScheduleKind { Constant, Step, Cosine, OneCycle, Plateau };

struct ScheduleSettings {
    ScheduleKind kind = ScheduleKind::Constant;
    double factor = 0.5;      ///< what a step, or a plateau, leaves of the rate
    std::int64_t every = 20;  ///< epochs between steps; epochs without a lower loss that make a plateau
    std::int64_t over = 200;  ///< epochs that a cosine or one cycle lasts; past them the rate stays at its last
};

/// How the learning rate changes as training goes on. A value type.
class Schedule {
public:
    explicit Schedule(ScheduleSettings settings) : m_settings(settings) {}

    /// What the learning rate is multiplied by, `within` (0 … 1) of epoch `epoch` (1 …).
    /// Step: factor^⌊(epoch - 1) / every⌋. Cosine: half a wave down to 0 (Loshchilov, Hutter 2017). One cycle: half a
    /// wave from 1/25 up to 1 over 30 % of training, then down to 1/10,000 (Smith, Topin 2018).
    double factor(std::int64_t epoch, double within) const;

    /// At the end of each epoch, for plateaus: the loss that is watched.
    void observe(double loss);

    /// What `observe` has left behind, to be kept and given back.
    struct State {
        double best = std::numeric_limits<double>::infinity();
        std::int64_t waited = 0;
        double plateau = 1;
    };
    const State& state() const { return m_state; }
    void restore(const State& state) { m_state = state; }

private:
    ScheduleSettings m_settings;
    State m_state;
};

}  // namespace holdout
