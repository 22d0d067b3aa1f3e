// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/recipe.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "base/format.h"
#include "prepare/recipe_fresh_rows.h"
#include "prepare/step_columns.h"

namespace holdout {
namespace {

/// Says which step a problem arose in, unless the problem says so itself.
[[noreturn]] void rethrowFrom(const Error& error, const std::string& step) {
    if (error.problem().find(step) != std::string::npos) throw error;
    throw Error(step + ": " + error.problem(), error.place(), error.remedy());
}

RowIds sortedRows(const RowIds& rows) {
    RowIds sorted = rows;
    if (!std::is_sorted(sorted.begin(), sorted.end())) std::sort(sorted.begin(), sorted.end());
    return sorted;
}

/// Warns of categories that are left to the model and that no training row has.
void warnOfUnknown(const Table& table, const FeatureLevels& levels, StepNotes& notes) {
    // Each column makes one feature: only tables without pictures and sparse columns leave categories to be seen here.
    if (table.columnCount() != levels.size()) return;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const Column& column = table.column(i);
        if (column.type() != ColumnType::Category) continue;
        const std::unordered_set<std::string_view> known(levels[i].begin(), levels[i].end());
        std::vector<std::size_t> unseen(column.levels().size());
        for (std::size_t row = 0; row < column.rows(); ++row)
            if (!column.isMissing(row)) ++unseen[column.codes()[row]];
        for (std::size_t code = 0; code < unseen.size(); ++code)
            if (known.contains(column.levels()[code])) unseen[code] = 0;
        warnOfUnseen(column, unseen, "the model takes the cell as missing", notes.warnings);
    }
}

/// Keeps what a model that trains by epochs needs of augmenting steps.
class FreshRowsMaker {
public:
    /// To be called for each step before it acts on `training`.
    void see(const std::shared_ptr<const FittedStep>& fitted, const TrainingFrame& training) {
        if (m_steps.empty() && !fitted->augmentation()) return;
        if (m_steps.empty()) m_base = training;
        m_steps.push_back(fitted);
    }
    /// Takes the added rows out of `training`, and makes what yields others. Null when no step added any.
    std::shared_ptr<const FreshRows> take(TrainingFrame& training) {
        if (m_steps.empty()) return nullptr;
        std::vector<std::uint32_t> own(training.rows.size() - training.added);
        std::iota(own.begin(), own.end(), 0U);
        training = training.gather(own);
        return std::make_shared<const RecipeFreshRows>(std::move(m_base), std::move(m_steps), training.positions);
    }

private:
    TrainingFrame m_base;
    std::vector<std::shared_ptr<const FittedStep>> m_steps;
};

}  // namespace

FittedRecipe::FittedRecipe(std::vector<Part> parts, std::vector<std::string> inputs, std::vector<ColumnType> inputTypes,
                           std::vector<StepRecord> records, RawCells raw, std::shared_ptr<const FeatureLevels> levels)
    : m_parts(std::move(parts)),
      m_inputs(std::move(inputs)),
      m_inputTypes(std::move(inputTypes)),
      m_records(std::move(records)),
      m_raw(raw),
      m_levels(std::move(levels)) {
}

Table FittedRecipe::aligned(const Table& table, StepNotes& notes) const {
    std::vector<ColumnPtr> columns;
    columns.reserve(m_inputs.size());
    for (std::size_t i = 0; i < m_inputs.size(); ++i) {
        const auto index = table.indexOf(m_inputs[i]);
        if (!index)
            throw Error("This column was there in training and is not in these rows.", {.column = m_inputs[i]},
                        "Add it, with missing cells where nothing is known.");
        ColumnPtr column = table.columnPtr(*index);
        if (column->type() != m_inputTypes[i]) {
            std::size_t lost = 0;
            column = retyped(column, m_inputTypes[i], lost);
            if (lost > 0)
                addOnce(notes.warnings, {formatCount(static_cast<std::int64_t>(lost)) + " cells are not of type " +
                                             std::string(columnTypeName(m_inputTypes[i])) +
                                             ", as they were in training; they count as missing.",
                                         {.column = m_inputs[i]}});
        }
        columns.push_back(std::move(column));
    }
    return {std::move(columns), table.rows()};
}

