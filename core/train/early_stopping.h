// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>

namespace holdout {

/// Watches a loss by epoch and says which epoch is the best and when waiting for a better one is over
/// (Prechelt 1998). Knows numbers only: the caller keeps the parameters of the best epoch.
class EarlyStopping {
public:
    /// Stops after `patience` epochs in a row, none of which lowered the loss by more than `minImprovement`.
    EarlyStopping(std::int64_t patience, double minImprovement)
        : m_patience(patience), m_minImprovement(minImprovement) {}

    /// Whether `loss` is the lowest so far. A loss that is not a number never is.
    bool observe(std::int64_t epoch, double loss) {
        if (loss < m_state.reference - m_minImprovement) {
            m_state.reference = loss;
            m_state.waited = 0;
        } else {
            ++m_state.waited;
        }
        if (!(loss < m_state.bestLoss)) return false;
        m_state.bestLoss = loss;
        m_state.bestEpoch = epoch;
        return true;
    }

    bool shouldStop() const { return m_state.waited >= m_patience; }
    /// 0 before the first finite loss.
    std::int64_t bestEpoch() const { return m_state.bestEpoch; }
    double bestLoss() const { return m_state.bestLoss; }

    /// What has been observed so far, to be kept and given back.
    struct State {
        double reference = std::numeric_limits<double>::infinity();
        double bestLoss = std::numeric_limits<double>::infinity();
        std::int64_t bestEpoch = 0;
        std::int64_t waited = 0;
    };
    const State& state() const { return m_state; }
    void restore(const State& state) { m_state = state; }

private:
    std::int64_t m_patience;
    double m_minImprovement;
    State m_state;
};

}  // namespace holdout
