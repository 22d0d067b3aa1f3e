// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/fold_sharing.h"

#include <algorithm>

#include "model/feature_rows.h"

namespace holdout {
namespace {

RowCounts countsOf(const Fold& fold, std::size_t rows) {
    RowCounts counts(rows, 0);
    for (const std::uint32_t position : fold.train) ++counts[position];
    return counts;
}

}  // namespace

std::optional<CommonRows> commonRows(const Dataset& data, const std::vector<StepSpec>& prepare, const Recipe& recipe,
                                     const ModelInfo* model, JobContext& context) {
    const bool isPlain = std::none_of(prepare.begin(), prepare.end(), [](const auto& step) { return step.enabled; });
    // One fold too, so that a fold has the same bits whether others were evaluated before or with it.
    if (!isPlain || !model || !model->can.folds) return std::nullopt;
    try {
        JobContext recipeContext = context.derive("recipe");
        RecipeFit fit = recipe.fit({data.features, data.target, data.weights, data.rows}, recipeContext, AugmentRows::Once,
                                   rawCellsOf(model));
        return CommonRows{model->accepted(std::move(fit.features)), std::move(fit.notes.warnings)};
    } catch (const Error&) {
        return std::nullopt;
    }
}

PreparedFold heldOutRows(const Dataset& data, const CommonRows& common, const Fold& fold) {
    PreparedFold rows;
    rows.testFeatures = gatheredRows(common.features, fold.test);
    rows.testTarget = data.target.gather(fold.test);
    rows.testWeights = weightsAt(data.weights, fold.test);
    rows.testRows = rowsAt(data, fold.test);
    rows.trainRows = fold.train.size();
    rows.warnings = common.warnings;
    return rows;
}

std::vector<std::size_t> fitFoldsTogether(const Estimator& estimator, const std::vector<double>& values, const Dataset& data,
                                          const CommonRows& common, const std::vector<Fold>& folds, JobContext& context,
                                          const FittedFold& fitted) {
    std::vector<char> isFinished(folds.size(), false);
    try {
        std::vector<RowCounts> counts;
        for (const Fold& fold : folds) counts.push_back(countsOf(fold, data.size()));
        estimator.folds()->fitFolds({common.features, data.target, data.weights}, counts, values, context,
                                    [&](std::size_t f, const std::vector<std::shared_ptr<const Model>>& models) {
                                        fitted(f, models);
                                        isFinished[f] = true;
                                    });
    } catch (const Error&) {  // said again by the fold that it belongs to
    }
    std::vector<std::size_t> left;
    for (std::size_t f = 0; f < isFinished.size(); ++f)
        if (!isFinished[f]) left.push_back(f);
    return left;
}

}  // namespace holdout
