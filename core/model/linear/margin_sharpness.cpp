// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/margin_sharpness.h"

#include <algorithm>
#include <cmath>

#include "model/class_scores.h"

namespace holdout {

double sharpnessOf(const Eigen::MatrixXd& margins, const Target& target, const Eigen::VectorXd& shares) {
    constexpr double kLeast = 1e-3, kMost = 30;
    double factor = 1;
    for (int iteration = 0; iteration < 50; ++iteration) {
        const Eigen::MatrixXd odds = factor * margins;
        const Eigen::MatrixXd said = margins.cols() == 1 ? fromLogOdds(odds) : softmax(odds);
        double slope = 0, curvature = 1e-12;
        for (Eigen::Index i = 0; i < margins.rows(); ++i) {
            const int truth = target.classes[static_cast<std::size_t>(i)];
            double mean = 0, square = 0;
            for (Eigen::Index k = 0; k < said.cols(); ++k) {
                const double margin = margins.cols() == 1 ? (k == 1 ? margins(i, 0) : 0) : margins(i, k);
                mean += said(i, k) * margin;
                square += said(i, k) * margin * margin;
            }
            const double own = margins.cols() == 1 ? (truth == 1 ? margins(i, 0) : 0) : margins(i, truth);
            slope += shares[i] * (mean - own);
            curvature += shares[i] * (square - mean * mean);
        }
        const double next =
            std::clamp(factor - slope / curvature, std::max(kLeast, factor / 3), std::min(kMost, 3 * factor));
        if (std::abs(next - factor) <= 1e-10 * factor) return next;
        factor = next;
    }
    return factor;
}

}  // namespace holdout
