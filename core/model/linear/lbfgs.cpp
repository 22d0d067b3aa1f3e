// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/lbfgs.h"

#include <deque>

namespace holdout {
namespace {

struct Pair {
    Eigen::MatrixXd step, change;
    double inverse = 0;  ///< 1 / <step, change>
};

double inner(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    return a.cwiseProduct(b).sum();
}

/// The two-loop recursion: the direction down from `gradient` (Nocedal, Wright 2006, algorithm 7.4).
Eigen::MatrixXd direction(Eigen::MatrixXd gradient, const std::deque<Pair>& pairs, const Preconditioner& precondition) {
    std::vector<double> factors(pairs.size());
    for (std::size_t i = pairs.size(); i-- > 0;) {
        factors[i] = pairs[i].inverse * inner(pairs[i].step, gradient);
        gradient -= factors[i] * pairs[i].change;
    }
    gradient = precondition(gradient);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double back = pairs[i].inverse * inner(pairs[i].change, gradient);
        gradient += (factors[i] - back) * pairs[i].step;
    }
    return -gradient;
}

}  // namespace

bool minimiseByLbfgs(const SmoothFunction& function, const Preconditioner& precondition, const StopRule& rule,
                     Eigen::MatrixXd& point, JobContext& context) {
    constexpr std::size_t kMemory = 20;
    constexpr double kSufficient = 1e-4;  // Armijo
    std::deque<Pair> pairs;
    Eigen::MatrixXd gradient, trialGradient;
    double value = function(point, gradient);
    for (std::int64_t iteration = 0; iteration < rule.maxIterations && !context.shouldFinish(); ++iteration) {
        const double scale = std::max(1.0, point.cwiseAbs().maxCoeff());
        if (precondition(gradient).cwiseAbs().maxCoeff() <= rule.tolerance * scale) return true;
        const Eigen::MatrixXd down = direction(gradient, pairs, precondition);
        const double slope = inner(gradient, down);
        double length = 1, trialValue = 0;
        Eigen::MatrixXd trial;
        for (int halving = 0;; ++halving) {
            trial = point + length * down;
            trialValue = function(trial, trialGradient);
            // Close to the optimum the gain drowns in rounding, which must not stop the search.
            if (trialValue <= value + kSufficient * length * slope + 1e-14 * std::abs(value)) break;
            if (halving == 40) return pairs.empty();
            length *= 0.5;
        }
        Pair pair{trial - point, trialGradient - gradient, 0};
        const double curvature = inner(pair.step, pair.change);
        if (curvature > 0) {
            pair.inverse = 1 / curvature;
            pairs.push_back(std::move(pair));
            if (pairs.size() > kMemory) pairs.pop_front();
        }
        point = trial;
        gradient = trialGradient;
        value = trialValue;
    }
    return false;
}

}  // namespace holdout
