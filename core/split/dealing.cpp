// SPDX-License-Identifier: GPL-3.0-or-later
#include "split/dealing.h"

#include <numeric>

#include "base/format.h"

namespace holdout {

std::vector<std::uint32_t> allPositions(std::size_t rows) {
    std::vector<std::uint32_t> positions(rows);
    std::iota(positions.begin(), positions.end(), 0U);
    return positions;
}

std::vector<std::vector<std::uint32_t>> positionsByClass(const Target& target) {
    std::vector<std::vector<std::uint32_t>> byClass(target.labels.size());
    for (std::uint32_t row = 0; row < target.classes.size(); ++row)
        byClass[static_cast<std::size_t>(target.classes[row])].push_back(row);
    return byClass;
}

std::vector<Fold> foldsOfAssignment(const std::vector<std::uint32_t>& assignment, std::size_t count, int repeat) {
    std::vector<std::size_t> sizes(count);
    for (const std::uint32_t fold : assignment)
        if (fold != never) ++sizes[fold];
    std::vector<Fold> folds(count);
    for (std::size_t i = 0; i < count; ++i) {
        folds[i].repeat = repeat;
        folds[i].index = static_cast<int>(i);
        folds[i].test.reserve(sizes[i]);
        folds[i].train.reserve(assignment.size() - sizes[i]);
        for (std::uint32_t row = 0; row < assignment.size(); ++row)
            (assignment[row] == i ? folds[i].test : folds[i].train).push_back(row);
    }
    return folds;
}

void requireEnough(std::int64_t folds, std::size_t things, std::string_view word) {
    if (folds <= static_cast<std::int64_t>(things)) return;
    throw Error(formatCount(folds) + " folds are more than the " + formatCount(static_cast<std::int64_t>(things)) +
                    " " + std::string(word) + " of the data.",
                {.parameter = "folds"}, "Take fewer folds.");
}

void warnOfGroups(const Dataset& data, std::string_view split, Warnings& warnings) {
    if (!data.groups) return;
    addOnce(
        warnings,
        {"The data name a group column, but " + std::string(split) +
             " puts rows of one group on both sides, which flatters the scores. group-k-fold keeps groups together.",
         {.column = data.groups->name()}});
}

}  // namespace holdout
