// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/model_json.h"

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
    nlohmann::json list = nlohmann::json::array();
    for (const TracePoint& point : trace)
        list.push_back({point.epoch, point.trainingLoss, point.validationLoss, point.gradientNorm, point.best});
    return list;
}

std::vector<TracePoint> traceFromJson(const nlohmann::json& json) {
    const auto number = [](const nlohmann::json& value) {
        return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
    };
    std::vector<TracePoint> trace;
    for (const nlohmann::json& point : json)
        trace.push_back({point.at(0).get<std::int64_t>(), number(point.at(1)), number(point.at(2)), number(point.at(3)),
                         point.at(4).get<bool>()});
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
