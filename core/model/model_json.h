// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace holdout {

// Numbers of saved models. Doubles are written in the shortest text that reads back as the same bits.

nlohmann::json toJson(const Eigen::VectorXd& vector);
/// A list of columns, with the number of rows so that an empty matrix keeps its shape.
nlohmann::json toJson(const Eigen::MatrixXd& matrix);
nlohmann::json toJson(const Warnings& warnings);
// Each throws nlohmann::json::exception when the shape is wrong.
Eigen::VectorXd vectorFromJson(const nlohmann::json& json);
Eigen::MatrixXd matrixFromJson(const nlohmann::json& json);
Warnings warningsFromJson(const nlohmann::json& json);

}  // namespace holdout
