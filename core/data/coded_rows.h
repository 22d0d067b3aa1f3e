// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "data/column.h"

namespace holdout {

/// A column as a small set of classes: categories as they are, numbers and dates by quantiles.
struct CodedRows {
    std::vector<std::uint32_t> codes;  ///< 0 … count - 1; count where missing
    std::size_t count = 0;
};

/// Numbers are cut at the 1/classes, 2/classes … quantiles (type 7), each class holding its upper edge; edges that are
/// equal count once, and numbers of at most `classes` different values keep them all. Texts and the like have no classes.
CodedRows codedRows(const Column& column, std::size_t classes);

}  // namespace holdout
