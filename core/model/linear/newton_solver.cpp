// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/loss_solver.h"
#include "model/linear/moments.h"

namespace holdout {
namespace {

// Beyond these a Hessian of all rows costs more than the passes that it saves.
constexpr Eigen::Index kNewtonBinary = 1024;
constexpr Eigen::Index kNewtonSoftmax = 300;

double scaleOf(const Eigen::MatrixXd& point) {
    return std::max(1.0, point.cwiseAbs().maxCoeff());
}

}  // namespace

Eigen::MatrixXd penaltyGradient(const Eigen::VectorXd& penalties, double lambda, const Eigen::MatrixXd& point) {
    return (point.array().colwise() * (lambda * penalties).array()).matrix();
}

Eigen::MatrixXd penalisedHessian(Eigen::MatrixXd hessian, double lambda, const Eigen::VectorXd& penalties,
                                 Eigen::Index outputs) {
    const Eigen::Index width = penalties.size();
    const double weight = hessian.diagonal().mean();
    for (Eigen::Index k = 0; k < outputs; ++k) hessian.diagonal().segment(k * width, width) += lambda * penalties;
    if (lambda == 0) hessian.diagonal() *= 1 + 1e-11;
    for (Eigen::Index j = 0; outputs > 1 && j < (lambda == 0 ? width : 1); ++j)
        for (Eigen::Index k = 0; k < outputs; ++k)
            for (Eigen::Index l = 0; l < outputs; ++l) hessian(k * width + j, l * width + j) += weight;
    return hessian;
}

std::unique_ptr<LossSolver> makeSmoothSolver(const LinearLoss& loss, const StopRule& rule) {
    const Eigen::Index size = loss.outputs() * (1 + loss.design().columns());
    if (size <= (loss.outputs() == 1 ? kNewtonBinary : kNewtonSoftmax))
        return std::make_unique<NewtonSolver>(loss, rule);
    return std::make_unique<LbfgsSolver>(loss, rule);
}

NewtonSolver::NewtonSolver(const LinearLoss& loss, const StopRule& rule) : m_loss(loss), m_rule(rule) {
    const Eigen::Index columns = loss.design().columns();
    m_penalties = Eigen::VectorXd::Zero(1 + columns);
    m_penalties.tail(columns) = loss.design().penalties(1, 2);
    m_point = Eigen::MatrixXd::Zero(1 + columns, loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
}

bool NewtonSolver::factorise(double lambda) {
    m_factor.compute(penalisedHessian(m_hessian, lambda, m_penalties, m_point.cols()));
    return m_factor.info() == Eigen::Success;
}

Eigen::MatrixXd NewtonSolver::stepAgainst(const Eigen::MatrixXd& gradient) const {
    const Eigen::VectorXd step = -m_factor.solve(gradient.reshaped());
    return step.reshaped(gradient.rows(), gradient.cols());
}

/// From the solution of another lambda, whose gradient is therefore known without a pass over the rows.
void NewtonSolver::startFrom(double lambda) {
    if (m_hessian.size() == 0 || !factorise(lambda)) return;
    m_point += stepAgainst(penaltyGradient(m_penalties, lambda - m_lambda, m_point));
}

LossFit NewtonSolver::fit(double lambda, JobContext& context) {
    const std::vector<Eigen::Index>& columns = m_loss.design().allColumns();
    startFrom(lambda);
    LossFit result;
    Eigen::MatrixXd step = Eigen::MatrixXd::Zero(m_point.rows(), m_point.cols());
    double best = std::numeric_limits<double>::infinity(), previous = best;
    bool renew = true;
    for (std::int64_t iteration = 0; iteration < m_rule.maxIterations && !context.shouldFinish(); ++iteration) {
        LossSums sums = m_loss.evaluate(m_point, columns, renew ? Derivatives::Second : Derivatives::First, context);
        const Eigen::MatrixXd pull = penaltyGradient(m_penalties, lambda, m_point);
        const double objective = sums.loss + 0.5 * pull.cwiseProduct(m_point).sum();
        if (!(objective <= best + 1e-12 * std::abs(best))) {  // the step was too long
            step *= 0.5;
            m_point -= step;
            renew = true;
            previous = std::numeric_limits<double>::infinity();
            if (step.cwiseAbs().maxCoeff() <= m_rule.tolerance) break;
            continue;
        }
        best = objective;
        if (renew) {
            m_hessian = std::move(sums.hessian);
            if (!factorise(lambda)) break;
        }
        const Eigen::MatrixXd gradient = sums.gradient + pull;
        step = stepAgainst(gradient);
        m_point += step;
        const double length = step.cwiseAbs().maxCoeff(), scale = scaleOf(m_point);
        // What the step can still gain is nothing although it is long: the loss falls for ever towards zero.
        result.separated = lambda == 0 && -gradient.cwiseProduct(step).sum() < 1e-9 && length > 0.1;
        const bool rounding = renew && length > 0.5 * previous && length < 1e-6 * scale;
        result.converged = length <= m_rule.tolerance * scale || rounding;
        if (result.converged || result.separated) break;
        renew = length > 0.05 * previous || length > 0.3 * scale;
        previous = length;
    }
    m_lambda = lambda;
    result.point = m_point;
    return result;
}

}  // namespace holdout
