// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/acquisition.h"

#include <cmath>
#include <numbers>

#include <Eigen/Dense>

namespace holdout {
namespace {

constexpr Eigen::Index courseCount = 12;  // samples that noisy expected improvement averages over

double density(double z) {
    return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
}
double cumulative(double z) {
    return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

/// Φ(z) / φ(z) for z < 0 by erfc where that is in range, by its asymptotic series beyond.
double millsRatio(double z) {
    if (z > -25) return cumulative(z) / density(z);
    const double square = z * z;
    return (1 - 1 / square + 3 / (square * square) - 15 / (square * square * square)) / -z;
}

/// A factor of a covariance that may be singular to rounding.
Eigen::MatrixXd factorOf(Eigen::MatrixXd covariance) {
    double jitter = 1e-10 * std::max(1e-6, covariance.diagonal().mean());
    for (;; jitter *= 10) {
        Eigen::MatrixXd shifted = covariance;
        shifted.diagonal().array() += jitter;
        const Eigen::LLT<Eigen::MatrixXd> factor(shifted);
        if (factor.info() == Eigen::Success) return factor.matrixL();
    }
}

Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, Seed seed) {
    RandomStream random(seed);
    Eigen::MatrixXd result(rows, columns);
    for (double& value : result.reshaped()) value = random.normal();
    return result;
}

}  // namespace

double logImprovement(double z) {
    if (z > -1) return std::log(density(z) + z * cumulative(z));
    const double logDensity = -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi);
    if (z < -1e4) return logDensity - 2 * std::log(-z);
    // 1 + z Φ/φ is about 1/z² far out, where it cancels.
    const double square = z * z;
    const double rest = z > -25 ? 1 + z * millsRatio(z) : (1 - 3 / square + 15 / (square * square)) / square;
    return logDensity + std::log(rest);
}

double logImprovementSlope(double z) {
    if (z > -1) return cumulative(z) / (density(z) + z * cumulative(z));
    const double square = z * z;
    const double rest = z > -25 ? 1 + z * millsRatio(z) : (1 - 3 / square + 15 / (square * square)) / square;
    return millsRatio(z) / rest;
}

Acquisition::Acquisition(AcquisitionKind kind, const Surrogate& surrogate, double kappa, Seed seed)
    : m_kind(kind), m_surrogate(surrogate), m_kappa(kappa), m_seed(seed), m_courses(surrogate.weights()) {
    const Eigen::MatrixXd& points = surrogate.points();
    if (kind != AcquisitionKind::NoisyExpectedImprovement) {
        // The best value that was seen; a surrogate with much noise would not believe it.
        m_bests = {kind == AcquisitionKind::ExpectedImprovement || kind == AcquisitionKind::LogExpectedImprovement
                       ? surrogate.values().minCoeff()
                       : 0.0};
        return;
    }
    // Samples of the score at the trials, each of which is then the truth (Letham et al. 2019, Bayesian Analysis 14).
    const Eigen::MatrixXd prior = surrogate.covariance(points, points);
    const Eigen::MatrixXd half = surrogate.halfSolved(prior);
    const Eigen::VectorXd mean = prior * surrogate.weights();
    const Eigen::MatrixXd samples =
        (factorOf(prior - half.transpose() * half) * normals(points.rows(), courseCount, seed)).colwise() + mean;
    Eigen::MatrixXd jittered = prior;
    jittered.diagonal().array() += 1e-8 * prior(0, 0);
    m_courses = jittered.llt().solve(samples);
    for (Eigen::Index c = 0; c < courseCount; ++c) m_bests.push_back(samples.col(c).minCoeff());
}

double Acquisition::worthOf(double mean, double variance, double best, double& byMean, double& byVariance) const {
    const double sd = std::sqrt(variance);
    if (m_kind == AcquisitionKind::ConfidenceBound) {
        byMean = -1;
        byVariance = 0.5 * m_kappa / sd;
        return m_kappa * sd - mean;
    }
    const double z = (best - mean) / sd, steep = logImprovementSlope(z);
    byMean = -steep / sd;
    byVariance = (1 - steep * z) / (2 * variance);
    return std::log(sd) + logImprovement(z);
}

Eigen::VectorXd Acquisition::worth(const Eigen::MatrixXd& at) const {
    const Eigen::MatrixXd cross = m_surrogate.covariance(m_surrogate.points(), at);
    const Eigen::MatrixXd means = cross.transpose() * m_courses;
    if (m_kind == AcquisitionKind::Thompson) {
        const Eigen::MatrixXd half = m_surrogate.halfSolved(cross);
        const Eigen::MatrixXd covariance = m_surrogate.covariance(at, at) - half.transpose() * half;
        return -(means.col(0) + factorOf(covariance) * normals(at.rows(), 1, m_seed));
    }
    const double signal = std::exp(m_surrogate.parameters().logSignal);
    const Eigen::VectorXd variance =
        (signal - m_surrogate.halfSolved(cross).colwise().squaredNorm().array()).max(1e-14).matrix();
    Eigen::VectorXd result = Eigen::VectorXd::Zero(at.rows());
    double byMean, byVariance;
    for (Eigen::Index i = 0; i < at.rows(); ++i) {
        for (std::size_t c = 0; c < m_bests.size(); ++c) {
            const double one =
                worthOf(means(i, static_cast<Eigen::Index>(c)), variance[i], m_bests[c], byMean, byVariance);
            result[i] += m_bests.size() == 1 ? one : std::exp(one);
        }
        if (m_bests.size() > 1) result[i] = std::log(std::max(1e-300, result[i]));
    }
    return result;
}

double Acquisition::worthAndSlope(const Eigen::VectorXd& at, Eigen::VectorXd& slope) const {
    double byMean = 0, byVariance = 0;
    if (m_bests.size() == 1) {
        const PosteriorSlope posterior = m_surrogate.posteriorSlope(at, m_courses.col(0));
        const double worth = worthOf(posterior.mean, posterior.variance, m_bests.front(), byMean, byVariance);
        slope = byMean * posterior.meanSlope + byVariance * posterior.varianceSlope;
        return worth;
    }
    // Of the log of a sum of exponentials: the parts weighed by their shares.
    slope = Eigen::VectorXd::Zero(at.size());
    double sum = 0;
    for (std::size_t c = 0; c < m_bests.size(); ++c) {
        const PosteriorSlope posterior = m_surrogate.posteriorSlope(at, m_courses.col(static_cast<Eigen::Index>(c)));
        const double part = std::exp(worthOf(posterior.mean, posterior.variance, m_bests[c], byMean, byVariance));
        slope += part * (byMean * posterior.meanSlope + byVariance * posterior.varianceSlope);
        sum += part;
    }
    if (sum <= 0) return std::log(1e-300);
    slope /= sum;
    return std::log(sum);
}

}  // namespace holdout
