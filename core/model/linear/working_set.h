// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <vector>

namespace holdout {

/// The columns that a sparse solver works on: those whose weights may differ from 0. Only grows.
class WorkingSet {
public:
    explicit WorkingSet(Eigen::Index columns) : m_isMember(static_cast<std::size_t>(columns), false) {}

    const std::vector<Eigen::Index>& members() const { return m_members; }
    bool has(Eigen::Index column) const { return m_isMember[static_cast<std::size_t>(column)]; }
    void add(const std::vector<Eigen::Index>& columns);
    /// Adds the columns for which `wanted` holds and that are not members yet.
    void addWhere(const Eigen::Array<bool, Eigen::Dynamic, 1>& wanted);
    /// Columns outside whose `excess` is above `slack`, the worst first; not more of them than there are members, but
    /// 64 in any case.
    std::vector<Eigen::Index> violators(const Eigen::VectorXd& excess, double slack) const;
    /// Values of the members at their places among all columns, 0 elsewhere.
    Eigen::VectorXd scattered(const Eigen::VectorXd& values) const;

private:
    std::vector<Eigen::Index> m_members;
    std::vector<bool> m_isMember;
};

}  // namespace holdout
