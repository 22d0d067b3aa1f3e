// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace holdout {

nlohmann::json toJson(const Eigen::VectorXd& vector) {
    return std::vector<double>(vector.data(), vector.data() + vector.size());
}

nlohmann::json toJson(const Eigen::MatrixXd& matrix) {
    nlohmann::json columns = nlohmann::json::array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) columns.push_back(toJson(Eigen::VectorXd(matrix.col(j))));
    return {{"rows", matrix.rows()}, {"columns", std::move(columns)}};
}

nlohmann::json toPackedJson(const Eigen::MatrixXd& matrix) {
    const std::span numbers(matrix.data(), static_cast<std::size_t>(matrix.size()));
    return {{"rows", matrix.rows()}, {"columns", matrix.cols()}, {"numbers", toBase64(std::as_bytes(numbers))}};
}

Eigen::MatrixXd matrixFromPackedJson(const nlohmann::json& json) {
    const auto rows = json.at("rows").get<Eigen::Index>(), columns = json.at("columns").get<Eigen::Index>();
    const auto& text = json.at("numbers").get_ref<const std::string&>();
    // Before there is room for them: the counts may be anything.
    const std::size_t most = base64Size(text) / sizeof(double);
    const auto fits = [&](Eigen::Index size) { return size >= 0 && static_cast<std::size_t>(size) <= most; };
    if (rows < 0 || columns < 0 ||
        (rows > 0 && columns > 0 && (!fits(rows) || !fits(columns) || !fits(rows * columns))))
        throw nlohmann::json::other_error::create(501, "a packed matrix has another size", &json);
    Eigen::MatrixXd matrix(rows, columns);
    const std::span numbers(matrix.data(), static_cast<std::size_t>(matrix.size()));
    if (!fromBase64(text, std::as_writable_bytes(numbers)))
        throw nlohmann::json::other_error::create(501, "a packed matrix has another size", &json);
    return matrix;
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
    // What is not known is null: as NaN it would equal nothing, and no two saved models would be the same.
    const auto known = [](double value) { return std::isnan(value) ? nlohmann::json() : nlohmann::json(value); };
    nlohmann::json list = nlohmann::json::array();
    for (const TracePoint& point : trace)
        list.push_back({point.epoch, known(point.trainingLoss), known(point.validationLoss), known(point.gradientNorm), point.best,
                        known(point.score), known(point.stepSize)});
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
