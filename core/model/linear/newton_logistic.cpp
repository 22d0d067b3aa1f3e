// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/lbfgs.h"
#include "model/linear/logistic_solver.h"
#include "model/linear/moments.h"

namespace holdout {
namespace {

// Beyond these a Hessian costs more than the passes that it saves.
constexpr Eigen::Index kNewtonBinary = 1024;
constexpr Eigen::Index kNewtonSoftmax = 300;

/// `penalties`, one for each row of the point, times the point.
Eigen::MatrixXd penaltyGradient(const Eigen::VectorXd& penalties, double lambda, const Eigen::MatrixXd& point) {
    return (point.array().colwise() * (lambda * penalties).array()).matrix();
}

double scaleOf(const Eigen::MatrixXd& point) {
    return std::max(1.0, point.cwiseAbs().maxCoeff());
}

}  // namespace

std::unique_ptr<LogisticSolver> makeSmoothLogisticSolver(const LogLoss& loss, const StopRule& rule) {
    const Eigen::Index size = loss.outputs() * (1 + loss.design().columns());
    if (size <= (loss.outputs() == 1 ? kNewtonBinary : kNewtonSoftmax))
        return std::make_unique<NewtonLogisticSolver>(loss, rule);
    return std::make_unique<LbfgsLogisticSolver>(loss, rule);
}

NewtonLogisticSolver::NewtonLogisticSolver(const LogLoss& loss, const StopRule& rule) : m_loss(loss), m_rule(rule) {
    const Eigen::Index columns = loss.design().columns();
    m_penalties = Eigen::VectorXd::Zero(1 + columns);
    m_penalties.tail(columns) = loss.design().penalties(1, 2);
    m_point = Eigen::MatrixXd::Zero(1 + columns, loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
}

/// The Hessian of the penalised problem, made definite where the problem itself has a direction without curvature: all
/// classes' scores may move together, and without a penalty so may weights of dependent features. Along those the
/// gradient is zero, and what is added keeps the step there zero too.
bool NewtonLogisticSolver::factorise(double lambda) {
    const Eigen::Index width = m_point.rows(), outputs = m_point.cols();
    Eigen::MatrixXd penalised = m_hessian;
    for (Eigen::Index k = 0; k < outputs; ++k) penalised.diagonal().segment(k * width, width) += lambda * m_penalties;
    if (lambda == 0) penalised.diagonal() *= 1 + 1e-11;
    if (outputs > 1) {
        const double weight = m_hessian.diagonal().mean();
        for (Eigen::Index j = 0; j < (lambda == 0 ? width : 1); ++j)
            for (Eigen::Index k = 0; k < outputs; ++k)
                for (Eigen::Index l = 0; l < outputs; ++l) penalised(k * width + j, l * width + j) += weight;
    }
    m_factor.compute(penalised);
    return m_factor.info() == Eigen::Success;
}

Eigen::MatrixXd NewtonLogisticSolver::stepAgainst(const Eigen::MatrixXd& gradient) const {
    const Eigen::VectorXd step = -m_factor.solve(gradient.reshaped());
    return step.reshaped(gradient.rows(), gradient.cols());
}

/// From the solution of another lambda, whose gradient is therefore known without a pass over the rows.
void NewtonLogisticSolver::startFrom(double lambda) {
    if (m_hessian.size() == 0 || !factorise(lambda)) return;
    m_point += stepAgainst(penaltyGradient(m_penalties, lambda - m_lambda, m_point));
}

LogisticFit NewtonLogisticSolver::fit(double lambda, JobContext& context) {
    const std::vector<Eigen::Index>& columns = m_loss.design().allColumns();
    startFrom(lambda);
    LogisticFit result;
    Eigen::MatrixXd step = Eigen::MatrixXd::Zero(m_point.rows(), m_point.cols());
    double best = std::numeric_limits<double>::infinity(), previous = best;
    bool renew = true;
    for (std::int64_t iteration = 0; iteration < m_rule.maxIterations && !context.shouldFinish(); ++iteration) {
        LogLossSums sums = m_loss.evaluate(m_point, columns, renew ? Derivatives::Second : Derivatives::First, context);
        const Eigen::MatrixXd pull = penaltyGradient(m_penalties, lambda, m_point);
        const double objective = sums.loss + 0.5 * pull.cwiseProduct(m_point).sum();
        if (!(objective <= best * (1 + 1e-12))) {  // the step was too long
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

LbfgsLogisticSolver::LbfgsLogisticSolver(const LogLoss& loss, const StopRule& rule) : m_loss(loss), m_rule(rule) {
    const Eigen::Index columns = loss.design().columns();
    m_penalties = Eigen::VectorXd::Zero(1 + columns);
    m_penalties.tail(columns) = loss.design().penalties(1, 2);
    m_point = Eigen::MatrixXd::Zero(1 + columns, loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
}

void LbfgsLogisticSolver::factorise(double lambda, JobContext& context) {
    constexpr Eigen::Index kMostColumns = 2000;
    const Eigen::Index columns = m_loss.design().columns();
    const double bound = m_loss.outputs() == 1 ? 0.25 : 0.5;
    if (columns > kMostColumns) {
        m_diagonal = (bound + (lambda * m_penalties).array()).inverse();
        return;
    }
    if (m_gram.size() == 0) m_gram = gram(m_loss.design(), context);
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(1 + columns, 1 + columns);
    matrix(0, 0) = bound;
    matrix.bottomRightCorner(columns, columns) = bound * m_gram;
    matrix.diagonal() += lambda * m_penalties;
    matrix.diagonal() *= 1 + 1e-10;
    m_factor.compute(matrix);
    if (m_factor.info() != Eigen::Success) m_diagonal = matrix.diagonal().cwiseInverse();
}

Eigen::MatrixXd LbfgsLogisticSolver::preconditioned(const Eigen::MatrixXd& gradient) const {
    if (m_diagonal.size() > 0) return m_diagonal.asDiagonal() * gradient;
    return m_factor.solve(gradient);
}

LogisticFit LbfgsLogisticSolver::fit(double lambda, JobContext& context) {
    factorise(lambda, context);
    const auto evaluate = [&](const Eigen::MatrixXd& point, Eigen::MatrixXd& gradient) {
        LogLossSums sums = m_loss.evaluate(point, m_loss.design().allColumns(), Derivatives::First, context);
        const Eigen::MatrixXd pull = penaltyGradient(m_penalties, lambda, point);
        gradient = sums.gradient + pull;
        return sums.loss + 0.5 * pull.cwiseProduct(point).sum();
    };
    const auto precondition = [&](const Eigen::MatrixXd& gradient) { return preconditioned(gradient); };
    LogisticFit result;
    result.converged = minimiseByLbfgs(evaluate, precondition, m_rule, m_point, context);
    // Log odds beyond e^30 : 1 everywhere are only reached when nothing holds the weights.
    result.separated = lambda == 0 && m_point.cwiseAbs().maxCoeff() > 30;
    result.point = m_point;
    return result;
}

}  // namespace holdout
