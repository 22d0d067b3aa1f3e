// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/sparse_solver.h"

#include "base/coordinate_descent.h"

namespace holdout {
namespace {

/// So small a problem is worked on whole.
constexpr Eigen::Index kWholeProblem = 400;
/// When the working set grows, it grows by the columns that are so near their penalty too.
constexpr double kNear = 0.85;
/// A gradient may exceed its penalty by this part of it, however loose the tolerance is.
constexpr double kMostSlack = 2e-3;
/// A step by a kept Hessian that is longer than this part of the one before says that it does not serve any more.
constexpr double kServes = 0.65;
/// A step is found when a sweep of descent changes it by less than this part of the first sweep.
constexpr double kEnough = 0.05;

double penaltyValue(const Eigen::MatrixXd& point, const Eigen::MatrixXd& l1, const Eigen::MatrixXd& l2) {
    return (l1.array() * point.array().abs() + 0.5 * l2.array() * point.array().square()).sum();
}

/// `penalties` of columns for every output, with an intercept that has none.
Eigen::MatrixXd pointPenalties(const Eigen::VectorXd& penalties, Eigen::Index outputs) {
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(1 + penalties.size(), outputs);
    all.bottomRows(penalties.size()) = penalties.replicate(1, outputs);
    return all;
}

}  // namespace

SparseSolver::SparseSolver(const LinearLoss& loss, double l1Ratio, const StopRule& rule)
    : m_loss(loss), m_l1Ratio(l1Ratio), m_rule(rule), m_set(loss.design().columns()) {
    m_point = Eigen::MatrixXd::Zero(1 + loss.design().columns(), loss.outputs());
    m_point.row(0) = loss.nullIntercepts();
    if (m_point.size() <= kWholeProblem) m_set.add(loss.design().allColumns());
    m_working = makeWorkingLoss(loss, m_set);
}

Eigen::MatrixXd SparseSolver::modelMinimum(const Eigen::MatrixXd& point, const Eigen::MatrixXd& gradient,
                                           const Eigen::MatrixXd& l1, const Eigen::MatrixXd& l2,
                                           JobContext& context) const {
    Eigen::VectorXd minimum = point.reshaped();
    Eigen::VectorXd left = -gradient.reshaped();
    const SparseQuadratic problem{m_working->hessian(), {}, l1.reshaped(), l2.reshaped(), kEnough};
    minimiseSparseQuadratic(problem, 0.1 * m_rule.tolerance, 100'000, minimum, left, context);
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
    bool converged = false, renew = m_working->hessian().size() == 0;
    for (std::int64_t iteration = 0; iteration < m_rule.maxIterations && !context.shouldFinish(); ++iteration) {
        const LossSums sums =
            m_working->evaluate(point, renew ? Derivatives::Second : Derivatives::First, context);
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
    if (m_largest.size() == 0) m_largest = m_working->largestGradients(m_point, context);
    const Eigen::VectorXd l1 = m_loss.design().penalties(lambda * m_l1Ratio, 1);
    if (m_set.violators(m_largest - l1, std::min(slack, kMostSlack * l1.minCoeff())).empty()) return false;
    addToSet(m_set.violators(m_largest - kNear * l1, 0), context);
    return true;
}

void SparseSolver::addToSet(const std::vector<Eigen::Index>& columns, JobContext& context) {
    m_set.add(columns);
    m_working->grow(columns, context);
}

void SparseSolver::startAt(const Eigen::MatrixXd& point) {
    m_point = point;
    const Eigen::VectorXd largest = point.bottomRows(point.rows() - 1).cwiseAbs().rowwise().maxCoeff();
    std::vector<Eigen::Index> used;
    for (Eigen::Index j = 0; j < largest.size(); ++j)
        if (largest[j] > 0 && !m_set.has(j)) used.push_back(j);
    m_set.add(used);
    m_working = makeWorkingLoss(m_loss, m_set);
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
