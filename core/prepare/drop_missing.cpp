// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "prepare/builtin_steps.h"
#include "prepare/row_filter.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "drop-missing";

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help = "A training row is removed when a cell of these columns is missing.",
     .fallback = std::string("all"),
     .rule = ColumnChoice{}},
};

class DropMissing final : public Step {
public:
    explicit DropMissing(const Params& params) : m_columns(params.text("columns")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&, JobContext&) const override {
        const Table& table = training.table;
        std::vector<std::size_t> gappy = chosenColumns(table, m_columns, kId);
        std::erase_if(gappy, [&](std::size_t i) { return !table.column(i).missing().any(); });
        std::vector<std::uint32_t> kept;
        for (std::uint32_t row = 0; row < table.rows(); ++row)
            if (std::none_of(gappy.begin(), gappy.end(), [&](std::size_t i) { return table.column(i).isMissing(row); }))
                kept.push_back(row);
        std::string sentence = removedSentence(table.rows(), kept.size(), "a cell is missing");
        return std::make_shared<RowFilter>(std::move(kept), std::move(sentence));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return RowFilter::load(state);
    }

private:
    std::string m_columns;
};

}  // namespace

StepInfo dropMissingStep() {
    return {
        .id = kId,
        .label = "Drop incomplete rows",
        .group = StepGroup::Missing,
        .sentence =
            "Leaves training rows with missing cells out of training. Held-out rows are never removed: every one of "
            "them is scored, so an impute step has to follow where they may be incomplete.",
        .params = kSpecs,
        .make = [](const Params& params) -> std::unique_ptr<const Step> {
            return std::make_unique<DropMissing>(params);
        }};
}

}  // namespace holdout
