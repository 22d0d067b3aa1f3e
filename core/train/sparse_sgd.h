// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "train/linear_sgd.h"

namespace holdout {

/// The steps of LinearSgd for rows that are 0 nearly everywhere, in time of the cells that are not. What changes all weights
/// in every step is kept in few numbers: with s the product of what they were shrunk by, weights are s v, and their mean is
/// p (u + q v), where a step changes v and u at the row's own cells alone (as Xu 2011, Towards Optimal One Pass Large Scale
/// Learning with Averaged SGD, has it for plain means). The cumulative L1 penalty is taken where the row has cells, as in its
/// source, and by all weights in finish(). Not thread-safe.
class SparseSgd {
public:
    using Columns = std::span<const std::int32_t>;
    using Values = std::span<const double>;

    /// Cells are multiplied by `factor` first.
    SparseSgd(const LinearSgd::Settings& settings, LinearSgd::State state, double factor);

    void step(Columns columns, Values values, double truth, double importance);
    /// What the means, or else the weights, say of a row, to be asked before its step.
    void judge(Columns columns, Values values, double truth);
    const RowLoss& row() const { return m_row; }
    double nextRate() const { return LinearSgd::rateOf(m_settings, m_state.steps + 1); }

    /// The state after the last step; steps may go on from it.
    const LinearSgd::State& finish();

private:
    void takeShrink(double keep);
    void takeShare(double share);
    void penalise(Eigen::Index column, Eigen::Index output);

    LinearSgd::Settings m_settings;
    /// While steps are taken, its weights hold v and its meanWeights u.
    LinearSgd::State m_state;
    RowLoss m_row;
    double m_factor, m_shrink = 1;           ///< m_shrink: s
    double m_meanScale = 1, m_meanPart = 0;  ///< p and q
};

}  // namespace holdout
