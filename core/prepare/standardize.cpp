// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/affine_scale.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "standardize";

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help =
         "Which number columns to scale. After one-hot, numbers takes in the indicator columns too; put standardize "
         "before one-hot to keep them 0 and 1.",
     .fallback = std::string("numbers"),
     .rule = ColumnChoice{}},
};

class Standardize final : public Step {
public:
    explicit Standardize(const Params& params) : m_columns(params.text("columns")) {}

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
            // A spread so small that its inverse overflows is none either.
            const double unit = differenceUnit(moments);
            const double factor = 1.0 / (moments.sd * unit);
            constant[i] = moments.constant || !std::isfinite(factor);
            columns[i] = {.name = column.name(),
                          .center = moments.mean,
                          .factor = constant[i] ? 1.0 / unit : factor,
                          .unit = unit,
                          .learnt = column.name() + ": mean " + formatNumber(moments.mean) + ", sd " +
                                    formatNumber(constant[i] ? 0.0 : moments.sd)};
        });
        for (std::size_t i = 0; i < chosen.size(); ++i)
            if (constant[i] && table.rows() > 0)
                addOnce(notes.warnings,
                        {"Every training row has the same value here: the column is centred, not scaled, and "
                         "tells a model nothing.",
                         {.column = columns[i].name}});
        return std::make_shared<AffineScale>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return AffineScale::load(state, kId);
    }

private:
    std::string m_columns;
};

}  // namespace

StepInfo standardizeStep() {
    return {.id = kId,
            .label = "Standardize",
            .group = StepGroup::Numbers,
            .sentence =
                "Shifts and scales numbers so that each column has mean 0 and standard deviation 1 over the training "
                "rows: penalties and distances then treat all columns alike.",
            .params = kSpecs,
            .make = [](const Params& params) -> std::unique_ptr<const Step> {
                return std::make_unique<Standardize>(params);
            }};
}

}  // namespace holdout
