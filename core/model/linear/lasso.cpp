// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include "model/linear/elastic_net_path.h"
#include "model/linear/fold_fitting.h"
#include "model/linear/linear.h"
#include "model/linear/linear_model.h"
#include "model/linear/tall_problem.h"
#include "model/training_checks.h"

namespace holdout {
namespace {

const ParamSpec kLassoParams[] = {
    lambdaParam(
        "How strongly weights are drawn to zero: the mean squared error, halved, plus lambda times the sum of absolute "
        "weights is made least. 0 is plain linear regression. In scikit-learn: Lasso with alpha = lambda.",
        0.1),
    toleranceParam(),
    maxIterationsParam(),
};

const ParamSpec kElasticNetParams[] = {
    lambdaParam(
        "How strongly weights are held down: the mean squared error, halved, plus lambda times (the share of L1 times "
        "the "
        "sum of absolute weights + half the rest times the sum of squared weights) is made least. In scikit-learn: "
        "ElasticNet with alpha = lambda and the same l1_ratio.",
        0.1),
    l1RatioParam(),
    toleranceParam(),
    maxIterationsParam(),
};

class ElasticNetEstimator final : public Estimator, private PathFitter, private FoldFitter {
public:
    ElasticNetEstimator(double lambda, double l1Ratio, StopRule rule)
        : m_lambda(lambda), m_l1Ratio(l1Ratio), m_rule(rule) {}

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
        if (const auto tall = tallProblem(training, context))
            return fitPath(training, *tall->design, &tall->moments, values, context);
        return fitPath(training, DesignMatrix(training, context), nullptr, values, context);
    }

    std::vector<std::shared_ptr<const Model>> fitPath(const TrainingSet& training, const DesignMatrix& design,
                                                      const Moments* known, const std::vector<double>& values,
                                                      JobContext& context) const {
        const Eigen::VectorXd& target = training.target.values;
        std::vector<LeastSquaresFit> fits = inOrder(
            values,
            [&](const std::vector<double>& sparse) {
                return elasticNet(design, target, m_l1Ratio, sparse, m_rule, context, known);
            },
            [&](const std::vector<double>& smooth) { return ridge(design, target, smooth, context, known); });
        const auto names = std::make_shared<const std::vector<std::string>>(training.features.names);
        std::vector<std::shared_ptr<const Model>> models;
        for (LeastSquaresFit& fit : fits)
            models.push_back(makeLinearModel(training, design, std::move(fit.coefficients), fit.warnings, Link::Identity,
                                             1, names));
        return models;
    }

    void fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds, const std::vector<double>& values,
                  JobContext& context, const FoldModels& done) const override {
        const std::vector<double> lambdas = values.empty() ? std::vector{m_lambda} : values;
        const auto fromMoments = [&](const FoldMoments& fold, JobContext& inner) {
            return inOrder(
                lambdas,
                [&](const std::vector<double>& sparse) {
                    return elasticNetOfMoments(fold.scale, fold.moments, m_l1Ratio, sparse, m_rule, inner);
                },
                [&](const std::vector<double>& smooth) {
                    std::vector<LeastSquaresFit> fits;
                    for (const double lambda : smooth)
                        if (auto weights = ridgeOfMoments(fold.scale, fold.moments, lambda))
                            fits.push_back({std::move(*weights), {}});
                    return fits;
                });
        };
        const bool allSparse = std::all_of(lambdas.begin(), lambdas.end(), [&](double lambda) { return lambda * m_l1Ratio > 0; });
        if (allSparse && fitFoldsInStep(training, folds, lambdas, context, done)) return;
        const auto alone = [&](const TrainingSet& rows, JobContext& inner) { return fitPath(rows, lambdas, inner); };
        fitFoldsOfMoments(training, folds, lambdas.size(), fromMoments, alone, context, done);
    }

