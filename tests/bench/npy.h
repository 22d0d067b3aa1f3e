// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <Eigen/Core>

namespace holdout::bench {

/// Reads a numpy file of little-endian float64 in C order, of one or two dimensions (one: a column).
/// Throws Error when it is anything else.
Eigen::MatrixXd readNpy(const std::filesystem::path& path);

}  // namespace holdout::bench
