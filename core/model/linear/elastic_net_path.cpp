// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/elastic_net_path.h"

#include "base/coordinate_descent.h"
#include "model/linear/working_set.h"

namespace holdout {
namespace {

/// Sparse features of more columns are worked on by a working set, in which they are dense.
constexpr Eigen::Index kGramOfSparse = 128;

LeastSquaresFit fitOf(const Standardisation& scale, const Eigen::VectorXd& weights, double mean, bool converged,
                      const StopRule& rule) {
    LeastSquaresFit fit{scale.toRaw(weights, Eigen::VectorXd::Constant(1, mean)), {}};
    if (!converged) fit.warnings.push_back(notConverged(rule));
    return fit;
}

/// Tolerances are lengths of standardised weights for a target of standard deviation 1.
double toleranceFor(const StopRule& rule, double variance) {
    return rule.tolerance * std::sqrt(variance);
}

/// The problem with more columns than rows: the Gram matrix of the working set alone is known.
class WidePath {
public:
    WidePath(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio, const StopRule& rule,
             JobContext& context)
        : m_design(design),
          m_rule(rule),
          m_l1Ratio(l1Ratio),
          m_roots(design.shares().cwiseSqrt()),
          m_set(design.columns()) {
        m_mean = weightedMean(target, design.shares());
        if (!design.isSparse()) m_whole = design.weighted();
        m_answers = (target.array() - m_mean) * m_roots.array();
        m_tolerance = toleranceFor(rule, m_answers.squaredNorm());
        m_residuals = m_answers;
        m_left = Eigen::VectorXd::Zero(design.columns());
        m_seen = Eigen::VectorXd::Zero(design.columns());
        lookAt(design.allColumns(), context);
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
            const Eigen::Index size = members();
            const SparseQuadratic problem{m_gram.topLeftCorner(size, size), m_cross, l1(m_set.members()),
                                          l2(m_set.members())};
            const bool inner =
                minimiseSparseQuadratic(problem, m_rule.tolerance, m_rule.maxIterations, m_weights, context);
            moveTo(m_answers - m_columns.leftCols(size) * m_weights);
            lookAt(whatMayExceed(l1), context);
            const std::vector<Eigen::Index> wrong = m_set.violators(m_left.cwiseAbs() - l1, 10 * m_tolerance);
            converged = inner && wrong.empty();
            if (wrong.empty() || context.shouldFinish()) break;
            grow(wrong);
        }
        m_previous = lambda;
        return fitOf(m_design.standardisation(), m_set.scattered(m_weights), m_mean, converged, m_rule);
    }

private:
    Eigen::Index members() const { return static_cast<Eigen::Index>(m_set.members().size()); }

    void moveTo(Eigen::VectorXd residuals) {
        m_moved += (residuals - m_residuals).norm();
        m_residuals = std::move(residuals);
    }

    /// Columns outside the working set whose product with the residuals may have come to exceed its penalty:
    /// standardised columns have length 1, so that no product changes by more than the residuals have moved since it
    /// was taken.
    std::vector<Eigen::Index> whatMayExceed(const Eigen::VectorXd& l1) const {
        std::vector<Eigen::Index> columns;
        for (Eigen::Index j = 0; j < l1.size(); ++j)
            if (!m_set.has(j) && std::abs(m_left[j]) + m_moved - m_seen[j] > l1[j]) columns.push_back(j);
        return columns;
    }

    /// Takes the products of columns with the residuals.
    void lookAt(const std::vector<Eigen::Index>& columns, JobContext& context) {
        if (m_design.isSparse()) {
            m_left = m_design.cross(m_roots.cwiseProduct(m_residuals), context);
            m_seen.setConstant(m_moved);
            return;
        }
        const std::vector<Range> parts = chunks(columns.size(), 64);
        parallelFor(parts.size(), [&](std::size_t part) {
            for (std::size_t i = parts[part].begin; i < parts[part].end; ++i) {
                m_left[columns[i]] = m_whole.col(columns[i]).dot(m_residuals);
                m_seen[columns[i]] = m_moved;
            }
        });
    }