Table FittedRecipe::applyFirst(const Table& table, std::size_t count, StepNotes& notes) const {
    Table result = aligned(table, notes);
    for (std::size_t i = 0; i < std::min(count, m_parts.size()); ++i) {
        try {
            result = m_parts[i].fitted->apply(result, notes);
        } catch (const Error& error) {
            rethrowFrom(error, m_parts[i].spec.id);
        }
    }
    return result;
}

Features FittedRecipe::apply(const Table& table, StepNotes& notes) const {
    const Table made = applyFirst(table, m_parts.size(), notes);
    if (m_levels) warnOfUnknown(made, *m_levels, notes);
    return toFeatures(made, m_raw, m_levels);
}

Recipe::Recipe(const std::vector<StepSpec>& specs, const StepRegistry& steps) {
    for (const StepSpec& spec : specs) {
        const StepInfo& info = steps.require(spec.id);
        const Params params(info.params, spec.params, info.id);
        if (spec.enabled) m_parts.push_back({spec, info.make(params)});
    }
}

RecipeFit Recipe::fit(TrainingFrame training, JobContext& context, AugmentRows augment, RawCells raw) const {
    std::vector<std::string> inputs;
    std::vector<ColumnType> types;
    for (const ColumnPtr& column : training.table.columns()) {
        inputs.push_back(column->name());
        types.push_back(column->type());
    }
    StepNotes notes;
    std::vector<FittedRecipe::Part> fittedParts;
    std::vector<StepRecord> records;
    FreshRowsMaker fresh;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        context.throwIfStopped();
        const Part& part = m_parts[i];
        try {
            JobContext stepContext = context.derive("step", i);
            auto fitted = part.step->fit(training, notes, stepContext);
            records.push_back({part.spec.id, sortedRows(training.rows), fitted->learnt()});
            if (augment == AugmentRows::EachEpoch) fresh.see(fitted, training);
            const bool hadRows = training.table.rows() > 0;
            training = fitted->applyToTraining(std::move(training), notes);
            if (hadRows && training.table.rows() == 0)
                throw Error("The step leaves no training row.", {},
                            "Choose fewer columns for it, or impute missing cells instead.");
            fittedParts.push_back({part.spec, std::move(fitted)});
        } catch (const Error& error) {
            rethrowFrom(error, part.spec.id);
        }
    }
    std::shared_ptr<const FreshRows> freshRows = fresh.take(training);
    Features features = toFeatures(training.table, raw);
    features.fresh = std::move(freshRows);
    auto recipe = std::make_shared<const FittedRecipe>(std::move(fittedParts), std::move(inputs), std::move(types),
                                                       std::move(records), raw, features.levels);
    return {std::move(recipe), std::move(training), std::move(features), std::move(notes)};
}

std::vector<StepSpec> suggestedRecipe(const Table& features) {
    bool numbers = false, categories = false, numbersMissing = false, categoriesMissing = false;
    bool texts = false, images = false;
    for (const ColumnPtr& column : features.columns()) {
        if (column->type() == ColumnType::Number) {
            numbers = true;
            numbersMissing |= column->missing().any();
        } else if (column->type() == ColumnType::Category) {
            categories = true;
            categoriesMissing |= column->missing().any();
        }
        texts |= column->type() == ColumnType::Text;
        images |= column->type() == ColumnType::Image;
    }
    std::vector<StepSpec> steps;
    const auto add = [&steps](std::string_view id, std::vector<std::pair<std::string_view, std::string>> values) {
        StepSpec spec{.id = std::string(id)};
        for (auto& [name, value] : values) spec.params.set(name, std::move(value));
        steps.push_back(std::move(spec));
    };
    if (numbersMissing) add("impute", {{"columns", "numbers"}, {"with", "median"}});
    if (categoriesMissing) add("impute", {{"columns", "categories"}, {"with", "most-frequent"}});
    if (numbers) add("standardize", {});
    if (categories) add("one-hot", {});
    if (texts) add("tf-idf", {});
    if (images) add("image", {});
    return steps;
}

}  // namespace holdout
