// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "tune/surrogate.h"

namespace holdout {

/// What makes a point worth a trial, given what a surrogate says of it. Lower scores are better.
enum class AcquisitionKind {
    ExpectedImprovement,
    NoisyExpectedImprovement,
    LogExpectedImprovement,
    ConfidenceBound,
    Thompson
};

/// log h(z), where h(z) = φ(z) + z Φ(z) and expected improvement is sd · h((best - mean) / sd): exact where h itself is
/// 0 in floating point (Ament et al. 2023, NeurIPS, "Unexpected Improvements").
double logImprovement(double z);
/// Its derivative, Φ(z) / h(z).
double logImprovementSlope(double z);

/// How much points are worth a trial; the greatest is tried next.
class PointWorth {
public:
    virtual ~PointWorth() = default;
    /// Of each row of `at`.
    virtual Eigen::VectorXd worth(const Eigen::MatrixXd& at) const = 0;
    /// Whether `worth` has slopes, to climb by.
    virtual bool hasSlope() const = 0;
    virtual double worthAndSlope(const Eigen::VectorXd& at, Eigen::VectorXd& slope) const = 0;
};

/// The worth of points under one surrogate. Immutable; any thread may call.
class Acquisition final : public PointWorth {
public:
    /// `kappa`: standard deviations of the confidence bound. `seed`: of samples of the score (noisy EI, Thompson).
    Acquisition(AcquisitionKind kind, const Surrogate& surrogate, double kappa, Seed seed);

    /// Thompson: one sample of the score at all points together.
    Eigen::VectorXd worth(const Eigen::MatrixXd& at) const override;
    bool hasSlope() const override { return m_kind != AcquisitionKind::Thompson; }
    double worthAndSlope(const Eigen::VectorXd& at, Eigen::VectorXd& slope) const override;

private:
    double worthOf(double mean, double variance, double best, double& byMean, double& byVariance) const;

    AcquisitionKind m_kind;
    const Surrogate& m_surrogate;
    double m_kappa;
    Seed m_seed;
    /// The score's possible courses: what stands for K⁻¹ y (a column each), and the best score of each.
    Eigen::MatrixXd m_courses;
    std::vector<double> m_bests;
};

}  // namespace holdout
