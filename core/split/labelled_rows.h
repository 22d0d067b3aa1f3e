// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/column.h"

namespace holdout {

/// The distinct values of a column of any type, and which of them each row has.
struct LabelledRows {
    std::vector<std::string> values;   ///< as a person writes them; numbers by size, others in natural order
    std::vector<std::uint32_t> value;  ///< by row; `absent` where the cell is missing
    static constexpr std::uint32_t absent = static_cast<std::uint32_t>(-1);
};
LabelledRows labelledRows(const Column& column);

}  // namespace holdout
