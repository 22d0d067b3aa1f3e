// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/lbfgs.h"

#include <cmath>
#include <limits>
#include <vector>

namespace holdout {

namespace {

constexpr double decrease = 1e-4;  // Armijo's constant, and that of the curvature, as Nocedal and Wright advise
constexpr double curvature = 0.9;
constexpr int mostLooks = 25;

}  // namespace

/// The two loops of algorithm 7.4.
Eigen::VectorXd Lbfgs::direction(const Eigen::VectorXd& gradient) const {
    Eigen::VectorXd q = -gradient;
    std::vector<double> alphas(m_pairs.size());
    for (std::size_t i = m_pairs.size(); i-- > 0;) {
        const Pair& pair = m_pairs[i];
        alphas[i] = pair.step.dot(q) / pair.change.dot(pair.step);
        q -= alphas[i] * pair.change;
    }
    if (!m_pairs.empty()) q *= m_pairs.back().step.dot(m_pairs.back().change) / m_pairs.back().change.squaredNorm();
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        const Pair& pair = m_pairs[i];
        q += (alphas[i] - pair.change.dot(q) / pair.change.dot(pair.step)) * pair.step;
    }
    return q;
}

bool Lbfgs::iterate(const Function& function, Place& place, double& stepLength) {
    if (place.gradient.size() == 0) {
        place.gradient.resize(place.point.size());
        place.value = function(place.point, place.gradient);
    }
    const Eigen::VectorXd along = direction(place.gradient);
    const double slope = along.dot(place.gradient);
    if (!(slope < 0)) return false;
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    // Before anything is known of the curvature, a step of length 1 is long enough.
    double length = m_pairs.empty() ? std::min(1.0, 1 / along.norm()) : 1;
    Place next{place.point, Eigen::VectorXd(place.point.size()), 0};
    Place lower;  // the best that meets the first condition alone
    for (int look = 0; look < mostLooks; ++look) {
        next.point = place.point + length * along;
        next.value = function(next.point, next.gradient);
        if (!(next.value <= place.value + decrease * length * slope)) {
            high = length;
        } else {
            lower = next;
            stepLength = length;
            if (next.gradient.dot(along) >= curvature * slope) break;
            low = length;
        }
        length = std::isfinite(high) ? (low + high) / 2 : 2 * low;
    }
    if (lower.point.size() == 0) return false;
    Pair pair{lower.point - place.point, lower.gradient - place.gradient};
    // Where rounding has eaten the curvature, the pair would spoil the next direction.
    if (pair.step.dot(pair.change) > 1e-10 * pair.change.squaredNorm()) {
        m_pairs.push_back(std::move(pair));
        if (m_pairs.size() > m_memory) m_pairs.pop_front();
    }
    place = std::move(lower);
    return true;
}

}  // namespace holdout
