// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "base/job_context.h"
#include "prepare/outlier/row_matrix.h"

namespace holdout {

/// The mean depth at which an unsuccessful search in a binary search tree of `rows` keys ends, 2 H(n - 1) - 2 (n - 1) / n:
/// what depths are compared with (Liu, Ting, Zhou 2008, eq. 1; H(i) = ln i + Euler's constant as there, 1 for two rows).
double averagePathLength(double rows);

/// A tree of random cuts.
struct IsolationTree {
    std::vector<std::int32_t> column;  ///< by node; -1 for a leaf
    std::vector<double> cut;           ///< smaller cells go left; for a leaf the rows that ended there
    std::vector<std::int32_t> left;    ///< the right child follows it

    /// The depth of the leaf where a row ends, and what its rows would have added.
    double pathLength(const double* row) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(IsolationTree, column, cut, left)

/// Rows that few random cuts part from all others are outliers (Liu, Ting, Zhou 2008, Isolation Forest, ICDM).
struct IsolationForest {
    std::vector<IsolationTree> trees;
    double sample = 0;  ///< rows that each tree saw

    /// 2^(- mean path length / averagePathLength(sample)): near 1 for outliers, below 0.5 for others.
    double score(const double* row) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(IsolationForest, trees, sample)

/// Each tree cuts `sample` rows drawn without replacement, down to the depth log2(sample). The bits depend on the seed,
/// never on threads. Throws Cancelled.
IsolationForest growIsolationForest(const RowMatrix& rows, std::size_t trees, std::size_t sample, JobContext& context);

}  // namespace holdout
