// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"
#include "model/linear/loss_estimator.h"
#include "model/linear/shaped_loss.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    penaltyParam(),
    lambdaOfPenaltyParam(
        "How strongly large weights are held down: half the mean deviance plus lambda times (the share of L1 times "
        "the sum of absolute weights + half the rest times the sum of squared weights) is made least. In "
        "scikit-learn: PoissonRegressor with alpha = lambda.",
        0.01),
    l1RatioOfPenaltyParam(),
    toleranceParam(),
    maxIterationsParam(),
};

class PoissonEstimator final : public LossEstimator {
public:
    using LossEstimator::LossEstimator;

private:
    std::vector<LossFit> solve(const DesignMatrix& design, const Target& target, const std::vector<double>& lambdas,
                               const std::optional<RawCoefficients>& start, JobContext& context) const override {
        const double mean = target.values.dot(design.shares());
        return solveLoss(ShapedLoss(design, target.values, PoissonShape{mean}), lambdas, start, context);
    }

    void check(const TrainingSet& training) const override {
        double sum = 0;
        for (Eigen::Index i = 0; i < training.target.values.size(); ++i) {
            const double weight = training.weights.size() == 0 ? 1 : training.weights[i];
            if (weight > 0 && training.target.values[i] < 0)
                throw Error(
                    "Poisson regression counts events, but " + training.target.name + " is below 0 in some row.",
                    {.column = training.target.name}, "Choose another model, or another target.");
            sum += weight * training.target.values[i];
        }
        if (sum == 0)
            throw Error("Every training row of " + training.target.name + " is 0: there is no event to learn from.",
                        {.column = training.target.name}, "Give it rows with events.");
    }

    std::shared_ptr<const Model> makeModel(const TrainingSet& training, const DesignMatrix& design,
                                           RawCoefficients coefficients, const Warnings& warnings) const override {
        return makeLinearModel(training, design, std::move(coefficients), warnings, Link::Log);
    }
};

}  // namespace

ModelInfo poissonInfo() {
    return {.id = "poisson",
            .label = "Poisson regression",
            .sentence =
                "For counts: the logarithm of the expected number is a weighted sum of the features, so that each of "
                "them multiplies it.",
            .can = {.regression = true,
                    .weights = true,
                    .path = true,
                    .folds = true,
                    .coefficients = true,
                    .nonNegativeTarget = true,
                    .sparse = true},
            .params = kParams,
            .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<PoissonEstimator>(penaltyOf(params), stopRule(params));
            },
            .load = &LinearModel::load};
}

}  // namespace holdout
