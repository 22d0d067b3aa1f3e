// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/fold_fitting.h"
#include "model/linear/linear.h"
#include "model/linear/linear_model.h"
#include "model/linear/linear_params.h"
#include "model/linear/tall_problem.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    lambdaParam(
        "How strongly large weights are held down: the mean squared error, halved, plus lambda/2 times the sum of "
        "squared "
        "weights is made least. 0 is plain linear regression. In scikit-learn: Ridge with alpha = rows x lambda.",
        0.1),
};

class RidgeEstimator final : public Estimator, private PathFitter, private FoldFitter {
public:
    explicit RidgeEstimator(double lambda) : m_lambda(lambda) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        return fitPath(training, {m_lambda}, context)[0];
    }

    const PathFitter* path() const override { return this; }
    const FoldFitter* folds() const override { return this; }

private:
    std::vector<std::shared_ptr<const Model>> fitPath(const TrainingSet& training, const std::vector<double>& values,
                                                      JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        const auto fitOf = [&](const DesignMatrix& design, const Moments* known) {
            std::vector<std::shared_ptr<const Model>> models;
            for (LeastSquaresFit& fit : ridge(design, training.target.values, values, context, known))
                models.push_back(makeLinearModel(training, design, std::move(fit.coefficients), fit.warnings));
            return models;
        };
        if (const auto tall = tallProblem(training, context)) return fitOf(*tall->design, &tall->moments);
        return fitOf(DesignMatrix(training, context), nullptr);
    }

    void fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds, const std::vector<double>& values,
                  JobContext& context, const FoldModels& done) const override {
        const std::vector<double> lambdas = values.empty() ? std::vector{m_lambda} : values;
        const auto fromMoments = [&](const FoldMoments& fold, JobContext&) {
            std::vector<LeastSquaresFit> fits;
            for (const double lambda : lambdas)
                if (auto weights = ridgeOfMoments(fold.scale, fold.moments, lambda))
                    fits.push_back({std::move(*weights), {}});
            return fits;
        };
        const auto alone = [&](const TrainingSet& rows, JobContext& inner) { return fitPath(rows, lambdas, inner); };
        fitFoldsOfMoments(training, folds, lambdas.size(), fromMoments, alone, context, done);
    }

    double m_lambda;
};

}  // namespace

ModelInfo ridgeInfo() {
    return {
        .id = "ridge",
        .label = "Ridge regression",
        .sentence =
            "Linear regression whose weights are held small. Steadier than plain linear regression when features "
            "are many or alike.",
        .can = {.regression = true, .weights = true, .path = true, .folds = true, .coefficients = true, .sparse = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<RidgeEstimator>(params.real("lambda"));
        },
        .load = &LinearModel::load};
}

}  // namespace holdout
