// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"
#include "model/linear/log_loss.h"
#include "model/linear/logistic_resamples.h"
#include "model/linear/loss_estimator.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    penaltyParam(),
    lambdaOfPenaltyParam(
        "How strongly large weights are held down: the mean log loss plus lambda times (the share of L1 times the "
        "sum of absolute weights + half the rest times the sum of squared weights) is made least. In scikit-learn: "
        "C = 1 / (rows x lambda).",
        0.01),
    l1RatioOfPenaltyParam(),
    classWeightsParam(),
    toleranceParam(),
    maxIterationsParam(),
};

class LogisticEstimator final : public LossEstimator {
public:
    LogisticEstimator(const Params& params)
        : LossEstimator(penaltyOf(params), stopRule(params)), m_balanced(isBalanced(params)) {}

private:
    std::vector<LossFit> solve(const DesignMatrix& design, const Target& target, const std::vector<double>& lambdas,
                               const std::optional<RawCoefficients>& start, JobContext& context) const override {
        return solveLoss(LogLoss(design, target), lambdas, start, context);
    }
    void check(const TrainingSet& training) const override { requireAllClasses(training); }
    Eigen::VectorXd weightsOf(const TrainingSet& training) const override {
        return m_balanced ? balancedWeights(training) : training.weights;
    }
    std::unique_ptr<const ResampleSolver> resampleSolver(const DesignMatrix& design, const TrainingSet& training,
                                                         double lambda, const RawCoefficients& start) const override {
        if (m_balanced || lambda * penalty().l1Ratio > 0) return nullptr;
        return makeLogisticResamples(design, training, lambda, start, rule());
    }
    Warning separationWarning() const override {
        return {
            "The features tell the classes apart without error: without regularisation the best weights are infinite, "
            "and the fit stopped on the way there. Choose a penalty.",
            {.parameter = "penalty"}};
    }

    bool m_balanced;
};

}  // namespace

ModelInfo logisticInfo() {
    return {
        .id = "logistic",
        .label = "Logistic regression",
        .sentence =
            "Weighs the features into the probability of each class. Quick, well calibrated and easy to read: a good "
            "first classifier.",
        .can = {.classification = true,
                .weights = true,
                .path = true,
                .folds = true,
                .coefficients = true,
                .sparse = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<LogisticEstimator>(params);
        },
        .load = &LinearModel::load};
}

}  // namespace holdout
