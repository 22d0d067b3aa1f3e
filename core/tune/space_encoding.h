// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <Eigen/Core>

#include "tune/sampling.h"

namespace holdout {

/// A search space as numbers, for models of the score. A point is a vector with one number a dimension: its position 0
/// … 1 on the dimension's scale (the middle of its share for a choice), or `inactive` where the dimension's condition
/// does not hold. Immutable; any thread may call.
class SpaceEncoding {
public:
    static constexpr double inactive = -1;

    explicit SpaceEncoding(SearchSpace space);

    const SearchSpace& space() const { return m_space; }
    Eigen::Index size() const { return static_cast<Eigen::Index>(m_space.size()); }
    bool isChoice(Eigen::Index d) const { return !dimension(d).choices.empty(); }
    bool isInteger(Eigen::Index d) const { return !isChoice(d) && dimension(d).integer; }
    /// How many values the dimension has; 0 when it is continuous.
    double levels(Eigen::Index d) const;

    Eigen::VectorXd encode(const Point& point) const;
    /// The point that `position` (any numbers 0 … 1) stands for: whole numbers rounded, inactive dimensions left out.
    Point decode(const Eigen::VectorXd& position) const;
    /// encode(decode(position)), quickly. Numbers of inactive dimensions in `position` do not matter.
    Eigen::VectorXd snapped(const Eigen::VectorXd& position) const;
    /// The position of the value `steps` levels away, or none outside the dimension. Integer dimensions only.
    std::optional<double> neighbour(Eigen::Index d, double position, int steps) const;

private:
    struct Condition {
        Eigen::Index parent;
        std::vector<double> positions;  ///< of the parent, with which the dimension matters
    };
    const Dimension& dimension(Eigen::Index d) const { return m_space[static_cast<std::size_t>(d)]; }
    double snappedAt(Eigen::Index d, double position) const;
    bool isActive(Eigen::Index d, const Eigen::VectorXd& snappedPosition) const;

    SearchSpace m_space;
    std::vector<std::optional<Condition>> m_conditions;
    std::vector<Eigen::Index> m_order;  ///< parents before those that depend on them
};

}  // namespace holdout
