// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/data_charts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"

namespace holdout {
namespace {

/// Up to here a matrix writes its numbers into its cells.
constexpr std::size_t MostNumbered = 12;
constexpr std::size_t MostNamed = 3;

double rounded(double value, double parts = 1000) {
    return std::round(value * parts) / parts + 0.0;  // never -0
}

std::string rows(std::int64_t count) {
    return formatCount(count) + (count == 1 ? " row" : " rows");
}

std::string percent(std::int64_t part, std::int64_t whole) {
    return formatNumber(100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::int64_t>(1, whole)), 3) + " %";
}

bool isFor(const Relations& relations, Eigen::Index column, AssociationMeasure measure) {
    const bool isNumeric = std::isfinite(relations.spearman(column, column));  // 1 there, and for numbers alone
    if (measure == AssociationMeasure::Any) return true;
    return isNumeric == (measure != AssociationMeasure::CramersV);
}

/// A square matrix over `names`, the first on top. Large ones carry no numbers, and are drawn from below: so they are
/// turned round.
HeatMap matrix(const std::vector<std::string>& names, const Eigen::MatrixXd& values) {
    HeatMap map;
    const auto size = static_cast<Eigen::Index>(names.size());
    map.showNumbers = names.size() <= MostNumbered;
    map.x.categories = map.y.categories = names;
    map.values.resize(size, size);
    for (Eigen::Index i = 0; i < size; ++i)
        for (Eigen::Index j = 0; j < size; ++j)
            map.values(map.showNumbers ? i : size - 1 - i, j) = rounded(values(i, j), map.showNumbers ? 100 : 1000);
    if (!map.showNumbers) std::reverse(map.y.categories.begin(), map.y.categories.end());
    for (Eigen::Index i = 0; i <= size; ++i) map.xEdges.push_back(static_cast<double>(i));
    map.yEdges = map.xEdges;
    return map;
}

/// "fare and pclass (−0.55)": the pair of greatest absolute value; empty when none is known.
std::string strongestPair(const std::vector<std::string>& names, const Eigen::MatrixXd& values) {
    Eigen::Index a = -1, b = -1;
    for (Eigen::Index i = 0; i < values.rows(); ++i)
        for (Eigen::Index j = 0; j < i; ++j)
            if (std::isfinite(values(i, j)) && (a < 0 || std::abs(values(i, j)) > std::abs(values(a, b)))) a = i, b = j;
    if (a < 0) return {};
    return names[static_cast<std::size_t>(b)] + " and " + names[static_cast<std::size_t>(a)] + " (" + formatNumber(values(a, b), 2) + ")";
}

std::string_view measureSentence(AssociationMeasure measure) {
    switch (measure) {
        case AssociationMeasure::Any:
            return "Numbers by Pearson's r, categories by Cramér's V, a category and a number by the correlation ratio.";
        case AssociationMeasure::Pearson:
            return "Pearson's r of numbers and dates: how well a straight line relates them.";
        case AssociationMeasure::Spearman:
            return "Spearman's rank correlation of numbers and dates: whether one grows with the other, along any curve.";
        case AssociationMeasure::CramersV:
            return "Cramér's V of categories, corrected for bias: 0 for independent ones, 1 where one tells the other.";
    }
    return {};
}

std::vector<std::size_t> byDescending(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) { return !std::isfinite(values[i]); });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    return order;
}

std::string patternName(const MissingPatterns& missing, const MissingPattern& pattern) {
    if (pattern.columns.empty()) return "nothing missing";
    std::string name;
    for (std::size_t i = 0; i < std::min(MostNamed, pattern.columns.size()); ++i)
        name += (i > 0 ? ", " : "") + missing.columns[pattern.columns[i]];
    if (pattern.columns.size() > MostNamed) name += " and " + std::to_string(pattern.columns.size() - MostNamed) + " more";
    return name;
}

}  // namespace

HeatMap associationChart(const Relations& relations, AssociationMeasure measure) {
    std::vector<Eigen::Index> taken;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < relations.columns.size(); ++i) {
        if (!isFor(relations, static_cast<Eigen::Index>(i), measure)) continue;
        taken.push_back(static_cast<Eigen::Index>(i));
        names.push_back(relations.columns[i]);
    }
    if (taken.size() < 2) return {};
    const Eigen::MatrixXd& all = measure == AssociationMeasure::Spearman ? relations.spearman : relations.association;
    const Eigen::MatrixXd values = all(taken, taken);
    HeatMap map = matrix(names, values);
    map.title = "Association of columns";
    map.valueLabel = "association";
    map.sentence = measureSentence(measure);
    if (const std::string strongest = strongestPair(names, values); !strongest.empty()) map.sentence += " Strongest: " + strongest + ".";
    return map;
}

