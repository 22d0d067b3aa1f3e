// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/feature_rows.h"

namespace holdout {

Features gatheredRows(const Features& features, const std::vector<std::uint32_t>& rows) {
    Features some{{}, features.names, {}, features.image, {}, features.levels};
    if (features.sparse)
        some.sparse = features.sparse->gather(rows);
    else
        some.values = features.values(rows, Eigen::all);
    return some;
}

}  // namespace holdout
