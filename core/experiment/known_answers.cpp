// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/known_answers.h"

#include <algorithm>

namespace holdout {

RowIds knownAnswers(const Column& column, const Target& like, Target& truth) {
    RowIds rows;
    truth.task = like.task;
    truth.name = like.name;
    truth.labels = like.labels;
    std::vector<double> values;
    const auto labelOf = [&](const std::string& text) {
        return static_cast<int>(std::find(like.labels.begin(), like.labels.end(), text) - like.labels.begin());
    };
    std::vector<int> labels;  // by level, so that each is looked for once
    if (column.type() == ColumnType::Category)
        for (const std::string& level : column.levels()) labels.push_back(labelOf(level));
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.isMissing(row)) continue;
        if (like.task == Task::Regression) {
            values.push_back(column.numbers()[row]);
        } else {
            const int label = labels.empty() ? labelOf(column.cellText(row)) : labels[column.codes()[row]];
            if (label == like.classCount()) continue;
            truth.classes.push_back(label);
        }
        rows.push_back(static_cast<RowId>(row));
    }
    truth.values = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    return rows;
}

Eigen::VectorXd weightsOf(const Table& table, const std::string& name, const RowIds& rows) {
    if (name.empty()) return {};
    const Column& column = table.column(requireColumn(table, name, "weight"));
    Eigen::VectorXd weights(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) weights[static_cast<Eigen::Index>(i)] = column.numbers()[rows[i]];
    return weights;
}

}  // namespace holdout
