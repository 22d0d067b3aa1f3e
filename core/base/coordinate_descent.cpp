// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/coordinate_descent.h"

#include <Eigen/Cholesky>
#include <vector>

namespace holdout {
namespace {

using Indices = std::vector<Eigen::Index>;

/// Beyond this many active coordinates descent alone is quicker than factorising them.
constexpr std::size_t kMostSolved = 2000;

class Descent {
public:
    Descent(const SparseQuadratic& problem, Eigen::VectorXd& v, Eigen::VectorXd& left)
        : m_problem(problem), m_v(v), m_left(left), m_diagonal(problem.hessian.diagonal()) {}

    /// One update of each of `coordinates`; the longest change.
    double sweep(const Indices& coordinates) {
        double longest = 0;
        for (const Eigen::Index j : coordinates) {
            const double curvature = m_diagonal[j] + m_problem.l2[j];
            if (!(curvature > 0)) continue;
            const double pull = m_left[j] + m_diagonal[j] * m_v[j];
            const double shrunk = std::max(std::abs(pull) - m_problem.l1[j], 0.0);
            const double change = std::copysign(shrunk, pull) / curvature - m_v[j];
            if (change == 0) continue;
            m_v[j] = shrunk == 0 ? 0 : m_v[j] + change;
            m_left -= change * m_problem.hessian.col(j);
            longest = std::max(longest, std::abs(change));
        }
        return longest;
    }

    Indices active() const {
        Indices indices;
        for (Eigen::Index j = 0; j < m_v.size(); ++j)
            if (m_v[j] != 0 || m_problem.l1[j] == 0) indices.push_back(j);
        return indices;
    }

    /// Solves for the active coordinates with their signs held; one that would change its sign stops at zero and
    /// leaves. False when their system is singular.
    bool solveActive() {
        if (m_linear.size() == 0)
            m_linear = m_problem.linear.size() > 0 ? m_problem.linear : Eigen::VectorXd(m_left + m_problem.hessian * m_v);
        for (Indices indices = active(); !indices.empty(); indices = active()) {
            if (indices.size() > kMostSolved) return false;
            Eigen::MatrixXd system = m_problem.hessian(indices, indices);
            Eigen::VectorXd right(system.rows());
            for (Eigen::Index a = 0; a < right.size(); ++a) {
                const Eigen::Index j = indices[static_cast<std::size_t>(a)];
                system(a, a) += m_problem.l2[j];
                right[a] = m_linear[j] - (m_problem.l1[j] > 0 ? std::copysign(m_problem.l1[j], m_v[j]) : 0);
            }
            const Eigen::LLT<Eigen::MatrixXd> factor(system);
            if (factor.info() != Eigen::Success || factor.rcond() < 1e-14) return false;
            if (moveTo(indices, factor.solve(right))) break;
        }
        m_left = m_linear - m_problem.hessian * m_v;
        return true;
    }

    /// Whether no coordinate at zero would gain by leaving it.
    bool zerosAreOptimal(double tolerance) const {
        for (Eigen::Index j = 0; j < m_v.size(); ++j) {
            if (m_v[j] != 0 || m_problem.l1[j] == 0) continue;
            const double curvature = m_diagonal[j] + m_problem.l2[j];
            if (std::abs(m_left[j]) - m_problem.l1[j] > tolerance * curvature) return false;
        }
        return true;
    }

private:
    /// Towards `goal` until the first coordinate reaches zero; true when none does.
    bool moveTo(const Indices& indices, const Eigen::VectorXd& goal) {
        double length = 1;
        Eigen::Index first = -1;
        for (std::size_t a = 0; a < indices.size(); ++a) {
            const double from = m_v[indices[a]], to = goal[static_cast<Eigen::Index>(a)];
            if (m_problem.l1[indices[a]] == 0 || (from > 0) == (to > 0)) continue;
            if (const double crossing = from / (from - to); crossing < length) {
                length = crossing;
                first = indices[a];
            }
        }
        for (std::size_t a = 0; a < indices.size(); ++a) {
            const double to = goal[static_cast<Eigen::Index>(a)];
            m_v[indices[a]] = length == 1 ? to : m_v[indices[a]] + length * (to - m_v[indices[a]]);
        }
        if (first < 0) return true;
        m_v[first] = 0;
        return false;
    }

    const SparseQuadratic& m_problem;
    Eigen::VectorXd& m_v;
    Eigen::VectorXd& m_left;     ///< c - Hv
    Eigen::VectorXd m_diagonal;  ///< of H
    Eigen::VectorXd m_linear;    ///< c, once it is needed
};

}  // namespace

bool minimiseSparseQuadratic(const SparseQuadratic& problem, double tolerance, std::int64_t maxSweeps,
                             Eigen::VectorXd& v, const JobContext& context) {
    Eigen::VectorXd left = problem.linear - problem.hessian * v;
    return minimiseSparseQuadratic(problem, tolerance, maxSweeps, v, left, context);
}

bool minimiseSparseQuadratic(const SparseQuadratic& problem, double tolerance, std::int64_t maxSweeps,
                             Eigen::VectorXd& v, Eigen::VectorXd& left, const JobContext& context) {
    if (v.size() == 0) return true;
    Descent descent(problem, v, left);
    Indices all(static_cast<std::size_t>(v.size()));
    for (std::size_t j = 0; j < all.size(); ++j) all[j] = static_cast<Eigen::Index>(j);
    // Descent only has to find the right set: a coarse goal first, a finer one whenever the set was wrong.
    constexpr double kExact = 1e-6;  // tolerances from here on are for speed, and do not ask for the system
    double coarse = 1e-3;
    bool solvable = tolerance < kExact;
    double part = 0;  // what is enough of the first sweep's length
    for (std::int64_t sweeps = 0; sweeps < maxSweeps && !context.shouldFinish();) {
        context.throwIfStopped();
        const double length = descent.sweep(all);
        ++sweeps;
        if (sweeps == 1) part = problem.enough * length;
        const double scale = std::max(v.cwiseAbs().maxCoeff(), 1e-3);
        if (length <= (solvable ? part : std::max(part, tolerance * scale))) return true;
        const Indices active = descent.active();
        const double goal = std::max(part, solvable ? coarse * scale : tolerance * scale);
        for (double change = length; change > goal && sweeps < maxSweeps; ++sweeps) {
            if (sweeps % 64 == 0) context.throwIfStopped();
            change = descent.sweep(active);
        }
        if (!solvable) continue;
        solvable = descent.solveActive();
        if (solvable && descent.zerosAreOptimal(tolerance * scale)) return true;
        coarse = std::max(coarse * 0.1, tolerance);
    }
    return false;
}

}  // namespace holdout
