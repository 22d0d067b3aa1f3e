// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/model.h"

namespace holdout {

/// Some rows of the features, in the order of `rows`; sparse stays sparse.
Features gatheredRows(const Features& features, const std::vector<std::uint32_t>& rows);

}  // namespace holdout
