// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/seed.h"
#include "data/dataset.h"

namespace holdout::test {

/// `columns` standard normal numbers and a category "colour"; the target depends on the first two numbers and the colour.
inline Table toyTable(std::size_t rows, std::size_t columns, Task task, std::uint64_t seed = 1) {
    RandomStream random(Seed{seed});
    std::vector<std::vector<double>> numbers(columns, std::vector<double>(rows));
    for (auto& column : numbers)
        for (double& value : column) value = random.normal();
    std::vector<std::uint32_t> colours(rows);
    for (auto& colour : colours) colour = static_cast<std::uint32_t>(random.below(3));
    std::vector<double> signal(rows);
    for (std::size_t i = 0; i < rows; ++i)
        signal[i] = 1.5 * numbers[0][i] - numbers[1 % columns][i] + 0.8 * colours[i] + 0.7 * random.normal();

    std::vector<ColumnPtr> parts;
    for (std::size_t c = 0; c < columns; ++c) parts.push_back(Column::numbers("x" + std::to_string(c), numbers[c]));
    parts.push_back(Column::categories("colour", colours, {"amber", "blue", "cyan"}));
    if (task == Task::Regression) {
        parts.push_back(Column::numbers("y", signal));
    } else {
        std::vector<std::uint32_t> classes(rows);
        for (std::size_t i = 0; i < rows; ++i) classes[i] = signal[i] > 0.8;
        parts.push_back(Column::categories("y", classes, {"no", "yes"}));
    }
    return Table(std::move(parts));
}

inline Dataset toyDataset(std::size_t rows, std::size_t columns, Task task, std::uint64_t seed = 1) {
    return makeDataset(toyTable(rows, columns, task, seed), Roles{.target = "y"}, task);
}

/// Bit for bit: NaN equals NaN, and 0 does not equal -0.
inline bool sameBits(double a, double b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace holdout::test
