// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/space_encoding.h"

#include <algorithm>
#include <cmath>

namespace holdout {

SpaceEncoding::SpaceEncoding(SearchSpace space) : m_space(std::move(space)), m_conditions(m_space.size()) {
    for (std::size_t d = 0; d < m_space.size(); ++d) {
        if (!m_space[d].when) continue;
        for (std::size_t p = 0; p < m_space.size(); ++p) {
            if (m_space[p].name != m_space[d].when->param) continue;
            Condition condition{static_cast<Eigen::Index>(p), {}};
            for (const ParamValue& value : m_space[d].when->values)
                condition.positions.push_back(positionOf(m_space[p], value));
            m_conditions[d] = std::move(condition);
        }
    }
    // Conditions have no cycle: checkedSpace sees to it. So each round places at least one.
    std::vector<bool> isPlaced(m_space.size());
    while (m_order.size() < m_space.size())
        for (std::size_t d = 0; d < m_space.size(); ++d) {
            if (isPlaced[d] || (m_conditions[d] && !isPlaced[static_cast<std::size_t>(m_conditions[d]->parent)]))
                continue;
            isPlaced[d] = true;
            m_order.push_back(static_cast<Eigen::Index>(d));
        }
}

double SpaceEncoding::levels(Eigen::Index d) const {
    if (isChoice(d)) return static_cast<double>(dimension(d).choices.size());
    return dimension(d).integer ? dimension(d).high - dimension(d).low + 1 : 0;
}

double SpaceEncoding::snappedAt(Eigen::Index d, double position) const {
    const double within = std::clamp(position, 0.0, 1.0);
    if (isChoice(d) || dimension(d).integer) return positionOf(dimension(d), valueAt(dimension(d), within));
    return dimension(d).low == dimension(d).high ? 0.5 : within;
}

bool SpaceEncoding::isActive(Eigen::Index d, const Eigen::VectorXd& snappedPosition) const {
    const auto& condition = m_conditions[static_cast<std::size_t>(d)];
    if (!condition) return true;
    return std::find(condition->positions.begin(), condition->positions.end(), snappedPosition[condition->parent]) !=
           condition->positions.end();
}

Eigen::VectorXd SpaceEncoding::snapped(const Eigen::VectorXd& position) const {
    Eigen::VectorXd result(size());
    for (const Eigen::Index d : m_order) {
        result[d] = inactive;
        if (isActive(d, result)) result[d] = snappedAt(d, position[d] == inactive ? 0.5 : position[d]);
    }
    return result;
}

Eigen::VectorXd SpaceEncoding::encode(const Point& point) const {
    Eigen::VectorXd result = Eigen::VectorXd::Constant(size(), inactive);
    for (Eigen::Index d = 0; d < size(); ++d)
        if (const auto found = point.find(dimension(d).name); found != point.end())
            result[d] = positionOf(dimension(d), found->second);
    return result;
}

Point SpaceEncoding::decode(const Eigen::VectorXd& position) const {
    const Eigen::VectorXd at = snapped(position);
    Point point;
    for (Eigen::Index d = 0; d < size(); ++d)
        if (at[d] != inactive) point[dimension(d).name] = valueAt(dimension(d), at[d]);
    return point;
}

std::optional<double> SpaceEncoding::neighbour(Eigen::Index d, double position, int steps) const {
    const double value = static_cast<double>(std::get<std::int64_t>(valueAt(dimension(d), position))) + steps;
    if (value < dimension(d).low || value > dimension(d).high) return std::nullopt;
    return positionOf(dimension(d), static_cast<std::int64_t>(value));
}

}  // namespace holdout
