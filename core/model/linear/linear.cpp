// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"

#include "model/linear/fold_fitting.h"
#include "model/linear/linear_model.h"
#include "model/linear/tall_problem.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

class LinearEstimator final : public Estimator, private FoldFitter {
public:
    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        const auto fitOf = [&](const DesignMatrix& design, const Moments* known) {
            LeastSquaresFit fit = leastSquares(design, training.target.values, context, known);
            return makeLinearModel(training, design, std::move(fit.coefficients), fit.warnings);
        };
        if (const auto tall = tallProblem(training, context)) return fitOf(*tall->design, &tall->moments);
        return fitOf(DesignMatrix(training, context), nullptr);
    }

    const FoldFitter* folds() const override { return this; }

private:
    void fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds, const std::vector<double>&,
                  JobContext& context, const FoldModels& done) const override {
        const auto fromMoments = [](const FoldMoments& fold, JobContext&) {
            std::vector<LeastSquaresFit> fits;
            if (auto weights = ridgeOfMoments(fold.scale, fold.moments, 0)) fits.push_back({std::move(*weights), {}});
            return fits;
        };
        const auto alone = [this](const TrainingSet& rows, JobContext& inner) { return std::vector{fit(rows, inner)}; };
        fitFoldsOfMoments(training, folds, 1, fromMoments, alone, context, done);
    }
};

}  // namespace

ModelInfo linearInfo() {
    return {.id = "linear",
            .label = "Linear regression",
            .sentence =
                "The weighted sum of the features with the least squared error. Quick, easy to read, and a good first "
                "try when there are many more rows than features.",
            .can = {.regression = true, .weights = true, .folds = true, .coefficients = true},
            .params = {},
            .make = [](const Params&, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<LinearEstimator>();
            },
            .load = &LinearModel::load};
}

}  // namespace holdout
