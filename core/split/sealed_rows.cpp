// SPDX-License-Identifier: GPL-3.0-or-later
#include "split/sealed_rows.h"

#include <algorithm>
#include <cmath>

#include "base/seed.h"
#include "split/labelled_rows.h"

namespace holdout {
namespace {

/// The class of each row; rows without one are a class of their own.
std::vector<std::uint32_t> strataOf(const Table& table, const SealedSpec& spec, const Column* target, std::optional<Task> task) {
    const bool hasClasses = spec.stratify && target && task.value_or(guessTask(*target)) == Task::Classification;
    if (!hasClasses) return std::vector<std::uint32_t>(table.rows());
    LabelledRows labels = labelledRows(*target);
    for (std::uint32_t& label : labels.value)
        if (label == LabelledRows::absent) label = static_cast<std::uint32_t>(labels.values.size());
    return std::move(labels.value);
}

}  // namespace

RowIds sealedRows(const Table& table, const std::string& sha256, const SealedSpec& spec, const Column* target,
                  std::optional<Task> task) {
    const Seed seed = Seed(spec.seed).derive("sealed rows of " + sha256);
    const std::vector<std::uint32_t> strata = strataOf(table, spec, target, task);
    std::vector<std::vector<std::pair<std::uint64_t, RowId>>> rows;
    for (std::size_t row = 0; row < strata.size(); ++row) {
        if (strata[row] >= rows.size()) rows.resize(strata[row] + 1);
        rows[strata[row]].emplace_back(seed.derive("row", row).value(), static_cast<RowId>(row));
    }
    RowIds sealed;
    for (auto& stratum : rows) {
        const auto count = static_cast<std::ptrdiff_t>(std::floor(spec.fraction * static_cast<double>(stratum.size()) + 0.5));
        std::nth_element(stratum.begin(), stratum.begin() + count, stratum.end());
        for (auto each = stratum.begin(); each != stratum.begin() + count; ++each) sealed.push_back(each->second);
    }
    if (sealed.empty() || sealed.size() == table.rows())
        throw Error(sealed.empty() ? "No row would be set aside as the sealed test set." : "Every row would be set aside as the sealed test set.",
                    {.parameter = "data.sealed.fraction"}, "Set another fraction, or seal no rows.");
    std::sort(sealed.begin(), sealed.end());
    return sealed;
}

}  // namespace holdout