    /// Of dense rows with more columns than rows; false when they are not such.
    bool fitFoldsInStep(const TrainingSet& training, const std::vector<RowCounts>& folds,
                        const std::vector<double>& lambdas, JobContext& context, const FoldModels& done) const {
        context.throwIfStopped();
        requireRows(training, 2);
        if (training.features.sparse || training.features.columns() <= training.features.rows()) return false;
        const DesignMatrix all(training, context);
        std::vector<Eigen::VectorXd> weights(folds.size());
        std::vector<std::unique_ptr<DesignMatrix>> designs(folds.size());
        parallelFor(folds.size(), [&](std::size_t f) {
            weights[f] = foldWeights(training, folds[f]);
            const TrainingSet rows{training.features, training.target, weights[f]};
            requireRows(rows, 2);
            designs[f] = std::make_unique<DesignMatrix>(rows, context);
        });
        std::vector<FoldOfRows> wide;
        std::vector<std::size_t> place, others;
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const bool isShared = sharesColumns(all, *designs[f]);
            (isShared ? place : others).push_back(f);
            if (isShared) wide.push_back({designs[f].get(), &folds[f]});
        }
        // A fold may have lost columns that do not vary in it.
        parallelFor(others.size(), [&](std::size_t k) {
            const std::size_t f = others[k];
            done(f, fitPath({training.features, training.target, weights[f]}, lambdas, context));
        });
        if (wide.empty()) return true;
        const std::vector<std::size_t> order = fallingOrder(lambdas);
        std::vector<double> falling;
        for (const std::size_t i : order) falling.push_back(lambdas[i]);
        std::vector<std::vector<LeastSquaresFit>> paths =
            elasticNetOfFolds(all, wide, training.target.values, m_l1Ratio, falling, m_rule, context);
        const auto names = std::make_shared<const std::vector<std::string>>(training.features.names);
        parallelFor(paths.size(), [&](std::size_t p) {
            const TrainingSet rows{training.features, training.target, weights[place[p]]};
            std::vector<std::shared_ptr<const Model>> models(lambdas.size());
            for (std::size_t k = 0; k < order.size(); ++k)
                models[order[k]] =
                    makeLinearModel(rows, *wide[p].design, std::move(paths[p][k].coefficients), paths[p][k].warnings,
                                    Link::Identity, 1, names);
            done(place[p], std::move(models));
        });
        return true;
    }

    /// Places of values from the largest down.
    static std::vector<std::size_t> fallingOrder(const std::vector<double>& values) {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
        return order;
    }

    /// Fits from the strongest penalty down, since each solution is a good start for the next, and puts the fits in the
    /// order of `values`. Without an L1 part it is ridge. Empty when a fit is missing.
    template <typename Sparse, typename Smooth>
    std::vector<LeastSquaresFit> inOrder(const std::vector<double>& values, const Sparse& fitSparse,
                                         const Smooth& fitSmooth) const {
        const std::vector<std::size_t> order = fallingOrder(values);
        std::vector<double> sparse, smooth;
        for (const std::size_t i : order) (values[i] * m_l1Ratio > 0 ? sparse : smooth).push_back(values[i]);
        std::vector<LeastSquaresFit> fits;
        if (!sparse.empty()) fits = fitSparse(sparse);
        if (!smooth.empty())
            for (LeastSquaresFit& fit : fitSmooth(smooth)) fits.push_back(std::move(fit));
        if (fits.size() != values.size()) return {};
        std::vector<LeastSquaresFit> ordered(values.size());
        for (std::size_t k = 0; k < order.size(); ++k) ordered[order[k]] = std::move(fits[k]);
        return ordered;
    }

    double m_lambda, m_l1Ratio;
    StopRule m_rule;
};

constexpr Capabilities kAbilities{
    .regression = true, .weights = true, .path = true, .folds = true, .coefficients = true, .sparse = true};

}  // namespace

ModelInfo lassoInfo() {
    return {.id = "lasso",
            .label = "Lasso",
            .sentence =
                "Linear regression that sets the weights of features it does not need to exactly zero. Take it to find "
                "the few that matter.",
            .can = kAbilities,
            .params = kLassoParams,
            .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<ElasticNetEstimator>(params.real("lambda"), 1, stopRule(params));
            },
            .load = &LinearModel::load};
}

ModelInfo elasticNetInfo() {
    return {.id = "elastic-net",
            .label = "Elastic net",
            .sentence =
                "Lasso and ridge in one: drops features that it does not need, and keeps groups of features that are "
                "alike together.",
            .can = kAbilities,
            .params = kElasticNetParams,
            .make = [](const Params& params, Task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<ElasticNetEstimator>(params.real("lambda"), params.real("l1_ratio"),
                                                             stopRule(params));
            },
            .load = &LinearModel::load};
}

}  // namespace holdout
