// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "tune/acquisition.h"
#include "tune/goals.h"

namespace holdout {

/// The worth of points for two goals: the logarithm of the hypervolume that each is expected to add to the front, in
/// closed form. Both goals are better when lower, in the units of their surrogates, which are taken as independent. The
/// integral that Yang, Emmerich, Deutz, Bäck 2019 (J. Global Optimization 75) solve, taken strip by strip of the first
/// goal: in each, the mean of what lies below its two edges times the improvement below the front in the second.
/// Immutable; refers to the surrogates; any thread may call.
class HypervolumeImprovement final : public PointWorth {
public:
    /// `points`: what trials reached so far, dominated ones too. `reference`: what is no better than it counts nothing.
    HypervolumeImprovement(const Surrogate& first, const Surrogate& second, const std::vector<GoalPair>& points,
                           const GoalPair& reference);

    Eigen::VectorXd worth(const Eigen::MatrixXd& at) const override;
    bool hasSlope() const override { return true; }
    double worthAndSlope(const Eigen::VectorXd& at, Eigen::VectorXd& slope) const override;

private:
    /// The part of the first goal up to `edge`, from that of the strip before, in which the second improves below `roof`.
    struct Strip {
        double edge, roof;
    };
    struct Normal {
        double mean, variance;
    };
    /// The improvement, and its slopes by mean and variance of either goal.
    double improvement(const Normal& first, const Normal& second, std::array<double, 4>& slopes) const;

    const Surrogate &m_first, &m_second;
    std::vector<Strip> m_strips;
};

/// Where hypervolume is counted from: as far beyond the front's ends as they lie apart, so that points beyond them are
/// worth a trial, and beyond the worst point where the front is a single one. Requires a finite point.
GoalPair referenceOf(const std::vector<GoalPair>& points);

}  // namespace holdout
