// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <Eigen/Core>

#include "base/seed.h"

namespace holdout {

/// What a surrogate's covariance is made of, in natural logarithms.
struct SurrogateParameters {
    Eigen::VectorXd logLengths;  ///< of each dimension, in parts of its range
    double logSignal = 0;        ///< variance of the score
    double logNoise = -8;        ///< variance of what a trial adds to it

    bool operator==(const SurrogateParameters&) const = default;
};

/// How two positions differ in each dimension: numbers by their distance, choices by being others or not. An inactive
/// dimension (SpaceEncoding::inactive) is as far from each active one as the ends of a range from one another.
struct SurrogateMetric {
    std::vector<bool> isChoice;
    double squared(Eigen::Index d, double a, double b) const;
};

/// Mean and variance of the score at a position, with their slopes.
struct PosteriorSlope {
    double mean = 0, variance = 0;
    Eigen::VectorXd meanSlope, varianceSlope;
};

/// A Gaussian process of the score over positions: Matérn 5/2 with a length of its own for each dimension, and noise
/// (Rasmussen, Williams 2006, ch. 2 and 4). Values are centred and scaled by the caller. Immutable; any thread may
/// call.
class Surrogate {
public:
    /// `points`: a row each. Adds to the noise what it takes for the covariance to be positive definite.
    Surrogate(Eigen::MatrixXd points, Eigen::VectorXd values, SurrogateMetric metric, SurrogateParameters parameters);

    const Eigen::MatrixXd& points() const { return m_points; }
    const Eigen::VectorXd& values() const { return m_values; }
    const SurrogateParameters& parameters() const { return m_parameters; }
    const SurrogateMetric& metric() const { return m_metric; }

    /// Of the score itself, without a trial's noise. One number for each row of `at`.
    void posterior(const Eigen::MatrixXd& at, Eigen::VectorXd& mean, Eigen::VectorXd& variance) const;
    /// `weights`: what stands for K⁻¹ y, so that samples of the score have slopes too. Slopes along choices are 0.
    PosteriorSlope posteriorSlope(const Eigen::VectorXd& at, const Eigen::VectorXd& weights) const;
    const Eigen::VectorXd& weights() const { return m_weights; }

    /// Covariance of the score between rows of `a` and rows of `b`.
    Eigen::MatrixXd covariance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) const;
    /// K⁻¹ times each column.
    Eigen::MatrixXd solved(const Eigen::MatrixXd& columns) const;
    /// L⁻¹ times each column, where K = L Lᵀ.
    Eigen::MatrixXd halfSolved(const Eigen::MatrixXd& columns) const;
    /// The same process with one more trial; the parameters stay.
    Surrogate with(const Eigen::VectorXd& point, double value) const;

private:
    Eigen::MatrixXd m_points;
    Eigen::VectorXd m_values;
    SurrogateMetric m_metric;
    SurrogateParameters m_parameters;
    Eigen::MatrixXd m_scaled;  ///< points in lengths; a column a point
    Eigen::MatrixXd m_factor;  ///< L
    Eigen::VectorXd m_weights;
};

struct SurrogateFit {
    SurrogateParameters parameters;
    double logEvidence = 0;  ///< log marginal likelihood plus log prior
};

/// The parameters with the greatest marginal likelihood times prior, by its gradient from `starts`. Priors: lengths
/// log-normal, growing with the root of the number of dimensions (Hvarfner, Hellsten, Nardi 2024, ICML), and little
/// noise.
SurrogateFit fitSurrogate(const Eigen::MatrixXd& points, const Eigen::VectorXd& values, const SurrogateMetric& metric,
                          const std::vector<SurrogateParameters>& starts, int steps);
/// Where a fit begins that knows nothing.
SurrogateParameters initialParameters(Eigen::Index dimensions);

}  // namespace holdout
