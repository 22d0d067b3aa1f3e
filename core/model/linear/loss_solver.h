// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Cholesky>

#include "model/linear/linear_loss.h"
#include "model/linear/linear_params.h"

namespace holdout {

/// Where a solver ended.
struct LossFit {
    Eigen::MatrixXd point;  ///< (1 + columns) × outputs, standardised
    bool converged = false;
    bool separated = false;  ///< without a penalty the weights would grow for ever
};

/// Minimises a mean loss plus a penalty of strength lambda. Asked for one lambda after another it starts each
/// from the last solution, so that a path, taken from the largest down, costs little more than its last fit.
class LossSolver {
public:
    virtual ~LossSolver() = default;
    virtual LossFit fit(double lambda, JobContext& context) = 0;
    /// Takes `point` as the start of the next fit.
    virtual void startAt(const Eigen::MatrixXd& point) = 0;
};

/// For lambda/2 * |w|^2: Newton's method for problems whose Hessian is small, else L-BFGS. Keeps a reference to `loss`.
std::unique_ptr<LossSolver> makeSmoothSolver(const LinearLoss& loss, const StopRule& rule);

/// `penalties`, one for each row of the point, times lambda and the point.
Eigen::MatrixXd penaltyGradient(const Eigen::VectorXd& penalties, double lambda, const Eigen::MatrixXd& point);
/// The Hessian of the penalised problem, made definite where the problem itself has a direction without curvature: all
/// classes' scores may move together, and without a penalty so may weights of dependent features. Along those the
/// gradient is zero, and what is added keeps the step there zero too.
Eigen::MatrixXd penalisedHessian(Eigen::MatrixXd hessian, double lambda, const Eigen::VectorXd& penalties,
                                 Eigen::Index outputs);

/// Newton's method (iteratively reweighted least squares) that keeps a Hessian for as long as it serves: steps with the
/// last one cost a third of a full one, and close to the optimum each still gains more than a digit.
class NewtonSolver final : public LossSolver {
public:
    NewtonSolver(const LinearLoss& loss, const StopRule& rule);
    LossFit fit(double lambda, JobContext& context) override;
    void startAt(const Eigen::MatrixXd& point) override { m_point = point; }

private:
    void startFrom(double lambda);
    bool factorise(double lambda);
    Eigen::MatrixXd stepAgainst(const Eigen::MatrixXd& gradient) const;

    const LinearLoss& m_loss;
    StopRule m_rule;
    Eigen::VectorXd m_penalties;  ///< of one column of the point, for lambda = 1
    Eigen::MatrixXd m_point, m_hessian;
    Eigen::LLT<Eigen::MatrixXd> m_factor;
    double m_lambda = 0;  ///< that m_point is the solution of, once there is a Hessian
};

/// L-BFGS (Nocedal, Wright 2006, algorithm 7.4) for problems whose Hessian over all rows would cost more than the
/// passes that it saves. Where a Hessian can still be held, it is taken of a sample of the rows, at the solution of
/// that sample, and used as preconditioner (Byrd, Chin, Neveitt, Nocedal 2011); else the bound that does not depend on
/// the point is (Böhning 1992).
class LbfgsSolver final : public LossSolver {
public:
    LbfgsSolver(const LinearLoss& loss, const StopRule& rule);
    LossFit fit(double lambda, JobContext& context) override;
    void startAt(const Eigen::MatrixXd& point) override { m_point = point; }

private:
    void factoriseBound(double lambda, JobContext& context);
    bool factoriseHessian(double lambda);
    void startFromSample(double lambda, JobContext& context);
    /// Moves m_point to where the loss of `sample` plus the penalty is least.
    bool minimise(double lambda, RowSample sample, const StopRule& rule, JobContext& context);
    Eigen::MatrixXd preconditioned(const Eigen::MatrixXd& gradient) const;

    enum class Preconditioning { Bound, Diagonal, Hessian };
    const LinearLoss& m_loss;
    StopRule m_rule;
    Eigen::VectorXd m_penalties;
    Eigen::MatrixXd m_point, m_gram, m_hessian;
    Eigen::LLT<Eigen::MatrixXd> m_factor;  ///< of one output's bound, or of the Hessian
    Eigen::VectorXd m_diagonal;            ///< in place of the factor when there are too many columns for one
    Preconditioning m_preconditioning = Preconditioning::Bound;
};

}  // namespace holdout
