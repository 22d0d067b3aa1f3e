// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/loss_estimator.h"

#include <numeric>

#include "model/linear/fold_fitting.h"
#include "model/linear/sparse_solver.h"
#include "model/training_checks.h"

namespace holdout {

Eigen::VectorXd balancedWeights(const TrainingSet& training) {
    const Target& target = training.target;
    Eigen::VectorXd weights = rowShares(training), shares = Eigen::VectorXd::Zero(target.classCount());
    for (Eigen::Index i = 0; i < weights.size(); ++i) shares[target.classes[static_cast<std::size_t>(i)]] += weights[i];
    for (Eigen::Index i = 0; i < weights.size(); ++i) weights[i] /= shares[target.classes[static_cast<std::size_t>(i)]];
    return weights;
}

std::shared_ptr<const Model> LossEstimator::fit(const TrainingSet& training, JobContext& context) const {
    return models(training, {m_penalty.lambda}, {}, context)[0];
}

LossEstimator::Models LossEstimator::fitPath(const TrainingSet& training, const std::vector<double>& values,
                                             JobContext& context) const {
    return models(training, values, {}, context);
}

void LossEstimator::fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds,
                             const std::vector<double>& values, JobContext& context, const FoldModels& done) const {
    const std::vector<double> lambdas = values.empty() ? std::vector{m_penalty.lambda} : values;
    const auto isResample = [](const RowCounts& counts) {
        return std::any_of(counts.begin(), counts.end(), [](std::uint16_t count) { return count > 1; });
    };
    std::vector<std::size_t> resamples, others;
    for (std::size_t f = 0; f < folds.size(); ++f)
        (!m_penalty.none && isResample(folds[f]) ? resamples : others).push_back(f);
    if (!resamples.empty()) fitResamples(training, folds, resamples, lambdas, context, done);
    parallelFor(others.size(), [&](std::size_t k) {
        const Eigen::VectorXd weights = foldWeights(training, folds[others[k]]);
        done(others[k], models({training.features, training.target, weights}, lambdas, {}, context));
    });
}

/// Resamples differ little from all rows: each starts at the solution for these under the strongest penalty. Folds of a
/// cross-validation are too few to make up for that fit.
void LossEstimator::fitResamples(const TrainingSet& training, const std::vector<RowCounts>& folds,
                                 const std::vector<std::size_t>& places, const std::vector<double>& lambdas,
                                 JobContext& context, const FoldModels& done) const {
    const double strongest = *std::max_element(lambdas.begin(), lambdas.end());
    const Coefficients all = models(training, {strongest}, {}, context)[0]->coefficients().value();
    const RawCoefficients start{all.weights, all.intercepts};
    const DesignMatrix design(training, context);
    const std::unique_ptr<const ResampleSolver> solver =
        lambdas.size() == 1 ? resampleSolver(design, training, strongest, start) : nullptr;
    const std::vector<Range> parts = chunks(places.size(), solver ? ResampleSolver::kTogether : 1);
    parallelFor(parts.size(), [&](std::size_t part) {
        std::vector<const RowCounts*> counts;
        for (std::size_t k = parts[part].begin; k < parts[part].end; ++k) counts.push_back(&folds[places[k]]);
        std::vector<std::optional<RawCoefficients>> solved(counts.size());
        if (solver) solved = solver->solve(counts, context);
        for (std::size_t k = 0; k < solved.size(); ++k) {
            const std::size_t f = places[parts[part].begin + k];
            const Eigen::VectorXd weights = foldWeights(training, folds[f]);
            const TrainingSet rows{training.features, training.target, weights};
            if (!solved[k]) {
                done(f, models(rows, lambdas, start, context));
                continue;
            }
            requireRows(rows, 2);
            check(rows);
            done(f, {makeModel(rows, design, std::move(*solved[k]), {})});
        }
    });
}

LossEstimator::Models LossEstimator::models(const TrainingSet& training, const std::vector<double>& values,
                                            const std::optional<RawCoefficients>& start, JobContext& context) const {
    context.throwIfStopped();
    requireRows(training, 2);
    check(training);
    const Eigen::VectorXd weights = weightsOf(training);
    const TrainingSet rows{training.features, training.target, weights};
    const DesignMatrix design(rows, context);
    // From the strongest penalty down: each solution is a good start for the next.
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    std::vector<double> lambdas;
    for (const std::size_t i : order) lambdas.push_back(values[i]);
    const std::vector<LossFit> fits = solve(design, training.target, lambdas, start, context);
    Models fitted(values.size());
    for (std::size_t k = 0; k < order.size(); ++k) fitted[order[k]] = model(rows, design, fits[k]);
    return fitted;
}

std::vector<LossFit> LossEstimator::solveLoss(const LinearLoss& loss, const std::vector<double>& lambdas,
                                              const std::optional<RawCoefficients>& start, JobContext& context) const {
    std::optional<Eigen::MatrixXd> point;
    if (start) point = loss.design().standardisation().fromRaw(*start);
    return solveLoss(loss, m_penalty.l1Ratio, lambdas, point, context);
}

std::vector<LossFit> LossEstimator::solveLoss(const LinearLoss& loss, double l1Ratio,
                                              const std::vector<double>& lambdas,
                                              const std::optional<Eigen::MatrixXd>& start, JobContext& context) const {
    std::unique_ptr<LossSolver> smooth, sparse;
    std::vector<LossFit> fits;
    for (const double lambda : lambdas) {
        const bool isSparse = lambda * l1Ratio > 0;
        std::unique_ptr<LossSolver>& solver = isSparse ? sparse : smooth;
        if (!solver) {
            if (isSparse)
                solver = std::make_unique<SparseSolver>(loss, l1Ratio, m_rule);
            else
                solver = makeSmoothSolver(loss, m_rule);
            if (start) solver->startAt(*start);
        }
        fits.push_back(solver->fit(lambda, context));
    }
    return fits;
}

Warning LossEstimator::separationWarning() const {
    return {
        "Without regularisation the best weights are infinite, and the fit stopped on the way there. Choose a penalty.",
        {.parameter = "penalty"}};
}

std::shared_ptr<const Model> LossEstimator::model(const TrainingSet& training, const DesignMatrix& design,
                                                  const LossFit& fit) const {
    Warnings warnings;
    if (fit.separated)
        warnings.push_back(separationWarning());
    else if (!fit.converged)
        warnings.push_back(notConverged(m_rule));
    const Eigen::Index columns = design.columns();
    return makeModel(training, design, design.toRaw(fit.point.bottomRows(columns), fit.point.row(0).transpose()),
                     warnings);
}

}  // namespace holdout
