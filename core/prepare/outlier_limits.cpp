// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/outlier_limits.h"

#include <algorithm>
#include <limits>

#include "base/format.h"
#include "base/quantile.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();
constexpr RealRange kThreshold{.low = 0, .lowOpen = true};

struct Spread {
    double low = 0;
    double high = 0;
    double width = 0;
};

Spread spreadOf(const Column& column, const std::string& method) {
    if (method == "z-score") {
        const Moments moments = momentsOf(column);
        return {moments.mean, moments.mean, moments.constant ? 0.0 : moments.sd};
    }
    std::vector<double> values = presentNumbers(column);
    std::sort(values.begin(), values.end());
    if (method == "iqr") {
        const double low = quantileOfSorted(values, 0.25), high = quantileOfSorted(values, 0.75);
        return {low, high, high - low};
    }
    const double median = quantileOfSorted(values, 0.5);
    for (double& value : values) value = std::abs(value - median);
    // 0.6745 is the third quartile of the standard normal distribution, as the source rounds it.
    return {median, median, medianOf(std::move(values)) / 0.6745};
}

}  // namespace

std::array<ParamSpec, 5> outlierSpecs() {
    return {
        columnsSpec("Which number columns to look at. After one-hot, numbers takes in the indicator columns too.",
                    "numbers"),
        {.id = "method",
         .label = "Method",
         .help =
             "iqr: too far below the first or above the third quartile. z-score: too many standard deviations from the "
             "mean, for data that look normal. mad: as z-score, but with median and median deviation, which outliers "
             "themselves do not move.",
         .fallback = std::string("iqr"),
         .rule = OneOf{{{"iqr", "Interquartile range"},
                        {"z-score", "Standard deviations"},
                        {"mad", "Median absolute deviation"}}}},
        {.id = "iqr_factor",
         .label = "Interquartile ranges",
         .help = "How many interquartile ranges beyond the quartiles a value may lie. Tukey: 1.5; 3 for far out.",
         .fallback = 1.5,
         .rule = kThreshold,
         .when = EnabledWhen{"method", {"iqr"}},
         .usual = {{1, 5}}},
        {.id = "z",
         .label = "Standard deviations",
         .help = "How many standard deviations from the mean a value may lie. With 10 training rows or fewer none lies "
                 "more than 3 away.",
         .fallback = 3.0,
         .rule = kThreshold,
         .when = EnabledWhen{"method", {"z-score"}},
         .usual = {{2, 6}}},
        {.id = "modified_z",
         .label = "Modified z-score",
         .help = "How far from the median a value may lie: 1 is one standard deviation for normal data. Iglewicz and "
                 "Hoaglin: 3.5.",
         .fallback = 3.5,
         .rule = kThreshold,
         .when = EnabledWhen{"method", {"mad"}},
         .usual = {{2, 6}}},
    };
}

std::string OutlierLimits::sentence() const {
    if (!spread) return column + ": no spread, so no outliers";
    return column + ": " + formatCount(static_cast<std::int64_t>(outside)) +
           (outside == 1 ? " training cell outside " : " training cells outside ") + formatNumber(low) + " to " +
           formatNumber(high);
}

OutlierRule::OutlierRule(const Params& params) : m_columns(params.text("columns")), m_method(params.text("method")) {
    m_threshold = params.real(m_method == "iqr" ? "iqr_factor" : m_method == "z-score" ? "z" : "modified_z");
}

OutlierLimits OutlierRule::limitsOf(const Column& column) const {
    OutlierLimits limits{.column = column.name(), .low = -kMost, .high = kMost};
    if (column.missing().count() == column.rows()) return limits;
    const Spread spread = spreadOf(column, m_method);
    limits.spread = spread.width > 0 && std::isfinite(spread.width);
    if (!limits.spread) return limits;
    // Beyond the largest double nothing lies outside.
    limits.low = std::max(spread.low - m_threshold * spread.width, -kMost);
    limits.high = std::min(spread.high + m_threshold * spread.width, kMost);
    for (const double value : presentNumbers(column)) limits.outside += limits.isOutlier(value);
    return limits;
}

std::vector<OutlierLimits> OutlierRule::learn(const Table& table, std::string_view step, StepNotes& notes,
                                              const JobContext& context) const {
    const auto chosen = chosenColumnsOf(table, m_columns, step, {ColumnType::Number});
    auto limits = learnColumns(table, chosen, context, [&](const Column& column) { return limitsOf(column); });
    for (const OutlierLimits& column : limits)
        if (!column.spread && table.rows() > 0)
            addOnce(notes.warnings,
                    {"The training rows have no spread here by this method (most or all have the same value): no value "
                     "counts as an outlier.",
                     {.column = column.column}});
    return limits;
}

}  // namespace holdout
