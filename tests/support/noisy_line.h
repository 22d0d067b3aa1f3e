// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/seed.h"
#include "data/csv_reader.h"

namespace holdout::testing {

/// 40 rows of x and y = x + noise, as if they had been read: enough to fill every part of a run of a regression.
inline ReadResult noisyLine() {
    std::vector<double> x, y;
    RandomStream random(Seed{5});
    for (int i = 0; i < 40; ++i) {
        x.push_back(random.normal());
        y.push_back(x.back() + random.normal());
    }
    ReadResult read;
    read.table = Table({Column::numbers("x", x), Column::numbers("y", y)});
    return read;
}

}  // namespace holdout::testing
