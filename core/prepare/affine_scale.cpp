// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/affine_scale.h"

#include <nlohmann/json.hpp>

#include "prepare/step_columns.h"

namespace holdout {
namespace {

ColumnPtr scaled(const Column& column, const AffineColumn& by) {
    const std::span<const double> from = column.numbers();
    std::vector<double> values(from.size());
    const double center = by.center * by.unit;
    for (std::size_t row = 0; row < values.size(); ++row)
        values[row] = by.offset + (from[row] * by.unit - center) * by.factor;
    if (column.missing().any())
        for (std::size_t row = 0; row < values.size(); ++row)
            if (column.isMissing(row)) values[row] = 0;  // a column holds 0 where it is missing
    return Column::numbers(column.name(), std::move(values), column.missing());
}

}  // namespace

Table AffineScale::apply(const Table& table, StepNotes&) const {
    std::vector<std::size_t> places;
    for (const AffineColumn& column : m_columns)
        places.push_back(requireFitted(table, column.name, ColumnType::Number, m_step));
    std::vector<ColumnPtr> columns = table.columns();
    forEachColumn(places.size(), table.rows(),
                  [&](std::size_t i) { columns[places[i]] = scaled(table.column(places[i]), m_columns[i]); });
    return {std::move(columns), table.rows()};
}

std::vector<std::string> AffineScale::learnt() const {
    std::vector<std::string> sentences;
    for (const AffineColumn& column : m_columns) sentences.push_back(column.learnt);
    return sentences;
}

nlohmann::json AffineScale::save() const {
    nlohmann::json columns = nlohmann::json::array();
    for (const AffineColumn& column : m_columns)
        columns.push_back({{"name", column.name},
                           {"center", column.center},
                           {"factor", column.factor},
                           {"offset", column.offset},
                           {"unit", column.unit},
                           {"learnt", column.learnt}});
    return {{"columns", std::move(columns)}};
}

std::shared_ptr<const FittedStep> AffineScale::load(const nlohmann::json& state, std::string_view step) {
    std::vector<AffineColumn> columns;
    for (const nlohmann::json& object : state.at("columns"))
        columns.push_back({object.at("name"), object.at("center"), object.at("factor"), object.at("offset"),
                           object.value("unit", 1.0), object.at("learnt")});
    return std::make_shared<AffineScale>(std::move(columns), step);
}

}  // namespace holdout
