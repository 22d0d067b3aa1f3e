// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/parzen.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/normal_distribution.h"

namespace holdout {
namespace {

using Eigen::Index;

constexpr double ownShare = 0.8;  ///< of a choice's probability, that it stays what it is
constexpr double goodShare = 0.15;
constexpr std::size_t mostGood = 25;

double cumulative(double z) {
    return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

double choiceProbability(bool isSame, double levels) {
    return isSame ? ownShare + (1 - ownShare) / levels : (1 - ownShare) / levels;
}

}  // namespace

ParzenDensity::ParzenDensity(const SpaceEncoding& encoding, std::vector<Eigen::VectorXd> points)
    : m_encoding(encoding), m_points(std::move(points)) {
    const double count = static_cast<double>(std::max<std::size_t>(1, m_points.size()));
    // Scott's rule (1992), of a spread of 0.2.
    m_width = std::max(0.2 * std::pow(count, -1.0 / (static_cast<double>(encoding.size()) + 4)),
                       1 / std::min(100.0, 1 + count) / 4);
}

double ParzenDensity::partDensity(const Eigen::VectorXd& centre, const Eigen::VectorXd& at) const {
    double density = 1;
    for (Index d = 0; d < at.size(); ++d) {
        if (at[d] == SpaceEncoding::inactive) continue;
        const bool isKnown = centre[d] != SpaceEncoding::inactive;
        if (m_encoding.isChoice(d)) {
            density *= isKnown ? choiceProbability(centre[d] == at[d], m_encoding.levels(d)) : 1 / m_encoding.levels(d);
        } else if (isKnown) {
            const double z = (at[d] - centre[d]) / m_width;
            const double inside = cumulative((1 - centre[d]) / m_width) - cumulative(-centre[d] / m_width);
            density *= std::exp(-0.5 * z * z) / (std::sqrt(2 * std::numbers::pi) * m_width * inside);
        }
    }
    return density;
}

double ParzenDensity::logDensity(const Eigen::VectorXd& at) const {
    double whole = 1;
    for (Index d = 0; d < at.size(); ++d)
        if (at[d] != SpaceEncoding::inactive && m_encoding.isChoice(d)) whole /= m_encoding.levels(d);
    double sum = whole;
    for (const Eigen::VectorXd& point : m_points) sum += partDensity(point, at);
    return std::log(sum / static_cast<double>(m_points.size() + 1));
}

Eigen::VectorXd ParzenDensity::sample(RandomStream& random) const {
    const std::uint64_t part = random.below(m_points.size() + 1);
    Eigen::VectorXd position(m_encoding.size());
    for (Index d = 0; d < position.size(); ++d) {
        position[d] = random.uniform();
        if (part == m_points.size() || m_points[part][d] == SpaceEncoding::inactive) continue;
        const double centre = m_points[part][d];
        if (m_encoding.isChoice(d)) {
            if (random.uniform() < ownShare) position[d] = centre;
            continue;
        }
        const double low = cumulative(-centre / m_width), high = cumulative((1 - centre) / m_width);
        const double share = std::clamp(low + position[d] * (high - low), 1e-12, 1 - 1e-12);
        position[d] = std::clamp(centre + m_width * normalQuantile(share), 0.0, 1.0);
    }
    return m_encoding.snapped(position);
}

Eigen::VectorXd parzenProposal(const SpaceEncoding& encoding, const std::vector<Eigen::VectorXd>& points,
                               const std::vector<double>& costs, const std::vector<Eigen::VectorXd>& taken,
                               int candidates, Seed seed) {
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::isnan(costs[b]) ? !std::isnan(costs[a]) : costs[a] < costs[b];
    });
    const auto wanted = static_cast<std::size_t>(std::ceil(goodShare * static_cast<double>(points.size())));
    const std::size_t good = std::min({std::max<std::size_t>(2, wanted), mostGood, points.size()});
    std::vector<Eigen::VectorXd> goodPoints, badPoints = taken;
    for (std::size_t i = 0; i < order.size(); ++i) (i < good ? goodPoints : badPoints).push_back(points[order[i]]);
    const ParzenDensity goods(encoding, std::move(goodPoints)), bads(encoding, std::move(badPoints));
    RandomStream random(seed);
    Eigen::VectorXd best = goods.sample(random);
    double greatest = goods.logDensity(best) - bads.logDensity(best);
    for (int i = 1; i < candidates; ++i) {
        Eigen::VectorXd candidate = goods.sample(random);
        const double ratio = goods.logDensity(candidate) - bads.logDensity(candidate);
        if (!(ratio > greatest)) continue;
        greatest = ratio;
        best = std::move(candidate);
    }
    return best;
}

}  // namespace holdout
