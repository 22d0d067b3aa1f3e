// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout::testing {

/// The same features with their zeros left out.
inline Features sparseOf(const Features& dense) {
    Features features{{}, dense.names, SparseRows{}, {}};
    features.sparse->width = static_cast<std::size_t>(dense.values.cols());
    for (Eigen::Index i = 0; i < dense.values.rows(); ++i) {
        for (Eigen::Index j = 0; j < dense.values.cols(); ++j) {
            if (dense.values(i, j) == 0) continue;
            features.sparse->columns.push_back(static_cast<std::int32_t>(j));
            features.sparse->values.push_back(dense.values(i, j));
        }
        features.sparse->endRow();
    }
    return features;
}

}  // namespace holdout::testing
