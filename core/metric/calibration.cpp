// SPDX-License-Identifier: GPL-3.0-or-later
#include "metric/calibration.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/quantile.h"

namespace holdout {
namespace {

std::vector<double> edgesOf(const std::vector<double>& probabilities, std::size_t bins, Binning binning) {
    std::vector<double> edges;
    std::vector<double> sorted = probabilities;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i <= bins; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(bins);
        edges.push_back(binning == Binning::EqualWidth ? share : quantileOfSorted(sorted, share));
    }
    return edges;
}

}  // namespace

std::vector<ReliabilityBin> reliabilityBins(const std::vector<bool>& isPositive,
                                            const std::vector<double>& probabilities, std::size_t bins,
                                            Binning binning) {
    assert(isPositive.size() == probabilities.size() && bins > 0);
    if (probabilities.empty()) return {};
    const std::vector<double> edges = edgesOf(probabilities, bins, binning);
    std::vector<ReliabilityBin> all(bins + 1);
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        // A value on an inner edge belongs to the bin below it.
        const auto at = std::lower_bound(edges.begin() + 1, edges.end() - 1, probabilities[i]) - (edges.begin() + 1);
        ReliabilityBin& bin = all[static_cast<std::size_t>(at)];
        ++bin.rows;
        bin.predicted += probabilities[i];
        bin.observed += isPositive[i] ? 1 : 0;
    }
    std::erase_if(all, [](const ReliabilityBin& bin) { return bin.rows == 0; });
    for (ReliabilityBin& bin : all) {
        bin.predicted /= static_cast<double>(bin.rows);
        bin.observed /= static_cast<double>(bin.rows);
    }
    return all;
}

double expectedCalibrationError(const std::vector<ReliabilityBin>& bins) {
    double sum = 0, rows = 0;
    for (const ReliabilityBin& bin : bins) {
        sum += std::abs(bin.predicted - bin.observed) * static_cast<double>(bin.rows);
        rows += static_cast<double>(bin.rows);
    }
    return rows > 0 ? sum / rows : std::nan("");
}

double PlattMap::at(double score) const {
    const double f = a * score + b;
    return f >= 0 ? std::exp(-f) / (1 + std::exp(-f)) : 1 / (1 + std::exp(f));
}

PlattMap fitPlatt(const std::vector<bool>& isPositive, const std::vector<double>& scores) {
    const auto positives = static_cast<double>(std::count(isPositive.begin(), isPositive.end(), true));
    const double negatives = static_cast<double>(isPositive.size()) - positives;
    const double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
    PlattMap map{0, std::log((negatives + 1) / (positives + 1))};
    const auto loss = [&](const PlattMap& m) {
        double sum = 0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const double f = m.a * scores[i] + m.b, target = isPositive[i] ? high : low;
            sum += f >= 0 ? target * f + std::log1p(std::exp(-f)) : (target - 1) * f + std::log1p(std::exp(f));
        }
        return sum;
    };
    double now = loss(map);
    for (int iteration = 0; iteration < 100; ++iteration) {
        double aa = 1e-12, ab = 0, bb = 1e-12, ga = 0, gb = 0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const double p = map.at(scores[i]), gap = (isPositive[i] ? high : low) - p, spread = p * (1 - p);
            aa += scores[i] * scores[i] * spread;
            ab += scores[i] * spread;
            bb += spread;
            ga += scores[i] * gap;
            gb += gap;
        }
        const double determinant = aa * bb - ab * ab;
        if (!(determinant > 0)) break;
        const double stepA = -(bb * ga - ab * gb) / determinant, stepB = -(aa * gb - ab * ga) / determinant;
        double length = 1;
        PlattMap next = map;
        double then = now;
        for (; length > 1e-10; length /= 2) {
            next = {map.a + length * stepA, map.b + length * stepB};
            then = loss(next);
            if (then < now + 1e-4 * length * (ga * stepA + gb * stepB)) break;
        }
        if (!(then < now)) break;
        map = next;
        now = then;
    }
    return map;
}

double IsotonicMap::at(double score) const {
    if (x.empty()) return std::nan("");
    const auto after = std::upper_bound(x.begin(), x.end(), score);
    if (after == x.begin()) return y.front();
    if (after == x.end()) return y.back();
    const auto i = static_cast<std::size_t>(after - x.begin());
    return y[i - 1] + (y[i] - y[i - 1]) * (score - x[i - 1]) / (x[i] - x[i - 1]);
}

IsotonicMap fitIsotonic(const std::vector<bool>& isPositive, const std::vector<double>& scores) {
    struct Block {
        double firstX, lastX, sum, rows;
        double mean() const { return sum / rows; }
    };
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
    std::vector<Block> blocks;
    for (std::size_t first = 0; first < order.size();) {
        const double x = scores[order[first]];
        Block block{x, x, 0, 0};
        for (; first < order.size() && scores[order[first]] == x; ++first) {
            block.sum += isPositive[order[first]] ? 1 : 0;
            ++block.rows;
        }
        while (!blocks.empty() && blocks.back().mean() >= block.mean()) {
            block = {blocks.back().firstX, block.lastX, blocks.back().sum + block.sum, blocks.back().rows + block.rows};
            blocks.pop_back();
        }
        blocks.push_back(block);
    }
    IsotonicMap map;
    for (const Block& block : blocks) {
        map.x.push_back(block.firstX);
        map.y.push_back(block.mean());
        if (block.lastX > block.firstX) {
            map.x.push_back(block.lastX);
            map.y.push_back(block.mean());
        }
    }
    return map;
}

double logit(double probability) {
    const double p = std::clamp(probability, 1e-12, 1 - 1e-12);
    return std::log(p / (1 - p));
}

}  // namespace holdout
