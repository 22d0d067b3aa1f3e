// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "missing-indicator";

const ParamSpec kSpecs[] = {
    columnsSpec("Which columns to look at. Those without a missing cell in the training rows get no indicator.", "all"),
};

/// A column that gets a 0/1 column beside it, named "age (missing)".
struct Indicated {
    static constexpr bool keepsUnits = true;
    std::string column;
    std::string typeName;
    std::string learnt;

    ColumnType type() const { return columnTypeFromName(typeName); }
    ColumnOutput apply(const ColumnPtr& from) const {
        std::vector<double> values(from->rows());
        for (std::size_t row = 0; row < values.size(); ++row) values[row] = from->isMissing(row) ? 1 : 0;
        return {{from, Column::numbers(column + " (missing)", std::move(values))}, {}};
    }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Indicated, column, typeName, learnt)

class MissingIndicator final : public Step {
public:
    explicit MissingIndicator(const Params& params) : m_columns(params.text("columns")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes, JobContext&) const override {
        const Table& table = training.table;
        std::vector<Indicated> columns;
        for (const std::size_t i : chosenColumns(table, m_columns, kId)) {
            const Column& column = table.column(i);
            const std::size_t missing = column.missing().count();
            if (missing == 0) continue;
            if (missing == table.rows()) warnOfConstant(column.name(), "all are missing, its indicator is 1", notes);
            columns.push_back({column.name(), std::string(columnTypeName(column.type())),
                               column.name() + ": " + formatCount(static_cast<std::int64_t>(missing)) + " of " +
                                   formatCount(static_cast<std::int64_t>(table.rows())) + " cells missing"});
        }
        return std::make_shared<ColumnwiseStep<Indicated>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Indicated>::load(state, kId);
    }

private:
    std::string m_columns;
};

}  // namespace

StepInfo missingIndicatorStep() {
    return {.id = kId,
            .label = "Mark missing cells",
            .group = StepGroup::Missing,
            .sentence =
                "Adds a 0/1 column beside each column that has missing cells in the training rows: that a value is "
                "missing can tell as much as the value. Put it before the step that fills them.",
            .params = kSpecs,
            .make = makeStep<MissingIndicator>};
}

}  // namespace holdout
