// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/quantile.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/normal_distribution.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "quantile";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to transform. After one-hot, numbers takes in the indicator columns too.",
                "numbers"),
    {.id = "output",
     .label = "Output",
     .help = "uniform: from 0 to 1, the share of the training rows that lie below. normal: bell-shaped around 0.",
     .fallback = std::string("uniform"),
     .rule = OneOf{{{"uniform", "Uniform"}, {"normal", "Normal"}}}},
    {.id = "quantiles",
     .label = "Quantiles",
     .help = "How many values stand for the distribution of a column; never more than there are training rows.",
     .fallback = std::int64_t{1000},
     .rule = IntegerRange{.low = 2, .high = 100'000},
     .scale = Scale::Log,
     .usual = {{10, 1000}}},
};

/// So far from 0 and 1 a share stays before it becomes a normal quantile: beyond, those would be infinite. The number
/// is scikit-learn's.
constexpr double kEdge = 1e-7 - std::numeric_limits<double>::epsilon();

/// One column: the piecewise linear map that takes quantiles[i] to i / (n - 1). Where quantiles are equal, the middle
/// of their places; the ends to 0 and 1 (as scikit-learn's QuantileTransformer).
struct Quantiles {
    std::string column;
    bool normal = false;
    std::vector<double> quantiles;
    std::string learnt;

    ColumnType type() const { return ColumnType::Number; }
    double share(double x) const;
    ColumnOutput apply(const ColumnPtr& from) const {
        return {{mappedNumbers(*from,
                               [this](double x) {
                                   const double p = share(x);
                                   return normal ? normalQuantile(std::clamp(p, kEdge, 1 - kEdge)) : p;
                               })},
                {}};
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Quantiles, column, normal, quantiles, learnt)

double Quantiles::share(double x) const {
    // A constant column has no places to go by: its value is in the middle.
    if (quantiles.empty()) return 0.5;
    if (quantiles.front() == quantiles.back()) return x < quantiles.front() ? 0.0 : x > quantiles.front() ? 1.0 : 0.5;
    if (x <= quantiles.front()) return 0;
    if (x >= quantiles.back()) return 1;
    const auto [first, last] = std::equal_range(quantiles.begin(), quantiles.end(), x);
    const auto steps = static_cast<double>(quantiles.size() - 1);
    const auto place = static_cast<double>(first - quantiles.begin());
    if (first != last) return (place + static_cast<double>(last - quantiles.begin() - 1)) / 2 / steps;
    const double below = *(first - 1), above = *first;
    // Halves: the difference of two doubles may be none.
    return (place - 1 + (x / 2 - below / 2) / (above / 2 - below / 2)) / steps;
}

class QuantileStep final : public Step {
public:
    explicit QuantileStep(const Params& params)
        : m_columns(params.text("columns")),
          m_normal(params.text("output") == "normal"),
          m_count(static_cast<std::size_t>(params.integer("quantiles"))) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        auto columns = learnColumns(table, chosen, context, [&](const Column& column) { return learn(column); });
        for (const Quantiles& column : columns)
            if (table.rows() > 0 && (column.quantiles.empty() || column.quantiles.front() == column.quantiles.back()))
                warnOfConstant(column.column, m_normal ? "it becomes 0" : "it becomes 0.5", notes);
        return std::make_shared<ColumnwiseStep<Quantiles>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Quantiles>::load(state, kId);
    }

private:
    Quantiles learn(const Column& column) const {
        Quantiles learnt{.column = column.name(), .normal = m_normal};
        std::vector<double> sorted = presentNumbers(column);
        std::sort(sorted.begin(), sorted.end());
        const std::size_t count = std::min(m_count, sorted.size());
        for (std::size_t i = 0; i < count; ++i)
            learnt.quantiles.push_back(
                quantileOfSorted(sorted, count == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(count - 1)));
        learnt.learnt = column.name() + ": ";
        learnt.learnt += sorted.empty() ? "every training row is missing"
                                        : formatCount(static_cast<std::int64_t>(count)) + " quantiles from " +
                                              formatNumber(sorted.front()) + " to " + formatNumber(sorted.back());
        return learnt;
    }

    std::string m_columns;
    bool m_normal;
    std::size_t m_count;
};

}  // namespace

StepInfo quantileStep() {
    return {.id = kId,
            .label = "Quantile transform",
            .group = StepGroup::Numbers,
            .sentence =
                "Replaces each number by its rank among the training rows, spread evenly from 0 to 1 or as a normal "
                "distribution. Outliers lose their weight; distances between values lose their meaning.",
            .params = kSpecs,
            .make = makeStep<QuantileStep>};
}

}  // namespace holdout
