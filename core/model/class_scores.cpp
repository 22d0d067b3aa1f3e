// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/class_scores.h"

#include <cmath>

namespace holdout {

Eigen::MatrixXd fromLogOdds(const Eigen::MatrixXd& logOdds) {
    Eigen::MatrixXd probabilities(logOdds.rows(), 2);
    for (Eigen::Index i = 0; i < logOdds.rows(); ++i) {
        // The smaller probability first: 1 minus the larger would lose its digits.
        const double odds = std::exp(-std::abs(logOdds(i, 0))), rare = odds / (1 + odds), common = 1 / (1 + odds);
        probabilities(i, 0) = logOdds(i, 0) > 0 ? rare : common;
        probabilities(i, 1) = logOdds(i, 0) > 0 ? common : rare;
    }
    return probabilities;
}

Eigen::MatrixXd softmax(Eigen::MatrixXd sums) {
    for (Eigen::Index i = 0; i < sums.rows(); ++i) {
        const double largest = sums.row(i).maxCoeff();
        double total = 0;
        for (Eigen::Index k = 0; k < sums.cols(); ++k) total += sums(i, k) = std::exp(sums(i, k) - largest);
        for (Eigen::Index k = 0; k < sums.cols(); ++k) sums(i, k) /= total;
    }
    return sums;
}

}  // namespace holdout