BarChart informationChart(const Relations& relations, std::size_t most) {
    BarChart chart{.title = "What tells the target", .x = {.label = "nats"}, .horizontal = true};
    if (relations.target.empty()) return chart;
    std::vector<std::size_t> order = byDescending(relations.information);
    std::erase_if(order, [&](std::size_t i) { return relations.columns[i] == relations.target; });
    if (order.empty()) return chart;
    chart.sentence = "Mutual information of each column with " + relations.target + ": 0 where it says nothing of it. Numbers in ten classes.";
    if (order.size() > most) chart.sentence += " The first " + std::to_string(most) + " of " + std::to_string(order.size()) + ".";
    order.resize(std::min(most, order.size()));
    for (const std::size_t i : order) {
        chart.y.categories.push_back(relations.columns[i]);
        chart.values.push_back(rounded(relations.information[i]));
    }
    return chart;
}

BarChart missingByColumnChart(const TableProfile& profile, std::size_t most) {
    BarChart chart{.title = "Missing cells by column", .x = {.label = "% missing"}, .role = SeriesRole::Validation, .horizontal = true};
    std::vector<double> shares;
    std::int64_t columns = 0;
    for (const ColumnProfile& column : profile.columns) {
        shares.push_back(column.missing > 0 ? 100.0 * static_cast<double>(column.missing) / static_cast<double>(std::max<std::int64_t>(1, column.rows))
                                            : std::nan(""));
        columns += column.missing > 0;
    }
    std::vector<std::size_t> order = byDescending(shares);
    if (order.empty()) return chart;
    chart.sentence = formatCount(columns) + " of " + formatCount(static_cast<std::int64_t>(profile.columns.size())) +
                     (columns == 1 ? " columns lacks cells." : " columns lack cells.");
    if (order.size() > most) chart.sentence += " The " + std::to_string(most) + " that lack most.";
    order.resize(std::min(most, order.size()));
    for (const std::size_t i : order) {
        chart.y.categories.push_back(profile.columns[i].name);
        chart.values.push_back(std::round(shares[i] * 100) / 100);
    }
    return chart;
}

BarChart missingPatternChart(const MissingPatterns& missing) {
    BarChart chart{.title = "What is missing in the same row", .x = {.label = "rows"}, .role = SeriesRole::Validation, .horizontal = true};
    if (missing.patterns.empty()) return chart;
    std::int64_t all = missing.otherRows, complete = 0;
    for (const MissingPattern& pattern : missing.patterns) {
        all += pattern.rows;
        if (pattern.columns.empty()) complete = pattern.rows;
        chart.y.categories.push_back(patternName(missing, pattern));
        chart.values.push_back(static_cast<double>(pattern.rows));
    }
    chart.sentence = "The columns that a row lacks, and in how many rows just these. " + rows(complete) + " (" + percent(complete, all) +
                     (complete == 1 ? ") is complete." : ") are complete.");
    if (missing.otherRows > 0) chart.sentence += " " + rows(missing.otherRows) + " have rarer patterns.";
    return chart;
}

HeatMap missingTogetherChart(const MissingPatterns& missing) {
    if (missing.columns.size() < 2) return {};
    HeatMap map = matrix(missing.columns, missing.together);
    map.title = "Missing together";
    map.valueLabel = "correlation";
    map.sentence = "1: always missing in the same rows; 0: by chance; below 0: rather where the other is there.";
    return map;
}

BarChart classChart(const Column& target, std::size_t most) {
    BarChart chart{.title = "Classes of " + target.name(), .x = {.label = "rows"}, .horizontal = true};
    std::size_t lost = 0;
    ColumnPtr classes;
    if (target.type() == ColumnType::Category) classes = std::make_shared<const Column>(target);
    else classes = retyped(std::make_shared<const Column>(target), ColumnType::Category, lost);
    std::vector<std::int64_t> counts(classes->levels().size());
    for (std::size_t row = 0; row < classes->rows(); ++row)
        if (!classes->isMissing(row)) ++counts[classes->codes()[row]];
    std::vector<std::size_t> order;
    std::int64_t known = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) order.push_back(i), known += counts[i];
    if (order.empty()) return chart;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    const std::size_t largest = order.front(), rarest = order.back();
    chart.sentence = std::to_string(order.size()) + (order.size() == 1 ? " class" : " classes") + " in " + rows(known) + ". " +
                     (order.size() == 1 ? std::string()
                                        : "The largest, " + classes->levels()[largest] + ", has " + percent(counts[largest], known) + ", the rarest, " +
                                              classes->levels()[rarest] + ", " + percent(counts[rarest], known) + ".");
    if (order.size() > most) {
        chart.sentence += " The " + std::to_string(most) + " largest are shown.";
        order.resize(most);
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return naturalLess(classes->levels()[a], classes->levels()[b]); });
    for (const std::size_t i : order) {
        chart.y.categories.push_back(classes->levels()[i]);
        chart.values.push_back(static_cast<double>(counts[i]));
    }
    return chart;
}

}  // namespace holdout
