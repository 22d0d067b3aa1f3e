// SPDX-License-Identifier: GPL-3.0-or-later
// Three things to do about outliers, which all have the same limits: clip, drop and flag.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "prepare/builtin_steps.h"
#include "prepare/columnwise.h"
#include "prepare/outlier_limits.h"
#include "prepare/row_filter.h"

namespace holdout {
namespace {

const std::array<ParamSpec, 5> kSpecs = outlierSpecs();

struct Clipped {
    static constexpr bool keepsUnits = true;
    std::string column;
    double low = 0;
    double high = 0;
    std::string learnt;

    ColumnType type() const { return ColumnType::Number; }
    ColumnOutput apply(const ColumnPtr& from) const {
        return {{mappedNumbers(*from, [this](double x) { return std::clamp(x, low, high); })}, {}};
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Clipped, column, low, high, learnt)

/// A column that gets a 0/1 column beside it, named "age (outlier)".
struct Flagged {
    static constexpr bool keepsUnits = true;
    std::string column;
    double low = 0;
    double high = 0;
    std::string learnt;

    ColumnType type() const { return ColumnType::Number; }
    ColumnOutput apply(const ColumnPtr& from) const {
        std::vector<double> values(from->rows());
        for (std::size_t row = 0; row < values.size(); ++row)
            values[row] = !from->isMissing(row) && (from->numbers()[row] < low || from->numbers()[row] > high) ? 1 : 0;
        return {{from, Column::numbers(column + " (outlier)", std::move(values))}, {}};
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Flagged, column, low, high, learnt)

template <typename Learnt>
Learnt learntFrom(const OutlierLimits& limits) {
    return {limits.column, limits.low, limits.high, limits.sentence()};
}

class ClipOutliers final : public Step {
public:
    static constexpr std::string_view id = "clip-outliers";
    explicit ClipOutliers(const Params& params) : m_rule(params) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        std::vector<Clipped> columns;
        for (const OutlierLimits& limits : m_rule.learn(training.table, id, notes, context))
            columns.push_back(learntFrom<Clipped>(limits));
        return std::make_shared<ColumnwiseStep<Clipped>>(std::move(columns), id);
    }
    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Clipped>::load(state, id);
    }

private:
    OutlierRule m_rule;
};

class FlagOutliers final : public Step {
public:
    static constexpr std::string_view id = "flag-outliers";
    explicit FlagOutliers(const Params& params) : m_rule(params) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        std::vector<Flagged> columns;
        for (const OutlierLimits& limits : m_rule.learn(training.table, id, notes, context))
            // A flag that no training row has is a constant: no model can learn from it.
            if (limits.outside > 0) columns.push_back(learntFrom<Flagged>(limits));
        return std::make_shared<ColumnwiseStep<Flagged>>(std::move(columns), id);
    }
    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Flagged>::load(state, id);
    }

private:
    OutlierRule m_rule;
};

class DropOutliers final : public Step {
public:
    static constexpr std::string_view id = "drop-outliers";
    explicit DropOutliers(const Params& params) : m_rule(params) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        std::vector<OutlierLimits> limits = m_rule.learn(table, id, notes, context);
        std::erase_if(limits, [](const OutlierLimits& column) { return column.outside == 0; });
        std::vector<char> out(table.rows());
        std::string why = "a cell is an outlier";
        for (const OutlierLimits& column : limits) {
            const Column& cells = table.column(*table.indexOf(column.column));
            for (std::size_t row = 0; row < out.size(); ++row)
                if (!cells.isMissing(row) && column.isOutlier(cells.numbers()[row])) out[row] = 1;
            why += (&column == &limits.front() ? " (" : "; ") + column.sentence();
        }
        if (!limits.empty()) why += ")";
        std::vector<std::uint32_t> kept;
        for (std::uint32_t row = 0; row < out.size(); ++row)
            if (!out[row]) kept.push_back(row);
        std::string sentence = removedSentence(table.rows(), kept.size(), why);
        return std::make_shared<RowFilter>(std::move(kept), std::move(sentence));
    }
    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return RowFilter::load(state);
    }

private:
    OutlierRule m_rule;
};

}  // namespace

StepInfo clipOutliersStep() {
    return {.id = ClipOutliers::id,
            .label = "Clip outliers",
            .group = StepGroup::Rows,
            .sentence =
                "Moves each number that lies too far out to the nearest value that does not, by limits learnt from the "
                "training rows. Held-out rows are clipped at the same limits.",
            .params = kSpecs,
            .make = makeStep<ClipOutliers>};
}

StepInfo dropOutliersStep() {
    return {.id = DropOutliers::id,
            .label = "Drop outliers",
            .group = StepGroup::Rows,
            .sentence =
                "Leaves training rows with a number that lies too far out out of training. Held-out rows are never "
                "removed: every one of them is scored as it is.",
            .params = kSpecs,
            .make = makeStep<DropOutliers>};
}

StepInfo flagOutliersStep() {
    return {.id = FlagOutliers::id,
            .label = "Mark outliers",
            .group = StepGroup::Rows,
            .sentence =
                "Adds a 0/1 column beside each number column that has values too far out in the training rows, and "
                "leaves the values alone.",
            .params = kSpecs,
            .make = makeStep<FlagOutliers>};
}

}  // namespace holdout
