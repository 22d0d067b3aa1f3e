// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/augment/smote.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "prepare/column_statistics.h"

namespace holdout {
namespace {

using Rows = std::vector<std::uint32_t>;

std::vector<Rows> rowsByClass(const Target& target) {
    std::vector<Rows> rows(target.labels.size());
    for (std::uint32_t row = 0; row < target.classes.size(); ++row)
        rows[static_cast<std::size_t>(target.classes[row])].push_back(row);
    return rows;
}

/// The square of the median of the standard deviations of the class's numbers.
double categoryDistanceOf(const MixedRows& rows, const Rows& members) {
    std::vector<double> deviations;
    for (Eigen::Index j = 0; j < rows.numbers.rows(); ++j) {
        std::vector<double> values;
        for (const std::uint32_t row : members) values.push_back(rows.numbers(j, row));
        deviations.push_back(momentsOf(*Column::numbers("", std::move(values))).sd);
    }
    const double median = deviations.empty() ? 1.0 : medianOf(std::move(deviations));
    return median * median;
}

/// For each row of the class, the share of its nearest rows that other classes have.
std::vector<double> foreignShares(const MixedRows& rows, const Rows& members, const std::vector<int>& classes,
                                  std::size_t count, const JobContext& context) {
    Rows all(rows.rows());
    std::iota(all.begin(), all.end(), 0U);
    std::vector<double> shares;
    const auto nearest = nearestRowsOfAll(rows, members, all, count, context);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto foreign = std::ranges::count_if(
            nearest[i], [&](std::uint32_t other) { return classes[other] != classes[members[i]]; });
        shares.push_back(static_cast<double>(foreign) /
                         static_cast<double>(std::max<std::size_t>(1, nearest[i].size())));
    }
    return shares;
}

/// How many rows to make from each row of the class.
std::vector<std::size_t> evenly(const std::vector<std::size_t>& bases, std::size_t members, std::size_t wanted,
                                RandomStream& random) {
    std::vector<std::size_t> counts(members);
    if (bases.empty()) return counts;
    std::vector<std::size_t> order = bases;
    random.shuffle(order);
    for (std::size_t i = 0; i < wanted; ++i) ++counts[order[i % order.size()]];
    return counts;
}

std::vector<std::size_t> countsFor(const MixedRows& rows, const Rows& members, const Target& target, std::size_t wanted,
                                   const SmoteRule& rule, RandomStream& random, const JobContext& context) {
    std::vector<std::size_t> bases(members.size());
    std::iota(bases.begin(), bases.end(), 0U);
    if (rule.kind == SmoteKind::Smote) return evenly(bases, members.size(), wanted, random);
    const std::size_t looked = rule.kind == SmoteKind::Adasyn ? rule.neighbors : rule.borderNeighbors;
    const std::vector<double> shares = foreignShares(rows, members, target.classes, looked, context);
    if (rule.kind == SmoteKind::Borderline) {
        std::erase_if(bases, [&](std::size_t i) { return shares[i] < 0.5 || shares[i] >= 1; });
        return evenly(bases, members.size(), wanted, random);
    }
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    std::vector<std::size_t> counts(members.size());
    for (std::size_t i = 0; sum > 0 && i < counts.size(); ++i)
        counts[i] = static_cast<std::size_t>(std::lround(shares[i] / sum * static_cast<double>(wanted)));
    return counts;
}

/// What most of the neighbours have; the lowest code among equals.
std::uint32_t mostFrequentCode(const std::vector<std::uint32_t>& codes, const Rows& neighbours) {
    std::map<std::uint32_t, std::size_t> counts;
    for (const std::uint32_t row : neighbours) ++counts[codes[row]];
    return std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; })->first;
}

void addClass(MixedRows& rows, const Rows& members, std::size_t wanted, const Target& target, const SmoteRule& rule,
              JobContext& context, SmoteRows& made) {
    RandomStream random(context.seed);
    rows.categoryDistance = categoryDistanceOf(rows, members);
    const std::vector<std::size_t> counts = countsFor(rows, members, target, wanted, rule, random, context);
    const auto nearest = nearestRowsOfAll(rows, members, members, rule.neighbors, context);
    for (std::size_t i = 0; i < members.size(); ++i)
        for (std::size_t n = 0; n < counts[i]; ++n) {
            made.blends.push_back({members[i], nearest[i][random.below(nearest[i].size())], random.uniform()});
            for (std::size_t c = 0; c < rows.codes.size(); ++c)
                made.codes[c].push_back(mostFrequentCode(rows.codes[c], nearest[i]));
        }
}

}  // namespace

SmoteRows smote(MixedRows rows, const Target& target, const SmoteRule& rule, JobContext& context) {
    const std::vector<Rows> byClass = rowsByClass(target);
    std::size_t largest = 0;
    for (const Rows& members : byClass) largest = std::max(largest, members.size());
    const auto goal = static_cast<std::size_t>(std::lround(rule.balance * static_cast<double>(largest)));
    SmoteRows made;
    made.codes.resize(rows.codes.size());
    for (std::size_t c = 0; c < byClass.size(); ++c) {
        context.throwIfStopped();
        if (byClass[c].size() < 2 || byClass[c].size() >= goal) continue;
        JobContext own = context.derive("class", c);
        addClass(rows, byClass[c], goal - byClass[c].size(), target, rule, own, made);
    }
    return made;
}

}  // namespace holdout
