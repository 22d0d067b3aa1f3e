// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/affine_scale.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "min-max";

/// Far beyond any use, and far enough within a double that high - low is one.
constexpr RealRange kEnds{.low = -1e12, .high = 1e12};

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help = "Which number columns to scale.",
     .fallback = std::string("numbers"),
     .rule = ColumnChoice{}},
    {.id = "low",
     .label = "Low",
     .help = "What the smallest training value becomes.",
     .fallback = 0.0,
     .rule = kEnds,
     .usual = {{-1, 0}}},
    {.id = "high",
     .label = "High",
     .help = "What the largest training value becomes. Must be above low.",
     .fallback = 1.0,
     .rule = kEnds,
     .usual = {{1, 10}}},
};

class MinMax final : public Step {
public:
    explicit MinMax(const Params& params)
        : m_columns(params.text("columns")), m_low(params.real("low")), m_high(params.real("high")) {
        if (m_low >= m_high)
            throw Error(
                "high of min-max must be above low (" + formatNumber(m_low) + "), but is " + formatNumber(m_high) + ".",
                {.parameter = "high"}, "The default range is 0 to 1.");
    }

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const std::vector<std::size_t> chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        std::vector<AffineColumn> columns(chosen.size());
        std::vector<char> constant(chosen.size());
        forEachColumn(chosen.size(), table.rows(), [&](std::size_t i) {
            context.throwIfStopped();
            const Column& column = table.column(chosen[i]);
            const Moments moments = momentsOf(column);
            const double unit = differenceUnit(moments);
            const double factor = (m_high - m_low) / (moments.max * unit - moments.min * unit);
            // A range so small that the factor overflows is none either.
            constant[i] = moments.min == moments.max || !std::isfinite(factor);
            columns[i] = {
                .name = column.name(),
                .center = moments.min,
                .factor = constant[i] ? 1.0 / unit : factor,
                .offset = m_low,
                .unit = unit,
                .learnt = column.name() + ": " + formatNumber(moments.min) + " to " + formatNumber(moments.max)};
        });
        for (std::size_t i = 0; i < chosen.size(); ++i)
            if (constant[i] && table.rows() > 0)
                addOnce(notes.warnings, {"Every training row has the same value here: it becomes " +
                                             formatNumber(m_low) + ", and the column tells a model nothing.",
                                         {.column = columns[i].name}});
        return std::make_shared<AffineScale>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return AffineScale::load(state, kId);
    }

private:
    std::string m_columns;
    double m_low;
    double m_high;
};

}  // namespace

StepInfo minMaxStep() {
    return {
        .id = kId,
        .label = "Scale to a range",
        .group = StepGroup::Numbers,
        .sentence =
            "Scales numbers so that each column runs from low to high over the training rows. Held-out rows may "
            "fall outside; one extreme value squeezes all others together.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Step> { return std::make_unique<MinMax>(params); }};
}

}  // namespace holdout
