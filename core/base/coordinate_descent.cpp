// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/coordinate_descent.h"

#include <Eigen/Cholesky>
#include <bit>
#include <vector>

namespace holdout {
namespace {

using Indices = std::vector<Eigen::Index>;

/// Beyond this many active coordinates descent alone is quicker than factorising them.
constexpr std::size_t kMostSolved = 2000;
/// From so many coordinates on those that move are packed together: their part of the matrix then stays in cache.
constexpr Eigen::Index kLeastPacked = 256;
/// Sweeps of packed coordinates are quick: they may come nearer than the tolerance asks for.
constexpr double kPackedGoal = 0.25;

/// The value at which a coordinate's own part of the problem is least; `pull` is what the others leave of c.
double bestValue(double pull, double l1, double curvature) {
    return std::copysign(std::max(std::abs(pull) - l1, 0.0), pull) / curvature;
}

/// Some coordinates of a problem, the others held. The matrix is kept in single precision: it only says how the
/// coordinates move one another, and what is left of c is taken anew, in double, when they have moved.
class PackedDescent {
public:
    PackedDescent(const SparseQuadratic& problem, const Indices& indices, const Eigen::VectorXd& v,
                  const Eigen::VectorXd& left)
        : m_room(roomFor(indices.size() * indices.size())),
          m_v(v(indices)),
          m_left(left(indices)),
          m_l1(problem.l1(indices)),
          m_l2(problem.l2(indices)) {
        for (Eigen::Index b = 0; b < m_v.size(); ++b) {
            const double* from = problem.hessian.col(indices[static_cast<std::size_t>(b)]).data();
            float* to = m_room.data() + b * m_v.size();
            for (std::size_t a = 0; a < indices.size(); ++a) to[a] = static_cast<float>(from[indices[a]]);
        }
    }

    const Eigen::VectorXd& values() const { return m_v; }

    double sweep() {
        double longest = 0;
        const Eigen::Index size = m_v.size();
        double* left = m_left.data();
        for (Eigen::Index a = 0; a < size; ++a) {
            const float* column = m_room.data() + a * size;
            const double diagonal = static_cast<double>(column[a]), curvature = diagonal + m_l2[a];
            if (!(curvature > 0)) continue;
            const double value = bestValue(left[a] + diagonal * m_v[a], m_l1[a], curvature), change = value - m_v[a];
            if (change == 0) continue;
            m_v[a] = value;
            for (Eigen::Index b = 0; b < size; ++b) left[b] -= change * static_cast<double>(column[b]);
            longest = std::max(longest, std::abs(change));
        }
        return longest;
    }

private:
    /// At least `size`, in few steps: the next problem, which is little larger, then finds the same room free.
    static Eigen::Index roomFor(std::size_t size) {
        const std::size_t step = std::max<std::size_t>(std::bit_floor(size) / 2, 1);
        return static_cast<Eigen::Index>((size + step - 1) / step * step);
    }

    Eigen::VectorXf m_room;  ///< the matrix, column after column
    Eigen::VectorXd m_v, m_left, m_l1, m_l2;
};

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

    /// Coordinates that are not zero, or gain by leaving it.
    Indices moving() const {
        Indices indices;
        for (Eigen::Index j = 0; j < m_v.size(); ++j)
            if (m_v[j] != 0 || std::abs(m_left[j]) > m_problem.l1[j]) indices.push_back(j);
        return indices;
    }

    /// Moves coordinates to new values.
    void moveTo(const Indices& indices, const Eigen::VectorXd& values) {
        Indices moved;
        std::vector<double> changes;
        for (std::size_t a = 0; a < indices.size(); ++a) {
            const double value = values[static_cast<Eigen::Index>(a)], change = value - m_v[indices[a]];
            if (change == 0) continue;
            m_v[indices[a]] = value;
            moved.push_back(indices[a]);
            changes.push_back(change);
        }
        const auto term = [&](std::size_t k) { return changes[k] * m_problem.hessian.col(moved[k]); };
        std::size_t k = 0;
        for (; k + 4 <= moved.size(); k += 4) m_left -= (term(k) + term(k + 1)) + (term(k + 2) + term(k + 3));
        for (; k < moved.size(); ++k) m_left -= term(k);
    }

    /// How far the coordinate would move that moves farthest by itself.
    double longestStep() const {
        double longest = 0;
        for (Eigen::Index j = 0; j < m_v.size(); ++j) {
            if (m_v[j] == 0 && std::abs(m_left[j]) <= m_problem.l1[j]) continue;
            const double curvature = m_diagonal[j] + m_problem.l2[j];
            if (!(curvature > 0)) continue;
            longest = std::max(
                longest, std::abs(bestValue(m_left[j] + m_diagonal[j] * m_v[j], m_problem.l1[j], curvature) - m_v[j]));
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
            if (moveTowards(indices, factor.solve(right))) break;
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
    bool moveTowards(const Indices& indices, const Eigen::VectorXd& goal) {
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
        // Packing costs as much as a sweep or two, which are all there is when little is enough.
        const bool isPacked = v.size() >= kLeastPacked && problem.enough == 0;
        const double length = isPacked ? descent.longestStep() : descent.sweep(all);
        ++sweeps;
        if (sweeps == 1) part = problem.enough * length;
        const double scale = std::max(v.cwiseAbs().maxCoeff(), 1e-3);
        if (length <= (solvable ? part : std::max(part, tolerance * scale))) return true;
        const double goal = std::max(part, solvable ? coarse * scale : tolerance * scale);
        if (isPacked) {
            const Indices moving = descent.moving();
            PackedDescent packed(problem, moving, v, left);
            // Once at least: what would leave zero has to, however short its step.
            for (double change = goal; change > kPackedGoal * goal && sweeps < maxSweeps; ++sweeps) {
                if (sweeps % 64 == 0) context.throwIfStopped();
                change = packed.sweep();
            }
            descent.moveTo(moving, packed.values());
        } else {
            const Indices active = descent.active();
            for (double change = length; change > goal && sweeps < maxSweeps; ++sweeps) {
                if (sweeps % 64 == 0) context.throwIfStopped();
                change = descent.sweep(active);
            }
        }
        if (!solvable) continue;
        solvable = descent.solveActive();
        if (solvable && descent.zerosAreOptimal(tolerance * scale)) return true;
        coarse = std::max(coarse * 0.1, tolerance);
    }
    return false;
}

}  // namespace holdout
