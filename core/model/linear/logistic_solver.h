// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Cholesky>

#include "model/linear/linear_params.h"
#include "model/linear/log_loss.h"

namespace holdout {

/// Where a solver of the logistic problem ended.
struct LogisticFit {
    Eigen::MatrixXd point;  ///< (1 + columns) × outputs, standardised
    bool converged = false;
    bool separated = false;  ///< without a penalty the weights would grow for ever
};

/// Minimises the mean log loss plus a penalty of strength lambda. Asked for one lambda after another it starts each
/// from the last solution, so that a path, taken from the largest down, costs little more than its last fit.
class LogisticSolver {
public:
    virtual ~LogisticSolver() = default;
    virtual LogisticFit fit(double lambda, JobContext& context) = 0;
};

/// For lambda/2 * |w|^2: Newton's method for problems whose Hessian is small, else L-BFGS. Keeps a reference to `loss`.
std::unique_ptr<LogisticSolver> makeSmoothLogisticSolver(const LogLoss& loss, const StopRule& rule);

/// Newton's method (iteratively reweighted least squares) that keeps a Hessian for as long as it serves: steps with the
/// last one cost a third of a full one, and close to the optimum each still gains more than a digit.
class NewtonLogisticSolver final : public LogisticSolver {
public:
    NewtonLogisticSolver(const LogLoss& loss, const StopRule& rule);
    LogisticFit fit(double lambda, JobContext& context) override;

private:
    void startFrom(double lambda);
    bool factorise(double lambda);
    Eigen::MatrixXd stepAgainst(const Eigen::MatrixXd& gradient) const;

    const LogLoss& m_loss;
    StopRule m_rule;
    Eigen::VectorXd m_penalties;  ///< of one column of the point, for lambda = 1
    Eigen::MatrixXd m_point, m_hessian;
    Eigen::LLT<Eigen::MatrixXd> m_factor;
    double m_lambda = 0;  ///< that m_point is the solution of, once there is a Hessian
};

/// L-BFGS (Nocedal, Wright 2006, algorithm 7.4), preconditioned by the bound of the Hessian that does not depend on the
/// point (Böhning 1992).
class LbfgsLogisticSolver final : public LogisticSolver {
public:
    LbfgsLogisticSolver(const LogLoss& loss, const StopRule& rule);
    LogisticFit fit(double lambda, JobContext& context) override;

private:
    void factorise(double lambda, JobContext& context);
    Eigen::MatrixXd preconditioned(const Eigen::MatrixXd& gradient) const;

    const LogLoss& m_loss;
    StopRule m_rule;
    Eigen::VectorXd m_penalties;
    Eigen::MatrixXd m_point, m_gram;
    Eigen::LLT<Eigen::MatrixXd> m_factor;
    Eigen::VectorXd m_diagonal;  ///< in place of the factor when there are too many columns for one
};

}  // namespace holdout
