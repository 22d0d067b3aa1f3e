// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ensemble/cell_encoder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"

namespace holdout {
namespace {

using Eigen::Index;

struct Weighted {
    double value = 0;
    double weight = 1;

    bool operator<(const Weighted& other) const { return value < other.value; }
};

/// The least value that half of the weight does not exceed: whole weights are repeated rows, to the last bit.
double medianOf(std::vector<Weighted>& values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    double whole = 0, sum = 0;
    for (const Weighted& one : values) whole += one.weight;
    for (const Weighted& one : values)
        if ((sum += one.weight) >= whole / 2) return one.value;
    return values.back().value;
}

}  // namespace

CellEncoder::CellEncoder(const TrainingSet& training) {
    const Features& features = training.features;
    m_columns.resize(static_cast<std::size_t>(features.columns()));
    if (features.sparse && !isNeeded(features)) return;  // a missing cell is taken for one that is left out, then: 0
    std::optional<Features> made;
    if (features.sparse) made = dense(features);
    const Eigen::MatrixXd& values = made ? made->values : features.values;
    std::vector<Weighted> known;
    for (std::size_t j = 0; j < m_columns.size(); ++j) {
        Column& column = m_columns[j];
        if (features.levels) column.labels = (*features.levels)[j];
        known.clear();
        for (Index row = 0; row < values.rows(); ++row) {
            const double value = values(row, static_cast<Index>(j));
            const double weight = training.weights.size() == 0 ? 1 : training.weights[row];
            if (weight <= 0) continue;
            if (std::isnan(value))
                column.missing = !column.labels.empty();
            else if (column.labels.empty())
                known.push_back({value, weight});
        }
        column.fill = medianOf(known);
    }
}

bool CellEncoder::isNeeded(const Features& features) {
    if (features.levels) return true;
    if (!features.sparse) return features.values.hasNaN();
    const std::vector<double>& values = features.sparse->values;
    return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

Features CellEncoder::encoded(const Features& features) const {
    std::optional<Features> made;
    if (features.sparse) made = dense(features);
    const Eigen::MatrixXd& values = made ? made->values : features.values;
    std::size_t width = 0;
    for (const Column& column : m_columns) width += column.width();
    if (static_cast<double>(values.rows()) * static_cast<double>(width) * sizeof(double) >
        static_cast<double>(mostDenseBytes))
        throw Error("The categories would become " + formatCount(static_cast<std::int64_t>(width)) + " columns of " +
                        formatCount(values.rows()) + " rows, more than memory can be expected to hold.",
                    {}, "Add the step one-hot and pool rare categories, or the step target-encode.");
    Features result;
    if (width == m_columns.size() && !features.levels) result.image = features.image;
    result.values.setZero(values.rows(), static_cast<Index>(width));
    Index first = 0;
    for (std::size_t j = 0; j < m_columns.size(); first += static_cast<Index>(m_columns[j++].width())) {
        const Column& column = m_columns[j];
        const auto from = values.col(static_cast<Index>(j));
        if (column.labels.empty()) {
            result.names.push_back(features.names[j]);
            result.values.col(first) = from.array().isNaN().select(column.fill, from);
            continue;
        }
        for (const std::string& label : column.labels) result.names.push_back(features.names[j] + "=" + label);
        if (column.missing) result.names.push_back(features.names[j] + "=(missing)");
        for (Index row = 0; row < values.rows(); ++row) {
            if (!std::isnan(from[row]))
                result.values(row, first + static_cast<Index>(from[row])) = 1;
            else if (column.missing)
                result.values(row, first + static_cast<Index>(column.labels.size())) = 1;
        }
    }
    return result;
}

nlohmann::json CellEncoder::save() const {
    nlohmann::json columns = nlohmann::json::array();
    for (const Column& column : m_columns) {
        if (column.labels.empty())
            columns.push_back(column.fill);
        else
            columns.push_back({{"labels", column.labels}, {"missing", column.missing}});
    }
    return columns;
}

CellEncoder CellEncoder::load(const nlohmann::json& state) {
    CellEncoder encoder;
    for (const nlohmann::json& column : state) {
        if (column.is_number())
            encoder.m_columns.push_back({.fill = column.get<double>()});
        else
            encoder.m_columns.push_back({.labels = column.at("labels").get<std::vector<std::string>>(),
                                         .missing = column.at("missing").get<bool>()});
    }
    return encoder;
}

}  // namespace holdout