    /// Takes columns into the working set, with their products with all members.
    void grow(const std::vector<Eigen::Index>& added) {
        const Eigen::Index old = members(), more = static_cast<Eigen::Index>(added.size());
        if (more == 0) return;
        m_set.add(added);
        reserve(old + more);
        auto fresh = m_columns.middleCols(old, more);
        if (m_design.isSparse())
            fresh = m_design.weighted(added);
        else
            for (Eigen::Index k = 0; k < more; ++k) fresh.col(k) = m_whole.col(added[static_cast<std::size_t>(k)]);
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(old + more), 128);
        parallelFor(parts.size(), [&](std::size_t part) {
            const auto begin = static_cast<Eigen::Index>(parts[part].begin),
                       count = static_cast<Eigen::Index>(parts[part].size());
            m_gram.block(begin, old, count, more).noalias() = m_columns.middleCols(begin, count).transpose() * fresh;
        });
        m_gram.block(old, 0, more, old) = m_gram.block(0, old, old, more).transpose();
        m_weights.conservativeResize(old + more);
        m_weights.tail(more).setZero();
        m_cross.conservativeResize(old + more);
        m_cross.tail(more).noalias() = fresh.transpose() * m_answers;
    }

    /// Room for so many members, twice as much as asked for when it has to be made.
    void reserve(Eigen::Index size) {
        if (size <= m_columns.cols()) return;
        const Eigen::Index room = std::min(2 * size, m_design.columns());
        m_columns.conservativeResize(m_design.rows(), room);
        m_gram.conservativeResize(room, room);
    }

    const DesignMatrix& m_design;
    StopRule m_rule;
    double m_l1Ratio, m_mean = 0, m_tolerance = 0, m_previous = 0;
    Eigen::VectorXd m_roots;  ///< of the rows' shares
    Eigen::MatrixXd m_whole;  ///< empty when the features are sparse
    WorkingSet m_set;
    Eigen::VectorXd m_answers, m_residuals;  ///< centred, each times the root of its row's share
    Eigen::VectorXd m_left;                  ///< every column's product with the residuals when it was looked at last
    Eigen::VectorXd m_seen;                  ///< what m_moved was then
    double m_moved = 0;                      ///< how far the residuals have moved in all
    Eigen::MatrixXd m_columns, m_gram;       ///< of the working set, with room for more
    Eigen::VectorXd m_weights, m_cross;      ///< of the working set
};

}  // namespace

std::vector<LeastSquaresFit> elasticNetOfMoments(const Standardisation& scale, const Moments& sums, double l1Ratio,
                                                 const std::vector<double>& lambdas, const StopRule& rule,
                                                 JobContext& context) {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(scale.means.size());
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) {
        const SparseQuadratic problem{sums.gram, sums.cross, scale.penalties(lambda * l1Ratio, 1),
                                      scale.penalties(lambda * (1 - l1Ratio), 2)};
        const bool converged = minimiseSparseQuadratic(problem, rule.tolerance, rule.maxIterations, weights, context);
        fits.push_back(fitOf(scale, weights, sums.mean, converged, rule));
    }
    return fits;
}

std::vector<LeastSquaresFit> elasticNet(const DesignMatrix& design, const Eigen::VectorXd& target, double l1Ratio,
                                        const std::vector<double>& lambdas, const StopRule& rule, JobContext& context) {
    if (design.columns() == 0) return ridge(design, target, lambdas, context);
    if (design.columns() <= design.rows() && !(design.isSparse() && design.columns() > kGramOfSparse))
        return elasticNetOfMoments(design.standardisation(), moments(design, target, context), l1Ratio, lambdas, rule,
                                   context);
    WidePath path(design, target, l1Ratio, rule, context);
    std::vector<LeastSquaresFit> fits;
    for (const double lambda : lambdas) fits.push_back(path.fit(lambda, context));
    return fits;
}

}  // namespace holdout
