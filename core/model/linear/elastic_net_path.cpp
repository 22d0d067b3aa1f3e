// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/elastic_net_path.h"

#include "model/linear/coordinate_descent.h"
#include "model/linear/working_set.h"

namespace holdout {
namespace {

LeastSquaresFit fitOf(const DesignMatrix& design, const Eigen::VectorXd& weights, double mean, bool converged,
                      const StopRule& rule) {
    LeastSquaresFit fit{design.toRaw(weights, Eigen::VectorXd::Constant(1, mean)), {}};
    if (!converged) fit.warnings.push_back(notConverged(rule));
    return fit;
}

/// Tolerances are lengths of standardised weights for a target of standard deviation 1.
double toleranceFor(const StopRule& rule, double variance) {
    return rule.tolerance * std::sqrt(variance);
}

std::vector<LeastSquaresFit> tallPath(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio,
                                      const std::vector<double>& lambdas, const StopRule& rule, JobContext& context) {
    const Moments sums = moments(design, target, context);
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(design.columns());
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) {
        const SparseQuadratic problem{sums.gram, sums.cross, design.penalties(lambda * l1Ratio, 1),
                                      design.penalties(lambda * (1 - l1Ratio), 2)};
        const bool converged = minimiseSparseQuadratic(problem, rule.tolerance, rule.maxIterations, weights, context);
        fits.push_back(fitOf(design, weights, sums.mean, converged, rule));
    }
    return fits;
}

/// The problem with more columns than rows: the Gram matrix of the working set alone is known.
class WidePath {
public:
    WidePath(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio, const StopRule& rule)
        : m_design(design), m_rule(rule), m_l1Ratio(l1Ratio), m_whole(design.weighted()), m_set(design.columns()) {
        m_mean = weightedMean(target, design.shares());
        m_answers = (target.array() - m_mean) * design.shares().array().sqrt();
        m_tolerance = toleranceFor(rule, m_answers.squaredNorm());
        m_left = crossWith(m_answers);
        m_previous = (m_left.cwiseAbs().cwiseQuotient(design.penalties(1, 1))).maxCoeff() / l1Ratio;
    }

    LeastSquaresFit fit(double lambda, JobContext& context) {
        const Eigen::VectorXd l1 = m_design.penalties(lambda * m_l1Ratio, 1);
        const Eigen::VectorXd l2 = m_design.penalties(lambda * (1 - m_l1Ratio), 2);
        // The strong rule: correlations change no faster than lambda does.
        const double strong = std::max(0.0, 2 * lambda - m_previous) / std::max(lambda, 1e-300);
        grow(m_set.violators(m_left.cwiseAbs() - strong * l1, 0));
        bool converged = false;
        for (std::int64_t round = 0; round < m_rule.maxIterations; ++round) {
            context.throwIfStopped();
            const SparseQuadratic problem{m_gram, m_cross, l1(m_set.members()), l2(m_set.members())};
            const bool inner =
                minimiseSparseQuadratic(problem, m_rule.tolerance, m_rule.maxIterations, m_weights, context);
            m_left = crossWith(m_answers - m_columns * m_weights);
            const std::vector<Eigen::Index> wrong = m_set.violators(m_left.cwiseAbs() - l1, 10 * m_tolerance);
            converged = inner && wrong.empty();
            if (wrong.empty() || context.shouldFinish()) break;
            grow(wrong);
        }
        m_previous = lambda;
        return fitOf(m_design, m_set.scattered(m_weights), m_mean, converged, m_rule);
    }

private:
    Eigen::VectorXd crossWith(const Eigen::VectorXd& rows) const {
        Eigen::VectorXd cross(m_whole.cols());
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(m_whole.cols()), 256);
        parallelFor(parts.size(), [&](std::size_t i) {
            const auto begin = static_cast<Eigen::Index>(parts[i].begin),
                       count = static_cast<Eigen::Index>(parts[i].size());
            cross.segment(begin, count).noalias() = m_whole.middleCols(begin, count).transpose() * rows;
        });
        return cross;
    }

    /// Takes columns into the working set, with their products with all members.
    void grow(const std::vector<Eigen::Index>& added) {
        const auto old = static_cast<Eigen::Index>(m_set.members().size()),
                   more = static_cast<Eigen::Index>(added.size());
        if (more == 0) return;
        m_set.add(added);
        m_columns.conservativeResize(m_whole.rows(), old + more);
        m_columns.rightCols(more) = m_whole(Eigen::all, added);
        m_gram.conservativeResize(old + more, old + more);
        m_gram.rightCols(more).noalias() = m_columns.transpose() * m_columns.rightCols(more);
        m_gram.bottomLeftCorner(more, old) = m_gram.topRightCorner(old, more).transpose();
        m_weights.conservativeResize(old + more);
        m_weights.tail(more).setZero();
        m_cross.conservativeResize(old + more);
        m_cross.tail(more).noalias() = m_columns.rightCols(more).transpose() * m_answers;
    }

    const DesignMatrix& m_design;
    StopRule m_rule;
    double m_l1Ratio, m_mean = 0, m_tolerance = 0, m_previous = 0;
    Eigen::MatrixXd m_whole;
    WorkingSet m_set;
    Eigen::VectorXd m_answers;           ///< centred, each times the root of its row's share
    Eigen::VectorXd m_left;              ///< every column's product with the residuals
    Eigen::MatrixXd m_columns, m_gram;   ///< of the working set
    Eigen::VectorXd m_weights, m_cross;  ///< of the working set
};

}  // namespace

std::vector<LeastSquaresFit> elasticNet(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio,
                                        const std::vector<double>& lambdas, const StopRule& rule, JobContext& context) {
    if (design.columns() == 0) return ridge(design, target, lambdas, context);
    if (design.columns() <= design.rows()) return tallPath(design, target, l1Ratio, lambdas, rule, context);
    WidePath path(design, target, l1Ratio, rule);
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) fits.push_back(path.fit(lambda, context));
    return fits;
}

}  // namespace holdout
