// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include "model/linear/linear.h"
#include "model/linear/linear_model.h"
#include "model/linear/linear_params.h"
#include "model/linear/sparse_logistic.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

const ParamSpec kParams[] = {
    {.id = "penalty",
     .label = "Regularisation",
     .help = "What holds the weights down: ridge (L2) makes all of them small, lasso (L1) sets some to zero, elastic "
             "net mixes "
             "both, and none lets them grow as the data ask.",
     .fallback = std::string("l2"),
     .rule = OneOf{{{"none", "None"}, {"l2", "Ridge (L2)"}, {"l1", "Lasso (L1)"}, {"elastic-net", "Elastic net"}}},
     .group = ParamGroup::Regularisation},
    [] {
        ParamSpec spec = lambdaParam(
            "How strongly large weights are held down: the mean log loss plus lambda times (the share of L1 times the "
            "sum of "
            "absolute weights + half the rest times the sum of squared weights) is made least. In scikit-learn: C = 1 "
            "/ (rows x "
            "lambda).",
            0.01);
        spec.when = EnabledWhen{"penalty", {"l2", "l1", "elastic-net"}};
        return spec;
    }(),
    [] {
        ParamSpec spec = l1RatioParam();
        spec.when = EnabledWhen{"penalty", {"elastic-net"}};
        return spec;
    }(),
    toleranceParam(),
    maxIterationsParam(),
};

/// The penalty as configured, read once.
struct Penalty {
    bool none = false;
    double lambda = 0;
    double l1Ratio = 0;
};

Penalty penaltyOf(const Params& params) {
    const std::string& kind = params.text("penalty");
    if (kind == "none") return {.none = true};
    const double share = kind == "l1" ? 1 : kind == "l2" ? 0 : params.real("l1_ratio");
    return {.lambda = params.real("lambda"), .l1Ratio = share};
}

Warning separationWarning() {
    return {
        "The features tell the classes apart without error: without regularisation the best weights are infinite, and "
        "the fit "
        "stopped on the way there. Choose a penalty.",
        {.parameter = "penalty"}};
}

class LogisticEstimator final : public Estimator, private PathFitter {
public:
    LogisticEstimator(Penalty penalty, StopRule rule) : m_penalty(penalty), m_rule(rule) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        return fitPath(training, {m_penalty.lambda}, context)[0];
    }

    const PathFitter* path() const override { return m_penalty.none ? nullptr : this; }

private:
    std::vector<std::shared_ptr<const Model>> fitPath(const TrainingSet& training, const std::vector<double>& values,
                                                      JobContext& context) const override {
        context.throwIfStopped();
        requireRows(training, 2);
        requireAllClasses(training);
        const DesignMatrix design(training, context);
        const LogLoss loss(design, training.target);
        std::unique_ptr<LogisticSolver> smooth, sparse;

        // From the strongest penalty down: each solution is a good start for the next.
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
        std::vector<std::shared_ptr<const Model>> models(values.size());
        for (const std::size_t i : order) {
            std::unique_ptr<LogisticSolver>& solver = values[i] * m_penalty.l1Ratio > 0 ? sparse : smooth;
            if (!solver && &solver == &sparse)
                solver = std::make_unique<SparseLogisticSolver>(loss, m_penalty.l1Ratio, m_rule);
            if (!solver) solver = makeSmoothLogisticSolver(loss, m_rule);
            models[i] = model(training, design, solver->fit(values[i], context));
        }
        return models;
    }

    std::shared_ptr<const Model> model(const TrainingSet& training, const DesignMatrix& design,
                                       const LogisticFit& fit) const {
        Warnings warnings;
        if (fit.separated)
            warnings.push_back(separationWarning());
        else if (!fit.converged)
            warnings.push_back(notConverged(m_rule));
        const Eigen::Index columns = design.columns();
        return makeLinearModel(training, design,
                               design.toRaw(fit.point.bottomRows(columns), fit.point.row(0).transpose()), warnings);
    }

    Penalty m_penalty;
    StopRule m_rule;
};

}  // namespace

ModelInfo logisticInfo() {
    return {
        .id = "logistic",
        .label = "Logistic regression",
        .sentence =
            "Weighs the features into the probability of each class. Quick, well calibrated and easy to read: a good "
            "first classifier.",
        .can = {.classification = true, .weights = true, .path = true, .coefficients = true},
        .params = kParams,
        .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
            return std::make_unique<LogisticEstimator>(penaltyOf(params), stopRule(params));
        },
        .load = &LinearModel::load};
}

}  // namespace holdout
