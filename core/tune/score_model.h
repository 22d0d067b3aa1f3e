// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "tune/space_encoding.h"
#include "tune/surrogate.h"

namespace holdout {

/// Takes costs (lower is better) to values that a Gaussian process fits better: centred and scaled, and where the costs
/// have a long tail first the logarithm of their distance to a little below the least.
class CostWarp {
public:
    /// `softness`: how far below the least cost the logarithm's zero lies, in parts of the distance from the least to
    /// the median cost; infinite: no logarithm. Requires finite costs.
    CostWarp(const Eigen::VectorXd& costs, double softness);

    double value(double cost) const;
    double cost(double value) const;
    /// Sum of log d value / d cost over the costs it was made from: what evidence of values lacks to be one of costs.
    double logJacobian(const Eigen::VectorXd& costs) const;

private:
    bool m_isLog = false;
    double m_origin = 0, m_mean = 0, m_scale = 1;
};

/// What past trials tell of the next fit: where it begins.
struct ScoreModelState {
    bool isStraight = false;  ///< costs are centred and scaled only: what they are traded against keeps its proportions
    std::optional<SurrogateParameters> parameters;
    double softness = 0;       ///< of the warp; 0: not chosen yet
    std::size_t chosenAt = 0;  ///< trials when the warp was chosen
    std::size_t fittedAt = 0;  ///< trials when the parameters were fitted
};

/// The score over a search space, learnt from trials: a Gaussian process on warped costs. Immutable.
class ScoreModel {
public:
    /// Costs that are not finite (failed trials) count as the worst one. `state` is read and renewed: parameters are
    /// fitted again when trials have grown by a tenth or so, from where they were. Requires at least two finite costs.
    ScoreModel(const SpaceEncoding& encoding, const Eigen::MatrixXd& points, Eigen::VectorXd costs,
               ScoreModelState& state);

    const Surrogate& surrogate() const { return *m_surrogate; }
    const CostWarp& warp() const { return *m_warp; }

private:
    std::optional<CostWarp> m_warp;
    std::optional<Surrogate> m_surrogate;
};

/// Beyond so many trials, those that tell most are modelled: the best, the latest, and an even sample of the others.
inline constexpr std::size_t mostModelled = 400;
/// Positions of the trials to model, in order. `costs` may have NaN.
std::vector<std::size_t> modelledTrials(const Eigen::VectorXd& costs);

}  // namespace holdout
