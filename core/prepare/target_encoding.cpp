// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/target_encoding.h"

#include <algorithm>
#include <unordered_map>

namespace holdout {

std::vector<std::vector<double>> encodedTargets(const Target& target) {
    if (target.task == Task::Regression) return {{target.values.begin(), target.values.end()}};
    std::vector<std::vector<double>> columns;
    const int classes = target.classCount();
    // With two classes, the share of the positive one says it all.
    for (int label = classes <= 2 ? 1 : 0; label < std::max(classes, 2); ++label) {
        std::vector<double>& values = columns.emplace_back();
        for (const int own : target.classes) values.push_back(own == label ? 1 : 0);
    }
    return columns;
}

CategoryMeans categoryMeans(std::span<const std::uint32_t> levels, std::size_t levelCount,
                            std::span<const double> values, std::span<const char> use, const Smoothing& smoothing) {
    struct Group {
        double count = 0, mean = 0, squares = 0;
    };
    std::vector<Group> groups(levelCount);
    Group all;
    const auto forEach = [&](const auto& take) {
        for (std::size_t row = 0; row < values.size(); ++row)
            if (use[row]) take(groups[levels[row]], values[row]);
    };
    forEach([&](Group& group, double value) {
        ++group.count;
        ++all.count;
        group.mean += value;
        all.mean += value;
    });
    for (Group& group : groups) group.mean /= std::max(group.count, 1.0);
    all.mean /= std::max(all.count, 1.0);
    forEach([&](Group& group, double value) {
        group.squares += (value - group.mean) * (value - group.mean);
        all.squares += (value - all.mean) * (value - all.mean);
    });
    const double variance = all.squares / std::max(all.count, 1.0);
    CategoryMeans means{.smoothed = {}, .overall = all.mean};
    for (const Group& group : groups) {
        const double within = group.squares / std::max(group.count, 1.0);
        const double against = smoothing.automatic ? within : smoothing.rows;
        const double own = group.count * (smoothing.automatic ? variance : 1.0);
        const double weight = group.count > 0 && own > 0 ? own / (own + against) : 0.0;
        means.smoothed.push_back(weight * group.mean + (1 - weight) * all.mean);
    }
    return means;
}

std::vector<std::uint32_t> encodingFolds(const Target& target, std::span<const RowId> rows, std::size_t folds,
                                         Seed seed) {
    if (target.size() != rows.size()) return {};
    std::unordered_map<RowId, std::uint32_t> foldOf;
    std::vector<std::uint32_t> order;  // one position of each row
    for (std::uint32_t position = 0; position < rows.size(); ++position)
        if (foldOf.emplace(rows[position], 0).second) order.push_back(position);
    RandomStream random(seed);
    random.shuffle(order);
    if (target.task == Task::Classification)
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return target.classes[a] < target.classes[b]; });
    const std::size_t count = std::max<std::size_t>(std::min(folds, order.size()), 1);
    for (std::size_t i = 0; i < order.size(); ++i) foldOf[rows[order[i]]] = static_cast<std::uint32_t>(i % count);
    std::vector<std::uint32_t> fold;
    for (const RowId row : rows) fold.push_back(foldOf[row]);
    return fold;
}

}  // namespace holdout
