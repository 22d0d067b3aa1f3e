// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "split/splitter.h"

namespace holdout::testing {

/// Row i is held out in fold (i + deal * (i / 5)) % 5.
inline std::vector<Fold> fiveFolds(std::size_t rows, std::size_t deal) {
    std::vector<Fold> folds(5);
    for (std::size_t k = 0; k < folds.size(); ++k) {
        folds[k].index = static_cast<int>(k);
        for (std::uint32_t row = 0; row < rows; ++row)
            ((row + deal * (row / 5)) % 5 == k ? folds[k].test : folds[k].train).push_back(row);
    }
    return folds;
}

}  // namespace holdout::testing
