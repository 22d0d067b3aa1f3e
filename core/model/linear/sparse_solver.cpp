// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/sparse_solver.h"

#include "base/coordinate_descent.h"

namespace holdout {
namespace {

/// So small a problem is worked on whole.
constexpr Eigen::Index kWholeProblem = 400;
/// When the working set grows, it grows by the columns that are so near their penalty too.
constexpr double kNear = 0.85;
/// A step by a kept Hessian that is longer than this part of the one before says that it does not serve any more.
constexpr double kServes = 0.5;

double penaltyValue(const Eigen::MatrixXd& point, const Eigen::MatrixXd& l1, const Eigen::MatrixXd& l2) {
    return (l1.array() * point.array().abs() + 0.5 * l2.array() * point.array().square()).sum();
}

/// `penalties` of columns for every output, with an intercept that has none.
Eigen::MatrixXd pointPenalties(const Eigen::VectorXd& penalties, Eigen::Index outputs) {
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(1 + penalties.size(), outputs);
    all.bottomRows(penalties.size()) = penalties.replicate(1, outputs);
    return all;
}

/// Gives curvature to directions that have none (all classes' intercepts together; with L1 alone, all classes' weights
/// of a feature). The model is centred at the point, so this only holds the step back along them.
void makeDefinite(Eigen::MatrixXd& hessian, Eigen::Index width, Eigen::Index outputs) {
    const double weight = hessian.diagonal().mean();
    hessian.diagonal() *= 1 + 1e-10;
    hessian.diagonal().array() += 1e-14 * weight;
    for (Eigen::Index k = 0; outputs > 1 && k < outputs; ++k)
        for (Eigen::Index l = 0; l < outputs; ++l) hessian(k * width, l * width) += weight;
}

}  // namespace

SparseSolver::SparseSolver(const LinearLoss& loss, double l1Ratio, const StopRule& rule)
    : m_loss(loss), m_l1Ratio(l1Ratio), m_rule(rule), m_set(loss.design().columns()) {
    m_point = Eigen::MatrixXd::Zero(1 + loss.design().columns(), loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
    if (m_point.size() <= kWholeProblem) m_set.add(loss.design().allColumns());
}

Eigen::MatrixXd SparseSolver::modelMinimum(const Eigen::MatrixXd& point, const Eigen::MatrixXd& gradient,
                                           const Eigen::MatrixXd& l1, const Eigen::MatrixXd& l2,
                                           JobContext& context) const {
    Eigen::VectorXd minimum = point.reshaped();
    const SparseQuadratic problem{m_hessian, m_hessian * minimum - gradient.reshaped(), l1.reshaped(), l2.reshaped()};
    minimiseSparseQuadratic(problem, 0.1 * m_rule.tolerance, 100'000, minimum, context);
    return minimum.reshaped(point.rows(), point.cols());
}

bool SparseSolver::fitWorkingSet(double lambda, JobContext& context) {
    std::vector<Eigen::Index> rows{0};
    for (const Eigen::Index column : m_set.members()) rows.push_back(1 + column);
    const Eigen::VectorXd shape1 = m_loss.design().penalties(lambda * m_l1Ratio, 1)(m_set.members());
    const Eigen::VectorXd shape2 = m_loss.design().penalties(lambda * (1 - m_l1Ratio), 2)(m_set.members());
    const Eigen::MatrixXd l1 = pointPenalties(shape1, m_point.cols()), l2 = pointPenalties(shape2, m_point.cols());

    Eigen::MatrixXd point = m_point(rows, Eigen::all), step = Eigen::MatrixXd::Zero(point.rows(), point.cols());
    double best = std::numeric_limits<double>::infinity(), previous = best;
    bool converged = false, renew = m_hessian.rows() != point.size();
    for (std::int64_t iteration = 0; iteration < m_rule.maxIterations && !context.shouldFinish(); ++iteration) {
        LossSums sums =
            m_loss.evaluate(point, m_set.members(), renew ? Derivatives::Second : Derivatives::First, context);
        const double objective = sums.loss + penaltyValue(point, l1, l2);
        if (!(objective <= best + 1e-12 * std::abs(best))) {  // the step was too long
            step *= 0.5;
            point -= step;
            renew = true;
            previous = std::numeric_limits<double>::infinity();
            if (step.cwiseAbs().maxCoeff() <= m_rule.tolerance) break;
            continue;
        }
        best = objective;
        if (renew) {
            m_hessian = std::move(sums.hessian);
            makeDefinite(m_hessian, point.rows(), point.cols());
        }
        const Eigen::MatrixXd next = modelMinimum(point, sums.gradient, l1, l2, context);
        step = next - point;
        point = next;
        const double length = step.cwiseAbs().maxCoeff(), scale = std::max(1.0, point.cwiseAbs().maxCoeff());
        const bool rounding = renew && length > 0.5 * previous && length < 1e-6 * scale;
        converged = length <= m_rule.tolerance * scale || rounding;
        if (converged) break;
        renew = length > kServes * previous;
        previous = length;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) m_point.row(rows[i]) = point.row(static_cast<Eigen::Index>(i));
    return converged;
}

bool SparseSolver::growBy(double lambda, double slack, JobContext& context) {
    const std::vector<Eigen::Index>& columns = m_loss.design().allColumns();
    if (m_set.members().size() == columns.size()) return false;
    if (m_largest.size() == 0) {
        const LossSums sums = m_loss.evaluateByColumns(m_point, context);
        m_largest = sums.gradient.bottomRows(m_point.rows() - 1).cwiseAbs().rowwise().maxCoeff();
    }
    const Eigen::VectorXd l1 = m_loss.design().penalties(lambda * m_l1Ratio, 1);
    if (m_set.violators(m_largest - l1, slack).empty()) return false;
    m_set.add(m_set.violators(m_largest - kNear * l1, 0));
    m_hessian.resize(0, 0);
    return true;
}

void SparseSolver::startAt(const Eigen::MatrixXd& point) {
    m_point = point;
    const Eigen::VectorXd largest = point.bottomRows(point.rows() - 1).cwiseAbs().rowwise().maxCoeff();
    m_set.addWhere(largest.array() > 0);
    m_hessian.resize(0, 0);
    m_largest.resize(0);
}

LossFit SparseSolver::fit(double lambda, JobContext& context) {
    LossFit result;
    growBy(lambda, 0, context);
    for (std::int64_t round = 0; round < m_rule.maxIterations; ++round) {
        result.converged = fitWorkingSet(lambda, context);
        m_largest.resize(0);
        if (context.shouldFinish() || !growBy(lambda, m_rule.tolerance, context)) break;
    }
    result.point = m_point;
    return result;
}

}  // namespace holdout
