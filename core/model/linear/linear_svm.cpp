// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"
#include "model/linear/loss_estimator.h"
#include "model/linear/margin_sharpness.h"
#include "model/linear/pinball.h"
#include "model/linear/shaped_loss.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    {.id = "loss",
     .label = "Loss",
     .help =
         "What a row costs whose margin is below 1: the shortfall itself (hinge), or its square, which is quicker to "
         "fit and cares more for rows far on the wrong side.",
     .fallback = std::string("squared-hinge"),
     .rule = OneOf{{{"squared-hinge", "Squared hinge"}, {"hinge", "Hinge"}}}},
    lambdaParam(
        "How strongly large weights are held down: the mean loss plus lambda times (the share of L1 times the sum of "
        "absolute weights + half the rest times the sum of squared weights) is made least. In scikit-learn: LinearSVC "
        "with C = 1 / (rows x lambda), whose intercept is held down too.",
        0.01),
    [] {
        ParamSpec spec = l1RatioParam();
        spec.fallback = 0.0;
        return spec;
    }(),
    classWeightsParam(),
    toleranceParam(),
    maxIterationsParam(),
};

class LinearSvmEstimator final : public LossEstimator {
public:
    explicit LinearSvmEstimator(const Params& params)
        : LossEstimator({.lambda = params.real("lambda"), .l1Ratio = params.real("l1_ratio")}, stopRule(params)),
          m_squared(params.text("loss") == "squared-hinge"),
          m_balanced(isBalanced(params)) {}

private:
    /// One class against the others for each output; two classes have one.
    std::vector<LossFit> solve(const DesignMatrix& design, const Target& target, const std::vector<double>& lambdas,
                               const std::optional<RawCoefficients>& start, JobContext& context) const override {
        const int classes = target.classCount(), outputs = classes == 2 ? 1 : classes;
        std::vector<std::vector<LossFit>> fits(static_cast<std::size_t>(outputs));
        parallelFor(fits.size(), [&](std::size_t output) {
            const int positive = classes == 2 ? 1 : static_cast<int>(output);
            Eigen::VectorXd signs(design.rows());
            for (Eigen::Index i = 0; i < signs.size(); ++i)
                signs[i] = target.classes[static_cast<std::size_t>(i)] == positive ? 1 : -1;
            std::optional<RawCoefficients> own;
            if (start)
                own = RawCoefficients{start->weights.col(static_cast<Eigen::Index>(output)),
                                      start->intercepts.segment(static_cast<Eigen::Index>(output), 1)};
            fits[output] = m_squared ? solveLoss(ShapedLoss(design, signs, SquaredHingeShape{}), lambdas, own, context)
                                     : solveHinge(design, signs, lambdas, context);
        });
        std::vector<LossFit> together;
        for (std::size_t k = 0; k < lambdas.size(); ++k) {
            LossFit all{Eigen::MatrixXd(1 + design.columns(), outputs), true, false};
            for (std::size_t output = 0; output < fits.size(); ++output) {
                all.point.col(static_cast<Eigen::Index>(output)) = fits[output][k].point.col(0);
                all.converged = all.converged && fits[output][k].converged;
            }
            together.push_back(std::move(all));
        }
        return together;
    }

    std::vector<LossFit> solveHinge(const DesignMatrix& design, const Eigen::VectorXd& signs,
                                    const std::vector<double>& lambdas, JobContext& context) const {
        std::vector<LossFit> fits;
        for (const double lambda : lambdas)
            fits.push_back(minimisePinball({design, Eigen::VectorXd::Ones(design.rows()), signs, 1, 0,
                                            design.penalties(lambda * penalty().l1Ratio, 1),
                                            design.penalties(lambda * (1 - penalty().l1Ratio), 2)},
                                           rule(), context));
        return fits;
    }

    void check(const TrainingSet& training) const override { requireAllClasses(training); }

    Eigen::VectorXd weightsOf(const TrainingSet& training) const override {
        return m_balanced ? balancedWeights(training) : training.weights;
    }

    std::shared_ptr<const Model> makeModel(const TrainingSet& training, const DesignMatrix& design,
                                           RawCoefficients coefficients, const Warnings& warnings) const override {
        const Eigen::MatrixXd margins = linearScores(training.features, coefficients.weights, coefficients.intercepts);
        const double sharpness = sharpnessOf(margins, training.target, design.shares());
        return makeLinearModel(training, design, std::move(coefficients), warnings, Link::Identity, sharpness);
    }

    bool m_squared, m_balanced;
};

}  // namespace

ModelInfo linearSvmInfo() {
    return {
        .id = "linear-svm",
        .label = "Linear support vector machine",
        .sentence =
            "Separates the classes with as wide a margin as it can. Rows that are clearly right do not count: steady "
            "where classes overlap little, and for text. Its probabilities are fitted to its margins afterwards.",
        .can = {.classification = true,
                .weights = true,
                .path = true,
                .folds = true,
                .coefficients = true,
                .sparse = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<LinearSvmEstimator>(params);
        },
        .load = &LinearModel::load};
}

}  // namespace holdout
