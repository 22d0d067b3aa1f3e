// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/fairness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "base/format.h"
#include "base/parallel.h"
#include "base/quantile.h"

namespace holdout {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostGroups = 12;
constexpr std::size_t kResamples = 1000;

/// Sums of one group, from which all its rates follow.
struct Counts {
    double rows = 0, positive = 0, selected = 0, truePositive = 0, falsePositive = 0, probability = 0;
};

/// The five numbers whose gaps are told, in the order of `rateNames`.
constexpr const char* rateNames[] = {"selection rate", "true positive rate", "false positive rate",
                                     "calibration (predicted − observed)"};
constexpr std::size_t kRates = std::size(rateNames);

double ratio(double a, double b) {
    return b > 0 ? a / b : kNaN;
}

std::array<double, kRates> ratesOf(const Counts& c) {
    return {ratio(c.selected, c.rows), ratio(c.truePositive, c.positive), ratio(c.falsePositive, c.rows - c.positive),
            ratio(c.probability - c.positive, c.rows)};
}

Rate rateOf(double successes, double trials) {
    if (!(trials > 0)) return {kNaN, kNaN, kNaN, 0};
    const Bounds bounds = wilsonInterval(successes, trials);
    return {successes / trials, bounds.low, bounds.high, trials};
}

std::vector<Counts> countsOf(const Target& truth, const Predictions& predicted, const Groups& groups, int positive,
                             const std::vector<std::uint32_t>& rows) {
    std::vector<Counts> counts(groups.names.size());
    for (const std::uint32_t row : rows) {
        if (groups.of[row] < 0) continue;
        Counts& c = counts[static_cast<std::size_t>(groups.of[row])];
        const bool is = truth.classes[row] == positive, said = predicted.classes[row] == positive;
        ++c.rows;
        c.positive += is;
        c.selected += said;
        c.truePositive += is && said;
        c.falsePositive += !is && said;
        c.probability += predicted.probabilities(static_cast<Eigen::Index>(row), positive);
    }
    return counts;
}

struct Widest {
    double value = kNaN;
    std::size_t lowest = 0, highest = 0;
};

std::array<Widest, kRates> gapsOf(const std::vector<Counts>& counts) {
    std::array<Widest, kRates> gaps;
    std::array<double, kRates> least, most;
    least.fill(std::numeric_limits<double>::infinity());
    most.fill(-std::numeric_limits<double>::infinity());
    for (std::size_t g = 0; g < counts.size(); ++g) {
        const auto rates = ratesOf(counts[g]);
        for (std::size_t r = 0; r < kRates; ++r) {
            if (std::isnan(rates[r])) continue;
            if (rates[r] < least[r]) {
                least[r] = rates[r];
                gaps[r].lowest = g;
            }
            if (rates[r] > most[r]) {
                most[r] = rates[r];
                gaps[r].highest = g;
            }
        }
    }
    for (std::size_t r = 0; r < kRates; ++r)
        if (most[r] >= least[r]) gaps[r].value = most[r] - least[r];
    return gaps;
}

std::vector<Gap> gapsWithIntervals(const Target& truth, const Predictions& predicted, const Groups& groups,
                                   int positive, const std::vector<Counts>& counts, Seed seed) {
    const std::size_t rows = truth.size();
    std::vector<std::array<Widest, kRates>> replicates(kResamples);
    parallelFor(kResamples, [&](std::size_t b) {
        RandomStream random(seed.derive("bootstrap", b));
        std::vector<std::uint32_t> drawn(rows);
        for (std::uint32_t& row : drawn) row = static_cast<std::uint32_t>(random.below(rows));
        replicates[b] = gapsOf(countsOf(truth, predicted, groups, positive, drawn));
    });
    const auto found = gapsOf(counts);
    std::vector<Gap> gaps;
    for (std::size_t r = 0; r < kRates; ++r) {
        if (std::isnan(found[r].value)) continue;
        std::vector<double> values;
        for (const auto& replicate : replicates) values.push_back(replicate[r].value);
        const Bounds bounds = percentileInterval(std::move(values));
        gaps.push_back({rateNames[r], found[r].value, bounds.low, bounds.high, groups.names[found[r].lowest],
                        groups.names[found[r].highest]});
    }
    return gaps;
}

std::string percent(double share) {
    return formatNumber(100 * share, 3) + " %";
}

/// Whether the intervals of the two groups leave a space between them.
bool isShown(const GroupRates& low, const GroupRates& high, const Rate GroupRates::*rate) {
    return (low.*rate).high < (high.*rate).low;
}

std::string sentenceOf(const FairnessReport& report) {
    const auto named = [&](const std::string& name) {
        return *std::find_if(report.groups.begin(), report.groups.end(),
                             [&](const GroupRates& g) { return g.name == name; });
    };
    constexpr const Rate GroupRates::*rates[] = {&GroupRates::selection, &GroupRates::truePositive,
                                                 &GroupRates::falsePositive};
    const Gap* widest = nullptr;
    for (std::size_t r = 0; r < std::min(std::size(rates), report.gaps.size()); ++r) {
        const Gap& gap = report.gaps[r];
        const auto which = std::find(std::begin(rateNames), std::end(rateNames), gap.rate) - std::begin(rateNames);
        if (which >= 3 || !isShown(named(gap.lowest), named(gap.highest), rates[which])) continue;
        if (!widest || gap.value > widest->value) widest = &gap;
    }
    if (!widest) return "No gap between the groups is larger than chance would make it.";
    return "The widest gap is in the " + widest->rate + ": " + percent(widest->value) + " between " + widest->lowest +
           " and " + widest->highest + " (95 % interval " + percent(widest->low) + " to " + percent(widest->high) +
           ").";
}

Groups quarters(const std::string& name, const std::vector<double>& values, const std::vector<bool>& known,
                const std::function<std::string(double)>& words) {
    std::vector<double> sorted;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (known[i]) sorted.push_back(values[i]);
    std::sort(sorted.begin(), sorted.end());
    Groups groups{name, {}, std::vector<int>(values.size(), -1)};
    if (sorted.empty()) return groups;
    std::vector<double> cuts;
    for (const double p : {0.25, 0.5, 0.75}) {
        const double cut = quantileOfSorted(sorted, p);
        if (cut < sorted.back() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
    }
    for (std::size_t c = 0; c <= cuts.size(); ++c)
        groups.names.push_back(cuts.empty()       ? words(sorted.front())
                               : c == 0           ? "up to " + words(cuts[0])
                               : c == cuts.size() ? "above " + words(cuts.back())
                                                  : words(cuts[c - 1]) + " to " + words(cuts[c]));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (known[i])
            groups.of[i] = static_cast<int>(std::lower_bound(cuts.begin(), cuts.end(), values[i]) - cuts.begin());
    return groups;
}

}  // namespace

Groups groupsBy(const Column& column, const std::vector<RowId>& rows) {
    std::vector<bool> known;
    for (const RowId row : rows) known.push_back(!column.isMissing(row));
    if (column.type() == ColumnType::Number || column.type() == ColumnType::DateTime) {
        const bool isDate = column.type() == ColumnType::DateTime;
        std::map<double, std::size_t> distinct;
        std::vector<double> values;
        for (const RowId row : rows) {
            values.push_back(isDate ? static_cast<double>(column.dateTimes().micros[row]) : column.numbers()[row]);
            if (!column.isMissing(row) && distinct.size() <= 4) ++distinct[values.back()];
        }
        if (distinct.size() > 4)
            return quarters(column.name(), values, known, [&](double value) {
                return isDate ? formatDateTime(static_cast<std::int64_t>(value), true) : formatNumber(value, 4);
            });
    }
    std::map<std::string, std::size_t> counts;
    for (const RowId row : rows)
        if (!column.isMissing(row)) ++counts[column.cellText(row)];
    std::vector<std::string> names;
    for (const auto& [name, count] : counts) names.push_back(name);
    std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return counts[a] > counts[b]; });
    const bool hasRest = names.size() > kMostGroups;
    if (hasRest) names.resize(kMostGroups - 1);
    std::sort(names.begin(), names.end(), naturalLess);
    Groups groups{column.name(), names, std::vector<int>(rows.size(), -1)};
    if (hasRest) groups.names.push_back("other");
    std::map<std::string, int> indexOf;
    for (std::size_t i = 0; i < names.size(); ++i) indexOf[names[i]] = static_cast<int>(i);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!known[i]) continue;
        const auto found = indexOf.find(column.cellText(rows[i]));
        groups.of[i] = found != indexOf.end() ? found->second : static_cast<int>(names.size());
    }
    return groups;
}

FairnessReport fairness(const Target& truth, const Predictions& predicted, const Groups& groups, int positive,
                        Seed seed) {
    FairnessReport report{.column = groups.column, .groups = {}, .gaps = {}, .sentence = {}};
    std::vector<std::uint32_t> all(truth.size());
    std::iota(all.begin(), all.end(), 0U);
    const std::vector<Counts> counts = countsOf(truth, predicted, groups, positive, all);
    for (std::size_t g = 0; g < counts.size(); ++g) {
        const Counts& c = counts[g];
        report.groups.push_back({groups.names[g], static_cast<std::size_t>(c.rows), rateOf(c.selected, c.rows),
                                 rateOf(c.truePositive, c.positive), rateOf(c.falsePositive, c.rows - c.positive),
                                 rateOf(c.positive, c.rows), ratio(c.probability, c.rows)});
    }
    if (counts.size() < 2) {
        report.sentence = "There is one group only, so that there is nothing to compare.";
        return report;
    }
    report.gaps = gapsWithIntervals(truth, predicted, groups, positive, counts, seed);
    report.sentence = sentenceOf(report);
    return report;
}

}  // namespace holdout
