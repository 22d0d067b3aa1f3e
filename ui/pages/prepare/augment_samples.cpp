// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/augment_samples.h"

#include <algorithm>

#include "pages/prepare/recipe_preview.h"
#include "prepare/augmentation.h"
#include "prepare/step_columns.h"

namespace holdout {

namespace {

/// Rows that the steps before are fitted on, and of those the ones that are shown.
constexpr std::size_t fittedRows = 400, mixedRows = 2000;
constexpr std::size_t shownImages = 6, shownTexts = 5;
constexpr std::int64_t imageDraws = 6, textDraws = 2;

AugmentSamples::Kind kindOf(const std::string& id) {
    return id == "augment-image" ? AugmentSamples::Kind::Images : id == "augment-text" ? AugmentSamples::Kind::Texts : AugmentSamples::Kind::Rows;
}

/// The columns of the step's choice that it changes.
std::vector<std::size_t> changedColumns(const Table& table, const StepSpec& spec, AugmentSamples::Kind kind, const Catalog& catalog) {
    const StepInfo& info = catalog.steps.require(spec.id);
    const auto choice = std::get<std::string>(valueOrFallback(info.params, spec.params, "columns"));
    if (kind == AugmentSamples::Kind::Images) return chosenColumnsOf(table, choice, spec.id, {ColumnType::Image});
    if (kind == AugmentSamples::Kind::Texts) return chosenColumnsOf(table, choice, spec.id, {ColumnType::Text});
    std::vector<std::size_t> columns = chosenColumnsOf(table, choice, spec.id, {ColumnType::Number, ColumnType::Category});
    std::erase_if(columns, [&](std::size_t i) { return table.column(i).type() != ColumnType::Number; });
    return columns;
}

std::shared_ptr<const FittedStep> fitted(const StepSpec& spec, const TrainingFrame& frame, const Catalog& catalog, JobContext& context) {
    const StepInfo& info = catalog.steps.require(spec.id);
    StepNotes ignored;  // the preview of that step tells them
    return info.make(Params(info.params, spec.params, spec.id))->fit(frame, ignored, context);
}

/// Evenly spread: files are often sorted by class.
TrainingFrame someRows(const TrainingFrame& frame, std::size_t most) {
    std::vector<std::uint32_t> positions(std::min(most, frame.rows.size()));
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::uint32_t>((2 * i + 1) * frame.rows.size() / (2 * positions.size()));
    return frame.gather(positions);
}

/// One copy of each row a draw: several draws are shown beside each other.
StepSpec withOneCopy(StepSpec spec, const Catalog& catalog) {
    const StepInfo& info = catalog.steps.require(spec.id);
    if (findSpec(info.params, "copies") && std::get<std::int64_t>(valueOrFallback(info.params, spec.params, "copies")) > 1)
        spec.params.set("copies", std::int64_t{1});
    return spec;
}

}  // namespace

bool isAugmenting(const ExperimentSpec& spec, std::size_t step, const Catalog& catalog) {
    if (step >= spec.pipeline.prepare.size()) return false;
    const StepInfo* info = catalog.steps.find(spec.pipeline.prepare[step].id);
    return info && info->group == StepGroup::Augment;
}

AugmentSamples sampleAugmentation(const Table& table, const ExperimentSpec& spec, std::size_t step, std::int64_t draw,
                                  const Catalog& catalog, JobContext& context) {
    const StepSpec& own = spec.pipeline.prepare[step];
    AugmentSamples samples{.kind = kindOf(own.id), .before = {}, .draws = {}, .columns = {}};
    const bool isRows = samples.kind == AugmentSamples::Kind::Rows;
    TrainingFrame frame = firstFoldTraining(table, spec, catalog, isRows ? mixedRows : fittedRows);
    for (std::size_t i = 0; i < step; ++i) {
        const StepSpec& part = spec.pipeline.prepare[i];
        if (!part.enabled || isAugmenting(spec, i, catalog)) continue;
        context.throwIfStopped();
        JobContext inner = context.derive("step", i);
        StepNotes ignored;
        frame = fitted(part, frame, catalog, inner)->applyToTraining(std::move(frame), ignored);
    }
    if (!isRows) frame = someRows(frame, samples.kind == AugmentSamples::Kind::Images ? shownImages : shownTexts);
    samples.columns = changedColumns(frame.table, own, samples.kind, catalog);
    JobContext gallery = context.derive("gallery");
    const auto augmenting = fitted(withOneCopy(own, catalog), frame, catalog, gallery);
    const std::int64_t draws = isRows ? 1 : samples.kind == AugmentSamples::Kind::Images ? imageDraws : textDraws;
    for (std::int64_t i = 0; i < draws; ++i) {
        context.throwIfStopped();
        samples.draws.push_back(augmenting->augmentation()->added(frame, draw * draws + i, context));
    }
    samples.before = std::move(frame);
    return samples;
}

}  // namespace holdout
