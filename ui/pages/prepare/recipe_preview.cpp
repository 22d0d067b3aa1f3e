// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/recipe_preview.h"

#include <limits>
#include <numeric>

namespace holdout {

namespace {

TrainingFrame trainingOf(const Dataset& data, const ExperimentSpec& spec, const Catalog& catalog, std::size_t most) {
    Warnings ignored;  // of the split: Evaluate tells them
    const std::vector<Fold> folds = makeFolds(spec.validate, catalog.splits, data, Seed(spec.seed), ignored);
    std::vector<std::uint32_t> train = folds.front().train;
    if (train.size() > most) {
        for (std::size_t i = 0; i < most; ++i) train[i] = train[i * train.size() / most];
        train.resize(most);
    }
    RowIds ids;
    for (const std::uint32_t position : train) ids.push_back(data.rows[position]);
    Eigen::VectorXd weights;
    if (data.weights.size() > 0) {
        weights.resize(static_cast<Eigen::Index>(train.size()));
        for (std::size_t i = 0; i < train.size(); ++i) weights[static_cast<Eigen::Index>(i)] = data.weights[train[i]];
    }
    return {data.features.gather(train), data.target.gather(train), std::move(weights), std::move(ids)};
}

}  // namespace

TrainingFrame firstFoldTraining(const Table& table, const ExperimentSpec& spec, const Catalog& catalog, std::size_t most) {
    return trainingOf(makeDataset(table, spec.data.roles, spec.data.task), spec, catalog, most);
}

RecipePreview previewRecipe(const Table& table, const ExperimentSpec& spec, std::size_t step, const Catalog& catalog,
                            JobContext& context, std::size_t rows) {
    const Dataset data = makeDataset(table, spec.data.roles, spec.data.task);
    context.throwIfStopped();
    RecipePreview preview;
    TrainingFrame frame = trainingOf(data, spec, catalog, std::numeric_limits<std::size_t>::max());
    preview.trainingRows = static_cast<std::int64_t>(frame.rows.size());

    RowIds first(std::min(rows, data.size()));
    std::iota(first.begin(), first.end(), 0U);
    Table shown = data.features.gather(first);
    StepNotes notes;
    for (std::size_t i = 0; i <= step && i < spec.pipeline.prepare.size(); ++i) {
        const StepSpec& part = spec.pipeline.prepare[i];
        preview.before = shown;
        preview.learnt.clear();
        preview.rowsDropped = 0;
        if (!part.enabled) continue;
        const StepInfo& info = catalog.steps.require(part.id);
        const auto fitted = info.make(Params(info.params, part.params, part.id))->fit(frame, notes, context);
        context.throwIfStopped();
        shown = fitted->apply(shown, notes);
        const std::size_t had = frame.table.rows();
        frame = fitted->applyToTraining(std::move(frame), notes);
        preview.rowsDropped = static_cast<std::int64_t>(had - frame.table.rows());
        preview.learnt = fitted->learnt();
    }
    if (spec.pipeline.prepare.empty()) preview.before = shown;
    preview.after = shown;
    preview.warnings = notes.warnings;
    return preview;
}

}  // namespace holdout
