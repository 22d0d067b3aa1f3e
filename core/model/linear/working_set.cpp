// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/working_set.h"

#include <algorithm>

namespace holdout {

void WorkingSet::add(const std::vector<Eigen::Index>& columns) {
    for (const Eigen::Index column : columns) {
        m_members.push_back(column);
        m_isMember[static_cast<std::size_t>(column)] = true;
    }
}

void WorkingSet::addWhere(const Eigen::Array<bool, Eigen::Dynamic, 1>& wanted) {
    std::vector<Eigen::Index> columns;
    for (Eigen::Index j = 0; j < wanted.size(); ++j)
        if (wanted[j] && !m_isMember[static_cast<std::size_t>(j)]) columns.push_back(j);
    add(columns);
}

std::vector<Eigen::Index> WorkingSet::violators(const Eigen::VectorXd& excess, double slack) const {
    constexpr std::size_t kLeast = 64;
    std::vector<Eigen::Index> found;
    for (Eigen::Index j = 0; j < excess.size(); ++j)
        if (!m_isMember[static_cast<std::size_t>(j)] && excess[j] > slack) found.push_back(j);
    std::stable_sort(found.begin(), found.end(), [&](Eigen::Index a, Eigen::Index b) { return excess[a] > excess[b]; });
    found.resize(std::min(found.size(), std::max(kLeast, m_members.size())));
    return found;
}

Eigen::VectorXd WorkingSet::scattered(const Eigen::VectorXd& values) const {
    Eigen::VectorXd all = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(m_isMember.size()));
    all(m_members) = values;
    return all;
}

}  // namespace holdout
