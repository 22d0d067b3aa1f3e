// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <Eigen/Core>

namespace holdout {

/// What is left of points in the few directions in which they differ most: their coordinates there, and the length of
/// the rest. By the inequality of Cauchy and Schwarz the product of two shadows is never less than that of the points
///   x'q <= (P x)'(P q) + |x - P x| |q - P q|,
/// so that a distance in shadows is a lower bound of the distance, for a fraction of the work. Immutable.
class Shadows {
public:
    static constexpr Eigen::Index directions = 64;
    static constexpr Eigen::Index size = directions + 1;

    /// Of the points in the columns of `points`; none where they are few, have few coordinates, or differ in so many
    /// directions that shadows would tell little. The directions are found by subspace iteration on a sample of the
    /// points (Halko, Martinsson, Tropp 2011, algorithm 4.4); any directions give a valid bound.
    static std::optional<Shadows> of(const Eigen::MatrixXf& points);

    /// Points × size. Of each column of `points`, with its length in `lengths`.
    Eigen::MatrixXf cast(const Eigen::Ref<const Eigen::MatrixXf>& points, const Eigen::VectorXd& lengths) const;
    /// By how much at most the product of two shadows, summed in float32 in any order, is less than the product of
    /// their points, whose lengths are given.
    double slack(double length, double otherLength) const { return m_slack * length * otherLength; }

private:
    explicit Shadows(Eigen::MatrixXf basis);

    Eigen::MatrixXf m_basis;     ///< coordinates × directions, orthonormal but for rounding
    double m_restSlack = 0;      ///< of the squared length of the rest, as a part of that of the point
    double m_slack = 0;
};

}  // namespace holdout
