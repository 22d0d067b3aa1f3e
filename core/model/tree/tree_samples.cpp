// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/tree/tree_samples.h"

#include <algorithm>
#include <cmath>

namespace holdout {

CountedRows countedRows(const TrainingSet& training) {
    CountedRows result;
    bool whole = true;
    for (std::uint32_t row = 0; row < training.target.size(); ++row) {
        const double weight = training.weights.size() == 0 ? 1 : training.weights[row];
        if (weight <= 0) continue;
        result.rows.push_back(row);
        result.counts.push_back(weight);
        result.total += weight;
        whole = whole && weight == std::floor(weight);
    }
    if (whole) return result;
    const double scale = static_cast<double>(result.rows.size()) / result.total;
    for (double& count : result.counts) count *= scale;
    result.total = static_cast<double>(result.rows.size());
    return result;
}

CountedRows bootstrap(const CountedRows& rows, Seed seed) {
    RandomStream random(seed);
    const auto draws = static_cast<std::uint64_t>(std::max(1.0, std::round(rows.total)));
    std::vector<std::uint32_t> times(rows.rows.size(), 0);
    if (rows.total == static_cast<double>(rows.rows.size()) &&
        std::all_of(rows.counts.begin(), rows.counts.end(), [](double count) { return count == 1; })) {
        for (std::uint64_t i = 0; i < draws; ++i) ++times[random.below(draws)];
    } else {
        std::vector<double> ends(rows.counts.size());
        double sum = 0;
        for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = sum += rows.counts[i];
        for (std::uint64_t i = 0; i < draws; ++i) {
            // The whole part chooses among whole counts as it does among their repetitions.
            const double at = (static_cast<double>(random.below(draws)) + 0.5) * sum / static_cast<double>(draws);
            const auto found = std::upper_bound(ends.begin(), ends.end(), at) - ends.begin();
            ++times[std::min(static_cast<std::size_t>(found), ends.size() - 1)];
        }
    }
    CountedRows result;
    result.total = static_cast<double>(draws);
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] == 0) continue;
        result.rows.push_back(rows.rows[i]);
        result.counts.push_back(times[i]);
    }
    return result;
}

}  // namespace holdout
