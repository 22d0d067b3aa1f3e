// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/linear/linear_model.h"
#include "model/linear/loss_solver.h"
#include "model/linear/resample_solver.h"

namespace holdout {

/// Gives each class as much weight as every other; rows keep their parts within it. Requires rows of every class.
Eigen::VectorXd balancedWeights(const TrainingSet& training);

/// Linear models of a convex loss and a penalty: what fit, paths and folds have in common. A model says how its problem
/// is solved for one strength after another.
class LossEstimator : public Estimator, private PathFitter, private FoldFitter {
public:
    LossEstimator(Penalty penalty, StopRule rule) : m_penalty(penalty), m_rule(rule) {}
    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const final;
    const PathFitter* path() const final { return m_penalty.none ? nullptr : this; }
    const FoldFitter* folds() const final { return this; }

protected:
    /// Fits of `lambdas`, which fall. `start` is near the first solution, when there is one.
    virtual std::vector<LossFit> solve(const DesignMatrix& design, const Target& target,
                                       const std::vector<double>& lambdas, const std::optional<RawCoefficients>& start,
                                       JobContext& context) const = 0;
    /// Throws Error for rows that cannot be learnt from.
    virtual void check(const TrainingSet& training) const = 0;
    /// The weights of the rows in the fit; empty when all are 1.
    virtual Eigen::VectorXd weightsOf(const TrainingSet& training) const { return training.weights; }
    virtual std::shared_ptr<const Model> makeModel(const TrainingSet& training, const DesignMatrix& design,
                                                   RawCoefficients coefficients, const Warnings& warnings) const {
        return makeLinearModel(training, design, std::move(coefficients), warnings);
    }
    /// For resamples of the rows, each near `start`, the solution for all of them; null when they are solved one by one.
    virtual std::unique_ptr<const ResampleSolver> resampleSolver(const DesignMatrix&, const TrainingSet&, double /*lambda*/,
                                                                 const RawCoefficients& /*start*/) const {
        return nullptr;
    }
    /// Said when the weights would grow for ever.
    virtual Warning separationWarning() const;

    /// One smooth or sparse solver after another on a loss, with this share of L1 in the penalty. `start`:
    /// standardised.
    std::vector<LossFit> solveLoss(const LinearLoss& loss, double l1Ratio, const std::vector<double>& lambdas,
                                   const std::optional<Eigen::MatrixXd>& start, JobContext& context) const;
    /// The same with the penalty as configured.
    std::vector<LossFit> solveLoss(const LinearLoss& loss, const std::vector<double>& lambdas,
                                   const std::optional<RawCoefficients>& start, JobContext& context) const;

    const Penalty& penalty() const { return m_penalty; }
    const StopRule& rule() const { return m_rule; }

private:
    using Models = std::vector<std::shared_ptr<const Model>>;
    Models fitPath(const TrainingSet& training, const std::vector<double>& values, JobContext& context) const final;
    void fitFolds(const TrainingSet& training, const std::vector<RowCounts>& folds, const std::vector<double>& values,
                  JobContext& context, const FoldModels& done) const final;
    /// Of the folds at `places`, which are resamples.
    void fitResamples(const TrainingSet& training, const std::vector<RowCounts>& folds,
                      const std::vector<std::size_t>& places, const std::vector<double>& lambdas, JobContext& context,
                      const FoldModels& done) const;
    Models models(const TrainingSet& training, const std::vector<double>& values,
                  const std::optional<RawCoefficients>& start, JobContext& context) const;
    std::shared_ptr<const Model> model(const TrainingSet& training, const DesignMatrix& design,
                                       const LossFit& fit) const;

    Penalty m_penalty;
    StopRule m_rule;
};

}  // namespace holdout
