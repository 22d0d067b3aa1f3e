// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

#include "base/job_context.h"

namespace holdout {

// Regression by Gaussian processes: the mathematics that the model and Bayesian search share. float64 throughout.
// Source: Rasmussen, Williams 2006, chapters 2, 4 and 5.

/// How alike the function is at two places, by their distance r: exp(-r²/2); (1 + √3 r) exp(-√3 r);
/// (1 + √5 r + 5r²/3) exp(-√5 r).
enum class Covariance { Rbf, Matern32, Matern52 };

/// Covariances of variance 1, in place of squared distances in lengths.
void toCovariances(Covariance kind, Eigen::Ref<Eigen::VectorXd> squares);
/// -2 times the derivatives of covariances of variance 1 by the squared distance, in place of squared distances.
void toSlopes(Covariance kind, Eigen::Ref<Eigen::VectorXd> squares);

/// What is chosen by the likelihood: natural logarithms, in which the likelihood is smooth and nothing is out of
/// bounds.
struct GaussianProcessParams {
    Covariance kind = Covariance::Matern52;
    Eigen::VectorXd logLengths = Eigen::VectorXd::Zero(1);  ///< one a column of the rows, or one for all columns
    double logSignal = 0;                                   ///< of the variance of the function
    double logNoise = -4;                                   ///< of the variance of one observation around it

    /// Lengths, signal, noise.
    Eigen::VectorXd toVector() const;
    /// The same kind, with the values of `vector`.
    GaussianProcessParams with(const Eigen::VectorXd& vector) const;
};

/// What was observed: `values[i]`, seen `copies[i]` times over at row i. `copies` is empty when all were seen once;
/// they need not be whole, and are greater than 0. The prior mean is 0: take the mean off `values` first.
struct GaussianProcessData {
    Eigen::MatrixXd rows;
    Eigen::VectorXd values;
    Eigen::VectorXd copies = {};
};

/// Covariance of the function (without noise) between each of `rows` and each of `others`: rows × others. Each column
/// has the bits it would have alone.
Eigen::MatrixXd covariance(const GaussianProcessParams& params, const Eigen::MatrixXd& rows,
                           const Eigen::MatrixXd& others);

/// The function after the observations. Immutable; threads may share it.
class GaussianProcess {
public:
    /// O(n³). Throws Error when the rows are so alike, and the noise so small, that they cannot be told apart;
    /// Cancelled.
    GaussianProcess(GaussianProcessData data, GaussianProcessParams params, const JobContext& context);

    const GaussianProcessData& data() const { return m_data; }
    const GaussianProcessParams& params() const { return m_params; }
    /// log p(values | rows, params), each copy counted.
    double logLikelihood() const { return m_logLikelihood; }

    /// What the function is expected to be at each of `rows`.
    Eigen::VectorXd mean(const Eigen::MatrixXd& rows) const;
    /// The variance of the function there, without the noise of an observation; not negative.
    Eigen::VectorXd variance(const Eigen::MatrixXd& rows) const;
    struct Belief {
        Eigen::VectorXd mean, variance;
    };
    /// Both at once.
    Belief at(const Eigen::MatrixXd& rows) const;

    /// Gradient of the log likelihood along GaussianProcessParams::toVector. O(n³).
    Eigen::VectorXd likelihoodGradient(const JobContext& context) const;

private:
    GaussianProcessData m_data;
    GaussianProcessParams m_params;
    Eigen::MatrixXd m_factor;   ///< Cholesky factor of covariance + noise, below the diagonal
    Eigen::VectorXd m_answers;  ///< (covariance + noise)^-1 values
    double m_logLikelihood = 0;
};

/// Bounds of the search for the likeliest parameters, on toVector's scale.
struct GaussianProcessSearch {
    Eigen::VectorXd low, high;  ///< as toVector
    int restarts = 2;           ///< further starts, drawn at random between the bounds
    int iterations = 100;       ///< of each start, at most
    double tolerance = 1e-7;    ///< stops when no component of the (projected) gradient exceeds this per observation
};

/// The likeliest parameters that were found: from `start` (drawn into the bounds), then from random starts of
/// `context.seed`; each by projected BFGS (Bertsekas 1982). Deterministic. Throws Error when no parameters between the
/// bounds have a likelihood; Cancelled. `context.finish` ends it early with the best so far.
GaussianProcess likeliestGaussianProcess(const GaussianProcessData& data, const GaussianProcessParams& start,
                                         const GaussianProcessSearch& search, JobContext& context);

}  // namespace holdout
