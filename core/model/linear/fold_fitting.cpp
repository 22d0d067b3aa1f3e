// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/fold_fitting.h"

#include "model/linear/linear_model.h"
#include "model/training_checks.h"

namespace holdout {

Eigen::VectorXd foldWeights(const TrainingSet& training, const RowCounts& counts) {
    Eigen::VectorXd weights(static_cast<Eigen::Index>(counts.size()));
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        weights[row] = training.weights.size() == 0 ? counts[i] : counts[i] * training.weights[row];
    }
    return weights;
}

void fitFoldsOfMoments(const TrainingSet& training, const std::vector<RowCounts>& folds, std::size_t values,
                       const FitOfMoments& fromMoments, const FitAlone& alone, JobContext& context,
                       const FoldModels& done) {
    context.throwIfStopped();
    requireRows(training, 2);
    const auto byItself = [&](std::size_t f) {
        const Eigen::VectorXd weights = foldWeights(training, folds[f]);
        done(f, alone({training.features, training.target, weights}, context));
    };
    const DesignMatrix design(training, context);
    if (!sharesMoments(design)) {
        parallelFor(folds.size(), byItself);
        return;
    }
    forEachFoldMoments(design, training.target.values, folds, context, [&](std::size_t f, const FoldMoments* moments) {
        // Few rows may fit no problem, or one that only the rows can tell from it.
        const auto counted = static_cast<Eigen::Index>(folds[f].size()) -
                             static_cast<Eigen::Index>(std::count(folds[f].begin(), folds[f].end(), 0));
        if (!moments || counted <= design.columns() + 1) return byItself(f);
        std::vector<LeastSquaresFit> fits = fromMoments(*moments, context);
        if (fits.size() != values) return byItself(f);
        std::vector<std::shared_ptr<const Model>> models;
        for (LeastSquaresFit& fit : fits)
            models.push_back(makeLinearModel(training, design, std::move(fit.coefficients), fit.warnings));
        done(f, std::move(models));
    });
}

}  // namespace holdout
