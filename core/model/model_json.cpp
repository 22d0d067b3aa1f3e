// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model_json.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace holdout {

nlohmann::json toJson(const Eigen::VectorXd& vector) {
    return std::vector<double>(vector.data(), vector.data() + vector.size());
}

nlohmann::json toJson(const Eigen::MatrixXd& matrix) {
    nlohmann::json columns = nlohmann::json::array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) columns.push_back(toJson(Eigen::VectorXd(matrix.col(j))));
    return {{"rows", matrix.rows()}, {"columns", std::move(columns)}};
}

nlohmann::json toJson(const Warnings& warnings) {
    nlohmann::json list = nlohmann::json::array();
    for (const Warning& warning : warnings) {
        nlohmann::json item = {{"message", warning.message}};
        if (!warning.place.column.empty()) item["column"] = warning.place.column;
        if (!warning.place.parameter.empty()) item["parameter"] = warning.place.parameter;
        list.push_back(std::move(item));
    }
    return list;
}

nlohmann::json toJson(const std::vector<TracePoint>& trace) {
    nlohmann::json list = nlohmann::json::array();
    for (const TracePoint& point : trace)
        list.push_back({point.epoch, point.trainingLoss, point.validationLoss, point.gradientNorm, point.best,
                        point.score, point.stepSize});
    return list;
}

nlohmann::json toJson(const std::vector<LayerView>& layers) {
    const auto histogram = [](const ValueHistogram& h) { return nlohmann::json{h.low, h.high, h.counts}; };
    nlohmann::json list = nlohmann::json::array();
    for (const LayerView& layer : layers)
        list.push_back({layer.name, histogram(layer.weights), histogram(layer.activations)});
    return list;
}

std::vector<LayerView> layersFromJson(const nlohmann::json& json) {
    const auto histogram = [](const nlohmann::json& h) {
        return ValueHistogram{h.at(0).get<double>(), h.at(1).get<double>(), h.at(2).get<std::vector<std::int64_t>>()};
    };
    std::vector<LayerView> layers;
    for (const nlohmann::json& layer : json)
        layers.push_back({layer.at(0).get<std::string>(), histogram(layer.at(1)), histogram(layer.at(2))});
    return layers;
}

std::vector<TracePoint> traceFromJson(const nlohmann::json& json) {
    const auto number = [](const nlohmann::json& value) {
        return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
    };
    std::vector<TracePoint> trace;
    for (const nlohmann::json& point : json) {
        trace.push_back({point.at(0).get<std::int64_t>(), number(point.at(1)), number(point.at(2)), number(point.at(3)),
                         point.at(4).get<bool>()});
        if (point.size() < 7) continue;  // of an earlier version
        trace.back().score = number(point.at(5));
        trace.back().stepSize = number(point.at(6));
    }
    return trace;
}

Eigen::VectorXd vectorFromJson(const nlohmann::json& json) {
    const auto values = json.get<std::vector<double>>();
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

Eigen::MatrixXd matrixFromJson(const nlohmann::json& json) {
    const nlohmann::json& columns = json.at("columns");
    Eigen::MatrixXd matrix(json.at("rows").get<Eigen::Index>(), static_cast<Eigen::Index>(columns.size()));
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
        const Eigen::VectorXd column = vectorFromJson(columns.at(static_cast<std::size_t>(j)));
        if (column.size() != matrix.rows())
            throw nlohmann::json::other_error::create(501, "a column of a matrix has the wrong length", &json);
        matrix.col(j) = column;
    }
    return matrix;
}

Warnings warningsFromJson(const nlohmann::json& json) {
    Warnings warnings;
    for (const nlohmann::json& item : json)
        warnings.push_back({item.at("message").get<std::string>(),
                            {.column = item.value("column", ""), .parameter = item.value("parameter", "")}});
    return warnings;
}

}  // namespace holdout
