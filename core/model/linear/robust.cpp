// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/linear.h"
#include "model/linear/loss_estimator.h"
#include "model/linear/pinball.h"
#include "model/linear/shaped_loss.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    {.id = "loss",
     .label = "Loss",
     .help =
         "Huber: squared errors, but straight beyond a threshold, so that outliers cannot pull the fit. Quantile: the "
         "line that a chosen part of the rows lies below; 0.5 is the median, the least absolute error.",
     .fallback = std::string("huber"),
     .rule = OneOf{{{"huber", "Huber"}, {"quantile", "Quantile"}}}},
    {.id = "epsilon",
     .label = "Threshold",
     .help = "Errors beyond this many times the scale of the errors, which is estimated with the weights, count as "
             "outliers. 1.35 keeps 95 % of the efficiency of least squares when there are none.",
     .fallback = 1.35,
     .rule = RealRange{.low = 1, .lowOpen = true},
     .when = EnabledWhen{"loss", {"huber"}},
     .usual = std::pair{1.05, 5.0}},
    {.id = "quantile",
     .label = "Quantile",
     .help = "The part of the rows that should lie below the prediction.",
     .fallback = 0.5,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true, .highOpen = true},
     .when = EnabledWhen{"loss", {"quantile"}},
     .usual = std::pair{0.05, 0.95}},
    lambdaParam(
        "How strongly large weights are held down: the mean loss plus lambda times (the share of L1 times the sum of "
        "absolute weights + half the rest times the sum of squared weights) is made least. In scikit-learn: "
        "HuberRegressor with alpha = rows x lambda; QuantileRegressor with alpha = lambda and a share of 1.",
        0.0),
    [] {
        ParamSpec spec = l1RatioParam();
        spec.fallback = 0.0;
        return spec;
    }(),
    toleranceParam(),
    maxIterationsParam(),
};

/// The scale at which sum(scale + scale * H(errors / scale)) is least for given errors, with H the square up to epsilon
/// (Huber, Ronchetti 2009, section 7.7): the squares up to epsilon scales, over how many rows they have to make up for.
double scaleOfErrors(const Eigen::ArrayXd& errors, const Eigen::VectorXd& shares, double epsilon, double scale) {
    for (int iteration = 0; iteration < 200; ++iteration) {
        const Eigen::Array<bool, Eigen::Dynamic, 1> inside = errors.abs() <= epsilon * scale;
        const double squares = inside.select(shares.array() * errors.square(), 0).sum();
        const double outside = inside.select(0, shares.array()).sum(), left = 1 - epsilon * epsilon * outside;
        // More outliers than the threshold allows: the scale is too small to tell.
        const double next = left > 0 ? std::sqrt(squares / left) : 2 * scale;
        if (std::abs(next - scale) <= 1e-14 * scale) return next;
        scale = next;
    }
    return scale;
}

class RobustEstimator final : public LossEstimator {
public:
    explicit RobustEstimator(const Params& params)
        : LossEstimator({.lambda = params.real("lambda"), .l1Ratio = params.real("l1_ratio")}, stopRule(params)),
          m_huber(params.text("loss") == "huber"),
          m_epsilon(params.real("epsilon")),
          m_quantile(params.real("quantile")) {}

private:
    std::vector<LossFit> solve(const DesignMatrix& design, const Target& target, const std::vector<double>& lambdas,
                               const std::optional<RawCoefficients>&, JobContext& context) const override {
        // On a target of mean 0 and standard deviation 1 tolerances mean the same for any unit.
        const double mean = target.values.dot(design.shares());
        const double spread = std::sqrt((design.shares().array() * (target.values.array() - mean).square()).sum());
        if (!(spread > 0)) {
            LossFit constant{Eigen::MatrixXd::Zero(1 + design.columns(), 1), true, false};
            constant.point(0, 0) = mean;
            return std::vector<LossFit>(lambdas.size(), constant);
        }
        const Eigen::VectorXd answers = (target.values.array() - mean) / spread;
        std::vector<LossFit> fits = m_huber ? solveHuber(design, answers, spread, lambdas, context)
                                            : solveQuantile(design, answers, spread, lambdas, context);
        for (LossFit& fit : fits) {
            fit.point *= spread;
            fit.point(0, 0) += mean;
        }
        return fits;
    }

    /// The weights for a scale and the scale for the weights in turn, each the least for the other. `spread`: the unit
    /// that the answers were divided by, which the squared part of the penalty has once more than the rest.
    std::vector<LossFit> solveHuber(const DesignMatrix& design, const Eigen::VectorXd& answers, double spread,
                                    const std::vector<double>& lambdas, JobContext& context) const {
        const double share = penalty().l1Ratio, squared = (1 - share) * spread, both = share + squared;
        double scale = 1;
        std::optional<Eigen::MatrixXd> start;
        std::vector<LossFit> fits;
        for (const double lambda : lambdas) {
            LossFit fit;
            bool settled = false;
            for (int round = 0; round < 500 && !settled && !context.shouldFinish(); ++round) {
                const ShapedLoss loss(design, answers, HuberShape{m_epsilon * scale});
                fit = solveLoss(loss, share / both, {lambda * scale * both}, start, context)[0];
                start = fit.point;
                const Eigen::VectorXd said = design.times(fit.point.col(0).tail(design.columns()), context);
                const Eigen::ArrayXd errors = answers.array() - said.array() - fit.point(0, 0);
                // Rows that fit exactly have no scale.
                const double next = std::max(scaleOfErrors(errors, design.shares(), m_epsilon, scale), 1e-10);
                settled = std::abs(next - scale) <= 1e-10 * scale;
                scale = next;
            }
            fit.converged = fit.converged && settled;
            fits.push_back(std::move(fit));
        }
        return fits;
    }

    std::vector<LossFit> solveQuantile(const DesignMatrix& design, const Eigen::VectorXd& answers, double spread,
                                       const std::vector<double>& lambdas, JobContext& context) const {
        std::vector<LossFit> fits;
        for (const double lambda : lambdas)
            fits.push_back(minimisePinball({design, answers, Eigen::VectorXd::Ones(design.rows()), m_quantile,
                                            1 - m_quantile, design.penalties(lambda * penalty().l1Ratio, 1),
                                            design.penalties(lambda * (1 - penalty().l1Ratio) * spread, 2)},
                                           rule(), context));
        return fits;
    }

    void check(const TrainingSet&) const override {}

    bool m_huber;
    double m_epsilon, m_quantile;
};

}  // namespace

ModelInfo robustInfo() {
    return {
        .id = "robust",
        .label = "Robust regression",
        .sentence =
            "Linear regression that outliers cannot pull away (Huber), or that predicts a quantile in place of the "
            "mean: the median, or the limit that one row in ten exceeds.",
        .can = {.regression = true, .weights = true, .path = true, .folds = true, .coefficients = true, .sparse = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<RobustEstimator>(params);
        },
        .load = &LinearModel::load};
}

}  // namespace holdout
