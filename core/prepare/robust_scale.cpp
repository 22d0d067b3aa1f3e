// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/normal_distribution.h"
#include "base/quantile.h"
#include "prepare/affine_scale.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "robust-scale";

constexpr RealRange kShare{.low = 0, .high = 1, .lowOpen = true, .highOpen = true};

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to scale. After one-hot, numbers takes in the indicator columns too.", "numbers"),
    {.id = "center",
     .label = "Centre at the median",
     .help = "Subtracts the median of the training rows, so that half of them lie below 0.",
     .fallback = true,
     .rule = AnyBool{}},
    {.id = "low",
     .label = "Lower quantile",
     .help = "Where the range that becomes 1 wide begins: 0.25 is the first quartile.",
     .fallback = 0.25,
     .rule = kShare,
     .usual = {{0.01, 0.45}}},
    {.id = "high",
     .label = "Upper quantile",
     .help = "Where the range that becomes 1 wide ends: 0.75 is the third quartile. Must be above the lower one.",
     .fallback = 0.75,
     .rule = kShare,
     .usual = {{0.55, 0.99}}},
    {.id = "unit_variance",
     .label = "Normal data to variance 1",
     .help = "Scales further, by a constant, so that a normally distributed column gets standard deviation 1.",
     .fallback = false,
     .rule = AnyBool{}},
};

/// (x - median) / (upper quantile - lower quantile), as in Huber and Ronchetti (2009), Robust Statistics, chapter 5;
/// the parameters are those of scikit-learn's RobustScaler.
class RobustScale final : public Step {
public:
    explicit RobustScale(const Params& params)
        : m_columns(params.text("columns")),
          m_center(params.flag("center")),
          m_low(params.real("low")),
          m_high(params.real("high")) {
        if (m_low >= m_high)
            throw Error("high of robust-scale must be above low (" + formatNumber(m_low) + "), but is " +
                            formatNumber(m_high) + ".",
                        {.parameter = "high"}, "The quartiles are 0.25 and 0.75.");
        if (params.flag("unit_variance")) m_normalRange = normalQuantile(m_high) - normalQuantile(m_low);
    }

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        std::vector<Learnt> learnt =
            learnColumns(table, chosen, context, [&](const Column& column) { return learn(column); });
        std::vector<AffineColumn> columns;
        for (Learnt& column : learnt) {
            if (column.narrow && table.rows() > 0)
                addOnce(notes.warnings,
                        {"The lower and the upper quantile of the training rows are the same here: the column is " +
                             std::string(m_center ? "centred" : "left as it is") +
                             ", not scaled. Standardize scales any column that is not constant.",
                         {.column = column.scale.name}});
            columns.push_back(std::move(column.scale));
        }
        return std::make_shared<AffineScale>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return AffineScale::load(state, kId);
    }

private:
    struct Learnt {
        AffineColumn scale;
        bool narrow = false;  ///< no range between the quantiles
    };

    Learnt learn(const Column& column) const {
        std::vector<double> sorted = presentNumbers(column);
        if (sorted.empty())
            return {{.name = column.name(), .learnt = column.name() + ": every training row is missing"}, true};
        std::sort(sorted.begin(), sorted.end());
        const double unit = differenceUnit(std::max(std::abs(sorted.front()), std::abs(sorted.back())));
        const double median = quantileOfSorted(sorted, 0.5);
        const double low = quantileOfSorted(sorted, m_low), high = quantileOfSorted(sorted, m_high);
        const double factor = m_normalRange / (high * unit - low * unit);
        // A range so small that its inverse overflows is none either.
        const bool narrow = !std::isfinite(factor);
        return {{.name = column.name(),
                 .center = m_center ? median : 0.0,
                 .factor = narrow ? 1.0 / unit : factor,
                 .unit = unit,
                 .learnt = column.name() + ": median " + formatNumber(median) + ", quantiles " + formatNumber(low) +
                           " and " + formatNumber(high)},
                narrow};
    }

    std::string m_columns;
    bool m_center;
    double m_low;
    double m_high;
    double m_normalRange = 1;
};

}  // namespace

StepInfo robustScaleStep() {
    return {.id = kId,
            .label = "Scale robustly",
            .group = StepGroup::Numbers,
            .sentence =
                "Shifts numbers by their median and divides by the width of their middle half: as standardize, but a "
                "few extreme values hardly matter.",
            .params = kSpecs,
            .make = makeStep<RobustScale>};
}

}  // namespace holdout
