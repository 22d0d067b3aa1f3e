// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <list>
#include <vector>

#include "model/svm/kernel.h"

namespace holdout {

/// Rows of a kernel matrix that were computed lately. The last two asked for stay valid.
class KernelCache {
public:
    KernelCache(const KernelRows& rows, std::size_t bytes)
        : m_rows(rows),
          m_places(static_cast<std::size_t>(rows.size()), m_recent.end()),
          m_most(std::max<std::size_t>(2, bytes / (static_cast<std::size_t>(rows.padded()) * sizeof(float) + 1))) {}

    /// Kernel of `row` with all rows.
    const float* row(Eigen::Index row) {
        auto& place = m_places[static_cast<std::size_t>(row)];
        if (place != m_recent.end()) {
            m_recent.splice(m_recent.begin(), m_recent, place);
            return place->values.data();
        }
        if (m_recent.size() < m_most) {
            m_recent.push_front({row, Eigen::VectorXf(m_rows.padded())});
        } else {
            m_recent.splice(m_recent.begin(), m_recent, std::prev(m_recent.end()));
            m_places[static_cast<std::size_t>(m_recent.front().row)] = m_recent.end();
            m_recent.front().row = row;
        }
        place = m_recent.begin();
        m_rows.rowOf(row, place->values);
        return place->values.data();
    }

private:
    struct Entry {
        Eigen::Index row;
        Eigen::VectorXf values;
    };
    const KernelRows& m_rows;
    std::list<Entry> m_recent;  ///< the latest first
    std::vector<std::list<Entry>::iterator> m_places;
    std::size_t m_most;
};

}  // namespace holdout
