// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "base/job_context.h"

namespace holdout {

// Numbers of saved models. Doubles are written in the shortest text that reads back as the same bits.

nlohmann::json toJson(const Eigen::VectorXd& vector);
/// A list of columns, with the number of rows so that an empty matrix keeps its shape.
nlohmann::json toJson(const Eigen::MatrixXd& matrix);
/// The same bits in a third of the room, unreadable (base64): for the rows that some models keep.
nlohmann::json toPackedJson(const Eigen::MatrixXd& matrix);
nlohmann::json toJson(const Warnings& warnings);
/// A loss that is not a number, as where there are no validation rows, is null.
nlohmann::json toJson(const std::vector<TracePoint>& trace);
nlohmann::json toJson(const std::vector<LayerView>& layers);
// Each throws nlohmann::json::exception when the shape is wrong.
Eigen::VectorXd vectorFromJson(const nlohmann::json& json);
Eigen::MatrixXd matrixFromJson(const nlohmann::json& json);
Eigen::MatrixXd matrixFromPackedJson(const nlohmann::json& json);
Warnings warningsFromJson(const nlohmann::json& json);
std::vector<TracePoint> traceFromJson(const nlohmann::json& json);
std::vector<LayerView> layersFromJson(const nlohmann::json& json);

}  // namespace holdout
