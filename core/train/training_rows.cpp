// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/training_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace holdout {

namespace {

/// Rows that may be set aside, in random order within each class, one class after another.
std::vector<std::uint32_t> byClass(std::span<const std::uint32_t> rows, std::span<const int> classes,
                                   RandomStream& random) {
    std::vector<std::uint32_t> shuffled(rows.begin(), rows.end());
    random.shuffle(shuffled);
    if (classes.empty()) return shuffled;
    std::map<int, std::size_t> counts;
    for (const std::uint32_t row : rows) ++counts[classes[row]];
    std::erase_if(shuffled, [&](std::uint32_t row) { return counts[classes[row]] < 2; });
    std::stable_sort(shuffled.begin(), shuffled.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return classes[a] < classes[b]; });
    return shuffled;
}

}  // namespace

TrainingParts setAside(std::span<const std::uint32_t> rows, std::span<const int> classes, double fraction, Seed seed) {
    RandomStream random(seed);
    const std::vector<std::uint32_t> candidates = byClass(rows, classes, random);
    const auto wanted = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows.size())));
    const std::size_t count = std::min({wanted, candidates.size(), rows.size() - 1});

    // Every (candidates / count)-th of the rows sorted by class: systematic sampling keeps the shares.
    TrainingParts parts;
    const double step = static_cast<double>(candidates.size()) / static_cast<double>(std::max<std::size_t>(count, 1));
    const double offset = random.uniform();
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>((static_cast<double>(i) + offset) * step);
        parts.validation.push_back(candidates[std::min(at, candidates.size() - 1)]);
    }
    std::sort(parts.validation.begin(), parts.validation.end());
    std::vector<std::uint32_t> sorted(rows.begin(), rows.end());
    std::sort(sorted.begin(), sorted.end());
    std::set_difference(sorted.begin(), sorted.end(), parts.validation.begin(), parts.validation.end(),
                        std::back_inserter(parts.training));
    return parts;
}

BatchOrder::BatchOrder(std::size_t rows, std::size_t batchSize) : m_order(rows), m_ranges(chunks(rows, batchSize)) {
    std::iota(m_order.begin(), m_order.end(), 0U);
}

void BatchOrder::shuffle(Seed seed) {
    RandomStream(seed).shuffle(m_order);
}

}  // namespace holdout
