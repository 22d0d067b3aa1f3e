// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/lbfgs.h"
#include "model/linear/loss_solver.h"
#include "model/linear/moments.h"

namespace holdout {
namespace {

// A Hessian of so many entries a side is factorised in the time of a few passes over the rows.
constexpr Eigen::Index kMostHessian = 1200;
// Rows a parameter: enough for a sample's Hessian to be within a third of that of all rows.
constexpr std::size_t kSampleRows = 16;
// The bound is above the curvature, so that its step is shorter than the true distance.
constexpr double kBoundSlack = 0.03;
// A sample's Hessian is off by about a third either way.
constexpr double kHessianSlack = 0.5;

}  // namespace

LbfgsSolver::LbfgsSolver(const LinearLoss& loss, const StopRule& rule) : m_loss(loss), m_rule(rule) {
    const Eigen::Index columns = loss.design().columns();
    m_penalties = Eigen::VectorXd::Zero(1 + columns);
    m_penalties.tail(columns) = loss.design().penalties(1, 2);
    m_point = Eigen::MatrixXd::Zero(1 + columns, loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
}

void LbfgsSolver::factoriseBound(double lambda, JobContext& context) {
    constexpr Eigen::Index kMostColumns = 2000;
    const Eigen::Index columns = m_loss.design().columns();
    const double bound = m_loss.curvatureBound();
    m_diagonal = (bound + (lambda * m_penalties).array()).inverse();
    m_preconditioning = Preconditioning::Diagonal;
    if (columns > kMostColumns || m_loss.design().isSparse()) return;
    if (m_gram.size() == 0) m_gram = gram(m_loss.design(), context);
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(1 + columns, 1 + columns);
    matrix(0, 0) = bound;
    matrix.bottomRightCorner(columns, columns) = bound * m_gram;
    matrix.diagonal() += lambda * m_penalties;
    matrix.diagonal() *= 1 + 1e-10;
    m_factor.compute(matrix);
    if (m_factor.info() == Eigen::Success) m_preconditioning = Preconditioning::Bound;
}

bool LbfgsSolver::factoriseHessian(double lambda) {
    if (m_hessian.size() == 0) return false;
    m_factor.compute(penalisedHessian(m_hessian, lambda, m_penalties, m_point.cols()));
    if (m_factor.info() != Eigen::Success) return false;
    m_preconditioning = Preconditioning::Hessian;
    return true;
}

Eigen::MatrixXd LbfgsSolver::preconditioned(const Eigen::MatrixXd& gradient) const {
    if (m_preconditioning == Preconditioning::Diagonal) return m_diagonal.asDiagonal() * gradient;
    if (m_preconditioning == Preconditioning::Bound) return m_factor.solve(gradient);
    const Eigen::VectorXd step = m_factor.solve(gradient.reshaped());
    return step.reshaped(gradient.rows(), gradient.cols());
}

bool LbfgsSolver::minimise(double lambda, RowSample sample, const StopRule& rule, JobContext& context) {
    const std::vector<Eigen::Index>& columns = m_loss.design().allColumns();
    const auto evaluate = [&](const Eigen::MatrixXd& point, Eigen::MatrixXd& gradient) {
        LossSums sums = m_loss.evaluate(point, columns, Derivatives::First, context, sample);
        const Eigen::MatrixXd pull = penaltyGradient(m_penalties, lambda, point);
        gradient = sums.gradient + pull;
        return sums.loss + 0.5 * pull.cwiseProduct(point).sum();
    };
    const auto precondition = [&](const Eigen::MatrixXd& gradient) { return preconditioned(gradient); };
    const double slack = m_preconditioning == Preconditioning::Hessian ? kHessianSlack : kBoundSlack;
    return minimiseByLbfgs(evaluate, precondition, {slack * rule.tolerance, rule.maxIterations}, m_point, context);
}

/// Leaves the Hessian of a sample of the rows, taken where that sample's own loss is least: as close to the solution as
/// the sample can tell, for a fraction of the passes.
void LbfgsSolver::startFromSample(double lambda, JobContext& context) {
    const auto size = static_cast<std::size_t>(m_point.size());
    const auto rows = static_cast<std::size_t>(m_loss.design().rows());
    RowSample sample{std::max<std::size_t>(1, rows / (kSampleRows * size))};
    if (m_loss.sampledShare(sample) == 0) sample.stride = 1;
    const StopRule rough{0.03, 100};
    minimise(lambda, sample,
             {std::max(rough.tolerance, m_rule.tolerance), std::min(rough.maxIterations, m_rule.maxIterations)},
             context);
    m_hessian = m_loss.evaluate(m_point, m_loss.design().allColumns(), Derivatives::Second, context, sample).hessian;
}

LossFit LbfgsSolver::fit(double lambda, JobContext& context) {
    if (!factoriseHessian(lambda)) {
        factoriseBound(lambda, context);
        if (m_hessian.size() == 0 && m_point.size() <= kMostHessian) {
            startFromSample(lambda, context);
            factoriseHessian(lambda);
        }
    }
    LossFit result;
    result.converged = minimise(lambda, {}, m_rule, context);
    // Log odds beyond e^30 : 1 everywhere are only reached when nothing holds the weights.
    result.separated = lambda == 0 && m_point.cwiseAbs().maxCoeff() > 30;
    result.point = m_point;
    return result;
}

}  // namespace holdout
