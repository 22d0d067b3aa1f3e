// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/surrogate.h"

#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "train/gaussian_process.h"
#include "tune/box_minimum.h"
#include "tune/space_encoding.h"

namespace holdout {
namespace {

using Eigen::Index;

// Bounds of the logarithms. Values have variance 1.
constexpr double leastLength = -4.6, mostLength = 3.4;
constexpr double leastSignal = -3, mostSignal = 5;
constexpr double leastNoise = -27, mostNoise = 0.5;  // as little as rounding lets through: noise bounds how near an optimum is told

// Prior of the logarithms: mean and standard deviation.
double lengthMean(Index dimensions) {
    return std::log(0.2) + 0.5 * std::log(static_cast<double>(dimensions));
}
constexpr double lengthSd = 0.9;
constexpr double signalSd = 1.5;
constexpr double noiseMean = -20, noiseSd = 5;

/// The log posterior of the parameters as a function of them; the distances are computed once.
class Evidence {
public:
    Evidence(const Eigen::MatrixXd& points, const Eigen::VectorXd& values, const SurrogateMetric& metric)
        : m_values(values),
          m_count(points.rows()),
          m_dimensions(points.cols()),
          m_squared(m_count * (m_count - 1) / 2, m_dimensions) {
        for (Index d = 0; d < m_dimensions; ++d) {
            Index pair = 0;
            for (Index j = 0; j < m_count; ++j)
                for (Index i = j + 1; i < m_count; ++i)
                    m_squared(pair++, d) = metric.squared(d, points(i, d), points(j, d));
        }
    }

    /// Minus the log posterior at (lengths, signal, noise).
    double operator()(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) const {
        const double signal = std::exp(at[m_dimensions]), noise = std::exp(at[m_dimensions + 1]);
        const Eigen::VectorXd inverseSquares = (-2 * at.head(m_dimensions)).array().exp();
        const Eigen::VectorXd squares = m_squared * inverseSquares;
        Eigen::VectorXd shapes = squares, steepness = squares;
        toCovariances(Covariance::Matern52, shapes);
        toSlopes(Covariance::Matern52, steepness);
        const Eigen::ArrayXd kernel = signal * shapes.array();
        Eigen::MatrixXd covariance(m_count, m_count);
        Index pair = 0;
        for (Index j = 0; j < m_count; ++j) {
            covariance(j, j) = signal + noise;
            covariance.col(j).tail(m_count - j - 1) = kernel.segment(pair, m_count - j - 1).matrix();
            pair += m_count - j - 1;
        }
        const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(covariance);
        if (factor.info() != Eigen::Success) {
            gradient.setZero(at.size());
            return 1e10;
        }
        const Eigen::VectorXd weights = factor.solve(m_values);
        double value = 0.5 * m_values.dot(weights) + covariance.diagonal().array().log().sum() +
                       0.5 * static_cast<double>(m_count) * std::log(2 * std::numbers::pi);
        const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(m_count, m_count));
        // d value / dK = (K⁻¹ − w wᵀ) / 2, of which each pair counts twice.
        Eigen::ArrayXd slope(m_squared.rows());
        pair = 0;
        for (Index j = 0; j < m_count; ++j) {
            const Index below = m_count - j - 1;
            slope.segment(pair, below) = inverse.col(j).tail(below).array() - weights[j] * weights.tail(below).array();
            pair += below;
        }
        const double trace = inverse.trace() - weights.squaredNorm();
        gradient.resize(at.size());
        // dK/d log length = signal steepness squared / length², as toSlopes has the derivative times -2.
        gradient.head(m_dimensions) =
            (m_squared.transpose() * (signal * slope * steepness.array()).matrix()).cwiseProduct(inverseSquares);
        gradient[m_dimensions] = (slope * kernel).sum() + 0.5 * trace * signal;
        gradient[m_dimensions + 1] = 0.5 * trace * noise;
        return value + prior(at, gradient);
    }

private:
    double prior(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) const {
        double value = 0;
        const auto add = [&](Index i, double mean, double sd) {
            const double z = (at[i] - mean) / sd;
            value += 0.5 * z * z;
            gradient[i] += z / sd;
        };
        for (Index d = 0; d < m_dimensions; ++d) add(d, lengthMean(m_dimensions), lengthSd);
        add(m_dimensions, 0, signalSd);
        add(m_dimensions + 1, noiseMean, noiseSd);
        return value;
    }

    const Eigen::VectorXd& m_values;
    Index m_count, m_dimensions;
    Eigen::MatrixXd m_squared;  ///< a row a pair
};

}  // namespace

double SurrogateMetric::squared(Index d, double a, double b) const {
    if (a == b) return 0;
    if (isChoice[static_cast<std::size_t>(d)] || a == SpaceEncoding::inactive || b == SpaceEncoding::inactive) return 1;
    return (a - b) * (a - b);
}

SurrogateParameters initialParameters(Index dimensions) {
    return {Eigen::VectorXd::Constant(dimensions, lengthMean(dimensions)), 0, -8};
}

