// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Core>

namespace holdout {

/// Rows in the form a network learns from: samples are columns.
template <typename Scalar>
struct NetworkRows {
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    Matrix inputs;             ///< features × samples
    std::vector<int> classes;  ///< of each sample, for class scores
    Vector values;             ///< of each sample, for a value
    Vector weights;            ///< of each sample; mean 1 over the training rows

    Eigen::Index size() const { return inputs.cols(); }
};

/// Loss of one sample's class scores: the cross-entropy of softmax(scores) with the truth, which has 1 - smoothing of
/// the mass, and shares the rest with all classes (Szegedy et al. 2016). With `gradient`, its derivative by the scores.
/// The largest score is taken off first, so that nothing overflows.
template <typename Scores, typename Gradient>
double crossEntropy(const Scores& scores, int truth, double smoothing, Gradient&& gradient) {
    using Scalar = typename Scores::Scalar;
    const Scalar top = scores.maxCoeff();
    const double logit = static_cast<double>(scores[truth] - top);
    double expected = logit;
    if (smoothing > 0)
        expected = (1 - smoothing) * logit + smoothing * static_cast<double>((scores.array() - top).mean());
    gradient = (scores.array() - top).exp().matrix();
    const Scalar sum = gradient.sum();
    gradient /= sum;
    if (smoothing > 0) gradient.array() -= static_cast<Scalar>(smoothing / static_cast<double>(scores.size()));
    gradient[truth] -= static_cast<Scalar>(1 - smoothing);
    return std::log(static_cast<double>(sum)) - expected;
}

/// Half the squared error, as the linear models count it.
template <typename Scalar>
double halfSquaredError(Scalar output, Scalar truth, Scalar& gradient) {
    gradient = output - truth;
    return 0.5 * static_cast<double>(gradient) * static_cast<double>(gradient);
}

}  // namespace holdout
