// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "prepare/step.h"

namespace holdout {

/// How one number column is scaled: offset + (x * unit - center * unit) * factor. `unit` is a power of two, 1 unless
/// differences of the column's values would leave the range of a double.
struct AffineColumn {
    std::string name;
    double center = 0;
    double factor = 1;
    double offset = 0;
    double unit = 1;
    std::string learnt;
};

/// A fitted step that scales number columns one by one. Missing cells stay missing.
class AffineScale final : public FittedStep {
public:
    AffineScale(std::vector<AffineColumn> columns, std::string_view step)
        : m_columns(std::move(columns)), m_step(step) {}

    Table apply(const Table& table, StepNotes& notes) const override;
    std::vector<std::string> learnt() const override;
    const std::vector<AffineColumn>& columns() const { return m_columns; }
    nlohmann::json save() const override;
    static std::shared_ptr<const FittedStep> load(const nlohmann::json& state, std::string_view step);

private:
    std::vector<AffineColumn> m_columns;
    std::string m_step;
};

}  // namespace holdout