SurrogateFit fitSurrogate(const Eigen::MatrixXd& points, const Eigen::VectorXd& values, const SurrogateMetric& metric,
                          const std::vector<SurrogateParameters>& starts, int steps) {
    const Index dimensions = points.cols();
    const Evidence evidence(points, values, metric);
    Eigen::VectorXd low = Eigen::VectorXd::Constant(dimensions + 2, leastLength),
                    high = Eigen::VectorXd::Constant(dimensions + 2, mostLength);
    low.tail(2) << leastSignal, leastNoise;
    high.tail(2) << mostSignal, mostNoise;
    SurrogateFit best{initialParameters(dimensions), -1e300};
    for (const SurrogateParameters& start : starts) {
        Eigen::VectorXd at(dimensions + 2);
        at << start.logLengths, start.logSignal, start.logNoise;
        const BoxMinimum found = minimiseInBox(
            [&](const Eigen::VectorXd& x, Eigen::VectorXd& g) { return evidence(x, g); }, at, low, high, steps);
        if (-found.value <= best.logEvidence) continue;
        best = {{found.point.head(dimensions), found.point[dimensions], found.point[dimensions + 1]}, -found.value};
    }
    return best;
}

Surrogate::Surrogate(Eigen::MatrixXd points, Eigen::VectorXd values, SurrogateMetric metric,
                     SurrogateParameters parameters)
    : m_points(std::move(points)),
      m_values(std::move(values)),
      m_metric(std::move(metric)),
      m_parameters(std::move(parameters)) {
    const Eigen::MatrixXd clean = covariance(m_points, m_points);
    double noise = std::exp(m_parameters.logNoise);
    for (;; noise *= 10) {
        Eigen::MatrixXd noisy = clean;
        noisy.diagonal().array() += noise;
        const Eigen::LLT<Eigen::MatrixXd> factor(noisy);
        if (factor.info() != Eigen::Success) continue;
        m_factor = factor.matrixL();
        break;
    }
    m_parameters.logNoise = std::log(noise);
    m_weights = solved(m_values);
}

Eigen::MatrixXd Surrogate::covariance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) const {
    const Eigen::VectorXd inverseSquares = (-2 * m_parameters.logLengths).array().exp();
    const double signal = std::exp(m_parameters.logSignal);
    Eigen::ArrayXXd r = Eigen::ArrayXXd::Zero(a.rows(), b.rows());
    for (Index d = 0; d < a.cols(); ++d)
        for (Index j = 0; j < b.rows(); ++j)
            for (Index i = 0; i < a.rows(); ++i) r(i, j) += inverseSquares[d] * m_metric.squared(d, a(i, d), b(j, d));
    Eigen::VectorXd shapes = r.reshaped();
    toCovariances(Covariance::Matern52, shapes);
    return signal * shapes.reshaped(a.rows(), b.rows());
}

Eigen::MatrixXd Surrogate::halfSolved(const Eigen::MatrixXd& columns) const {
    return m_factor.triangularView<Eigen::Lower>().solve(columns);
}

Eigen::MatrixXd Surrogate::solved(const Eigen::MatrixXd& columns) const {
    return m_factor.triangularView<Eigen::Lower>().transpose().solve(halfSolved(columns));
}

void Surrogate::posterior(const Eigen::MatrixXd& at, Eigen::VectorXd& mean, Eigen::VectorXd& variance) const {
    const Eigen::MatrixXd cross = covariance(m_points, at);
    mean = cross.transpose() * m_weights;
    variance =
        (std::exp(m_parameters.logSignal) - halfSolved(cross).colwise().squaredNorm().array()).max(1e-14).matrix();
}

PosteriorSlope Surrogate::posteriorSlope(const Eigen::VectorXd& at, const Eigen::VectorXd& weights) const {
    const Index count = m_points.rows(), dimensions = m_points.cols();
    const Eigen::VectorXd inverseSquares = (-2 * m_parameters.logLengths).array().exp();
    const double signal = std::exp(m_parameters.logSignal);
    Eigen::ArrayXd r = Eigen::ArrayXd::Zero(count);
    for (Index d = 0; d < dimensions; ++d)
        for (Index i = 0; i < count; ++i) r[i] += inverseSquares[d] * m_metric.squared(d, m_points(i, d), at[d]);
    Eigen::VectorXd shapes = r, steepness = r;
    toCovariances(Covariance::Matern52, shapes);
    toSlopes(Covariance::Matern52, steepness);
    const Eigen::VectorXd cross = signal * shapes;
    const Eigen::VectorXd half = halfSolved(cross);
    const Eigen::VectorXd back = m_factor.triangularView<Eigen::Lower>().transpose().solve(half);
    PosteriorSlope result;
    result.mean = cross.dot(weights);
    result.variance = std::max(1e-14, signal - half.squaredNorm());
    result.meanSlope = Eigen::VectorXd::Zero(dimensions);
    result.varianceSlope = Eigen::VectorXd::Zero(dimensions);
    const Eigen::ArrayXd steep = -signal * steepness.array();
    for (Index d = 0; d < dimensions; ++d) {
        if (m_metric.isChoice[static_cast<std::size_t>(d)] || at[d] == SpaceEncoding::inactive) continue;
        Eigen::VectorXd slope = Eigen::VectorXd::Zero(count);
        for (Index i = 0; i < count; ++i)
            if (m_points(i, d) != SpaceEncoding::inactive)
                slope[i] = steep[i] * inverseSquares[d] * (at[d] - m_points(i, d));
        result.meanSlope[d] = slope.dot(weights);
        result.varianceSlope[d] = -2 * slope.dot(back);
    }
    return result;
}

Surrogate Surrogate::with(const Eigen::VectorXd& point, double value) const {
    Eigen::MatrixXd points(m_points.rows() + 1, m_points.cols());
    points << m_points, point.transpose();
    Eigen::VectorXd values(m_values.size() + 1);
    values << m_values, value;
    return Surrogate(std::move(points), std::move(values), m_metric, m_parameters);
}

}  // namespace holdout
