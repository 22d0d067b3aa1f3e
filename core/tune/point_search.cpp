// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/point_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tune/box_minimum.h"
#include "tune/sobol.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Fewer candidates where each costs more, so that a proposal takes about as long.
Index candidateCount(Index trials) {
    return trials <= 100 ? 600 : trials <= 250 ? 300 : 160;
}
constexpr int climbers = 4;
constexpr int climbSteps = 25;

bool isIn(const std::vector<Eigen::VectorXd>& taken, const Eigen::VectorXd& point) {
    return std::any_of(taken.begin(), taken.end(),
                       [&](const Eigen::VectorXd& t) { return (t - point).cwiseAbs().maxCoeff() < 1e-9; });
}

class PointSearch {
public:
    PointSearch(const SpaceEncoding& encoding, const PointWorth& acquisition, const Region& region,
                const Eigen::VectorXd& centre, const std::vector<Eigen::VectorXd>& taken, Index candidates, Seed seed)
        : m_encoding(encoding),
          m_acquisition(acquisition),
          m_region(region),
          m_centre(centre),
          m_taken(taken),
          m_candidateCount(candidates),
          m_seed(seed) {}

    std::optional<Eigen::VectorXd> best() const {
        const Eigen::MatrixXd candidates = makeCandidates();
        if (candidates.rows() == 0) return std::nullopt;
        const Eigen::VectorXd worth = m_acquisition.worth(candidates);
        std::vector<Index> order(static_cast<std::size_t>(candidates.rows()));
        std::iota(order.begin(), order.end(), Index{0});
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return worth[a] > worth[b]; });
        Eigen::VectorXd best = candidates.row(order.front());
        if (!m_acquisition.hasSlope()) return best;
        double greatest = worth[order.front()];
        const std::size_t count = std::min<std::size_t>(climbers, order.size());
        for (std::size_t i = 0; i < count; ++i) {
            const auto [point, value] = climbed(candidates.row(order[i]));
            if (!(value > greatest) || isIn(m_taken, point)) continue;
            greatest = value;
            best = point;
        }
        return best;
    }

private:
    /// Half spread over the region, half around the centre, most of them close to it and moved along some dimensions
    /// only.
    Eigen::MatrixXd makeCandidates() const {
        const Index dimensions = m_encoding.size();
        const SobolSequence sobol(dimensions, m_seed.derive("spread"));
        RandomStream random(m_seed.derive("near"));
        std::vector<Eigen::VectorXd> kept;
        for (Index i = 0; i < m_candidateCount; ++i) {
            Eigen::VectorXd position = sobol.point(static_cast<std::uint32_t>(i));
            position = m_region.low + position.cwiseProduct(m_region.high - m_region.low);
            if (i % 2 == 1) position = nearCentre(position, random);
            position = m_encoding.snapped(position);
            if (!isIn(m_taken, position)) kept.push_back(std::move(position));
        }
        Eigen::MatrixXd candidates(static_cast<Index>(kept.size()), dimensions);
        for (std::size_t i = 0; i < kept.size(); ++i) candidates.row(static_cast<Index>(i)) = kept[i];
        return candidates;
    }

    Eigen::VectorXd nearCentre(const Eigen::VectorXd& spread, RandomStream& random) const {
        const Index dimensions = m_encoding.size();
        const double width = 0.3 * std::pow(10, -3 * random.uniform());
        const double share = std::max(0.4, 1.5 / static_cast<double>(dimensions));
        const Index always = static_cast<Index>(random.below(static_cast<std::uint64_t>(dimensions)));
        Eigen::VectorXd position = m_centre;
        for (Index d = 0; d < dimensions; ++d) {
            const double normal = random.normal(), chance = random.uniform();
            if (d != always && chance > share) continue;
            if (m_encoding.isChoice(d) || position[d] == SpaceEncoding::inactive)
                position[d] = spread[d];
            else
                position[d] = std::clamp(position[d] + width * normal, m_region.low[d], m_region.high[d]);
        }
        return position;
    }

    std::pair<Eigen::VectorXd, double> climbed(Eigen::VectorXd point) const {
        double value = 0;
        for (int round = 0; round < 2; ++round) {
            point = climbedNumbers(point);
            value = worthOf(point);
            if (!climbDiscrete(point, value)) break;
        }
        return {point, value};
    }

    double worthOf(const Eigen::VectorXd& point) const { return m_acquisition.worth(point.transpose())[0]; }

    Eigen::VectorXd climbedNumbers(const Eigen::VectorXd& start) const {
        Eigen::VectorXd low = m_region.low.cwiseMin(start), high = m_region.high.cwiseMax(start);
        bool hasNumbers = false;
        for (Index d = 0; d < start.size(); ++d) {
            if (m_encoding.isChoice(d) || start[d] == SpaceEncoding::inactive)
                low[d] = high[d] = start[d];
            else
                hasNumbers = true;
        }
        if (!hasNumbers) return start;
        const auto down = [&](const Eigen::VectorXd& at, Eigen::VectorXd& slope) {
            const double worth = m_acquisition.worthAndSlope(at, slope);
            slope = -slope;
            return -worth;
        };
        return m_encoding.snapped(minimiseInBox(down, start, low, high, climbSteps).point);
    }

    /// Tries the neighbours of each whole number and the other values of each choice; true when one was better.
    bool climbDiscrete(Eigen::VectorXd& point, double& value) const {
        bool isBetter = false;
        for (Index d = 0; d < point.size(); ++d) {
            if (point[d] == SpaceEncoding::inactive) continue;
            for (const double position : alternatives(d, point[d])) {
                Eigen::VectorXd other = point;
                other[d] = position;
                other = m_encoding.snapped(other);
                const double worth = worthOf(other);
                if (!(worth > value) || isIn(m_taken, other)) continue;
                value = worth;
                point = std::move(other);
                isBetter = true;
            }
        }
        return isBetter;
    }

    std::vector<double> alternatives(Index d, double position) const {
        std::vector<double> others;
        if (m_encoding.isInteger(d)) {
            for (const int steps : {-1, 1})
                if (const auto next = m_encoding.neighbour(d, position, steps)) others.push_back(*next);
        } else if (m_encoding.isChoice(d)) {
            for (int i = 0; i < m_encoding.levels(d); ++i) others.push_back((i + 0.5) / m_encoding.levels(d));
        }
        return others;
    }

    const SpaceEncoding& m_encoding;
    const PointWorth& m_acquisition;
    const Region& m_region;
    const Eigen::VectorXd& m_centre;
    const std::vector<Eigen::VectorXd>& m_taken;
    const Index m_candidateCount;
    const Seed m_seed;
};

}  // namespace

std::optional<Eigen::VectorXd> bestPoint(const SpaceEncoding& encoding, const PointWorth& acquisition,
                                         const Region& region, const Eigen::VectorXd& centre,
                                         const std::vector<Eigen::VectorXd>& taken, Seed seed) {
    const Index candidates = candidateCount(static_cast<Index>(taken.size()));
    return PointSearch(encoding, acquisition, region, centre, taken, candidates, seed).best();
}

}  // namespace holdout
