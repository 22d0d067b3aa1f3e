// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/prepared_fold.h"

#include <algorithm>
#include <chrono>

namespace holdout {
namespace {

std::vector<LedgerEntry> checkedLedger(const FittedRecipe& recipe, const RowIds& testRows) {
    std::vector<LedgerEntry> ledger;
    for (const StepRecord& record : recipe.records()) {
        RowIds leaked;
        std::set_intersection(record.rowsSeen.begin(), record.rowsSeen.end(), testRows.begin(), testRows.end(),
                              std::back_inserter(leaked));
        if (!leaked.empty())
            throw Error("The step " + record.step + " saw " + std::to_string(leaked.size()) + " held-out rows.",
                        {.row = leaked.front() + 1}, "This is a fault of the program: no score of this run can be trusted.");
        ledger.push_back({record.step, static_cast<std::int64_t>(record.rowsSeen.size()), 0, record.learnt});
    }
    return ledger;
}

}  // namespace

Eigen::VectorXd weightsAt(const Eigen::VectorXd& weights, const std::vector<std::uint32_t>& positions) {
    if (weights.size() == 0) return {};
    Eigen::VectorXd result(static_cast<Eigen::Index>(positions.size()));
    for (std::size_t i = 0; i < positions.size(); ++i) result[static_cast<Eigen::Index>(i)] = weights[positions[i]];
    return result;
}

RowIds rowsAt(const Dataset& data, const std::vector<std::uint32_t>& positions) {
    RowIds rows(positions.size());
    std::transform(positions.begin(), positions.end(), rows.begin(), [&](std::uint32_t p) { return data.rows[p]; });
    return rows;
}

AugmentRows augmentRowsFor(const ModelInfo* model) {
    return model && model->can.freshRows ? AugmentRows::EachEpoch : AugmentRows::Once;
}

RawCells rawCellsOf(const ModelInfo* model) {
    return model ? model->can.raw : RawCells{};
}

void refuseNewWeights(const ModelInfo& model, const Eigen::VectorXd& weights, const Eigen::VectorXd& given) {
    if (weights.size() == 0 || given.size() > 0 || model.can.weights) return;
    throw Error("The recipe gives rows weights, and " + std::string(model.label) + " cannot take them.", {},
                "Choose another way of adding rows than mixup of classes, or another model.");
}

PreparedFold prepareFold(const Dataset& data, const Recipe& recipe, const ModelInfo* model, const Fold& fold,
                         JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    context.throwIfStopped();  // here and below: of a million rows each of these pieces takes tens of milliseconds
    PreparedFold prepared;
    prepared.testRows = rowsAt(data, fold.test);
    prepared.testTarget = data.target.gather(fold.test);
    prepared.testWeights = weightsAt(data.weights, fold.test);
    try {
        TrainingFrame training{data.features.gather(fold.train), data.target.gather(fold.train),
                               weightsAt(data.weights, fold.train), rowsAt(data, fold.train)};
        context.throwIfStopped();
        RecipeFit fit = recipe.fit(std::move(training), context, augmentRowsFor(model), rawCellsOf(model));
        context.throwIfStopped();
        StepNotes notes = std::move(fit.notes);
        prepared.testFeatures = fit.recipe->apply(data.features.gather(fold.test), notes);
        context.throwIfStopped();
        prepared.ledger = checkedLedger(*fit.recipe, prepared.testRows);
        prepared.trainFeatures = std::move(fit.features);
        if (model) {
            refuseNewWeights(*model, fit.training.weights, data.weights);
            prepared.trainFeatures = model->accepted(std::move(prepared.trainFeatures));
            prepared.testFeatures = model->accepted(std::move(prepared.testFeatures));
        }
        prepared.trainTarget = std::move(fit.training.target);
        prepared.trainRows = prepared.trainTarget.size();
        prepared.trainWeights = std::move(fit.training.weights);
        prepared.warnings = std::move(notes.warnings);
    } catch (const Error& error) {
        prepared.error = error;
    }
    prepared.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return prepared;
}

}  // namespace holdout
