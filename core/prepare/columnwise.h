// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "prepare/step_columns.h"

namespace holdout {

/// A fitted step that makes other columns of each of some columns, by what it learnt of that column alone. `Learnt` is
/// a struct with JSON conversions and with
///   std::string column, learnt;  // its name, and what was learnt of it in a sentence
///   ColumnType type() const;     // that it was learnt from
///   ColumnOutput apply(const ColumnPtr&) const;
///   static constexpr bool keepsUnits = true;  // only where FittedStep::keepsUnits holds
template <typename Learnt>
class ColumnwiseStep : public FittedStep {
public:
    ColumnwiseStep(std::vector<Learnt> columns, std::string_view step) : m_columns(std::move(columns)), m_step(step) {}

    Table apply(const Table& table, StepNotes& notes) const override {
        return withOutputs(
            table, places(table), [&](std::size_t i, const ColumnPtr& column) { return m_columns[i].apply(column); },
            notes);
    }
    bool keepsUnits() const override {
        return requires { requires Learnt::keepsUnits; };
    }
    std::vector<std::string> learnt() const override {
        if (m_columns.empty()) return {"There is no column that this step acts on."};
        std::vector<std::string> sentences;
        for (const Learnt& column : m_columns) sentences.push_back(column.learnt);
        return sentences;
    }
    nlohmann::json save() const override { return {{"columns", m_columns}}; }

    static std::shared_ptr<const FittedStep> load(const nlohmann::json& state, std::string_view step) {
        return std::make_shared<ColumnwiseStep>(state.at("columns").template get<std::vector<Learnt>>(), step);
    }

protected:
    std::vector<std::size_t> places(const Table& table) const {
        std::vector<std::size_t> found;
        for (const Learnt& column : m_columns)
            found.push_back(requireFitted(table, column.column, column.type(), m_step));
        return found;
    }
    const std::vector<Learnt>& columns() const { return m_columns; }

private:
    std::vector<Learnt> m_columns;
    std::string m_step;
};

/// learn(column) of each chosen column, in order: in parallel when there is enough to do.
template <typename Learn>
auto learnColumns(const Table& table, const std::vector<std::size_t>& chosen, const JobContext& context,
                  const Learn& learn) {
    std::vector<decltype(learn(table.column(0)))> columns(chosen.size());
    forEachColumn(chosen.size(), table.rows(), [&](std::size_t i) {
        context.throwIfStopped();
        columns[i] = learn(table.column(chosen[i]));
    });
    return columns;
}

}  // namespace holdout
