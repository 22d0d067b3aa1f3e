// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/bin_edges.h"

#include <algorithm>
#include <cmath>

#include "base/quantile.h"

namespace holdout {
namespace {

/// Without those that part nothing: equal ones, and those at or beyond the outermost values.
std::vector<double> parting(std::vector<double> edges, std::span<const double> sorted) {
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    std::erase_if(edges, [&](double edge) { return edge <= sorted.front() || edge >= sorted.back(); });
    return edges;
}

std::vector<double> middles(const std::vector<double>& centres) {
    std::vector<double> edges;
    for (std::size_t i = 1; i < centres.size(); ++i) edges.push_back(centres[i - 1] / 2 + centres[i] / 2);
    return edges;
}

/// The values less the first, summed up to each position.
std::vector<double> runningSums(std::span<const double> sorted) {
    std::vector<double> sums{0};
    for (const double value : sorted) sums.push_back(sums.back() + (value - sorted.front()));
    return sums;
}

}  // namespace

std::vector<double> equalWidthEdges(std::span<const double> sorted, std::size_t bins) {
    std::vector<double> edges;
    for (std::size_t i = 1; i < bins; ++i)
        edges.push_back(std::lerp(sorted.front(), sorted.back(), static_cast<double>(i) / static_cast<double>(bins)));
    return parting(std::move(edges), sorted);
}

std::vector<double> equalFrequencyEdges(std::span<const double> sorted, std::size_t bins) {
    std::vector<double> edges;
    for (std::size_t i = 1; i < bins; ++i)
        edges.push_back(quantileOfSorted(sorted, static_cast<double>(i) / static_cast<double>(bins)));
    return parting(std::move(edges), sorted);
}

std::vector<double> kMeansEdges(std::span<const double> sorted, std::size_t bins) {
    std::vector<double> centres;
    for (std::size_t i = 0; i < bins; ++i)
        centres.push_back(
            std::lerp(sorted.front(), sorted.back(), (static_cast<double>(i) + 0.5) / static_cast<double>(bins)));
    const std::vector<double> sums = runningSums(sorted);
    std::vector<double> edges = middles(centres);
    constexpr int mostRounds = 300;
    for (int round = 0; round < mostRounds; ++round) {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < bins; ++i) {
            const auto end = i + 1 == bins
                                 ? sorted.size()
                                 : static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), edges[i]) -
                                                            sorted.begin());
            // A centre that no value is nearest to stays where it is.
            if (end > begin) centres[i] = sorted.front() + (sums[end] - sums[begin]) / static_cast<double>(end - begin);
            begin = std::max(begin, end);
        }
        std::sort(centres.begin(), centres.end());
        std::vector<double> next = middles(centres);
        if (next == edges) break;
        edges = std::move(next);
    }
    return parting(std::move(edges), sorted);
}

}  // namespace holdout
