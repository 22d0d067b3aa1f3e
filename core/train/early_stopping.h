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
        if (loss < m_reference - m_minImprovement) {
            m_reference = loss;
            m_waited = 0;
        } else {
            ++m_waited;
        }
        if (!(loss < m_bestLoss)) return false;
        m_bestLoss = loss;
        m_bestEpoch = epoch;
        return true;
    }

    bool shouldStop() const { return m_waited >= m_patience; }
    /// 0 before the first finite loss.
    std::int64_t bestEpoch() const { return m_bestEpoch; }
    double bestLoss() const { return m_bestLoss; }

private:
    std::int64_t m_patience;
    double m_minImprovement;
    double m_reference = std::numeric_limits<double>::infinity();
    double m_bestLoss = std::numeric_limits<double>::infinity();
    std::int64_t m_bestEpoch = 0;
    std::int64_t m_waited = 0;
};

}  // namespace holdout
