// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "data/cells.h"
#include "prepare/builtin_steps.h"
#include "prepare/row_filter.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "drop-duplicates";

const ParamSpec kSpecs[] = {
    {.id = "columns",
     .label = "Columns",
     .help = "Rows are duplicates when they agree in all of these columns and in the target.",
     .fallback = std::string("all"),
     .rule = ColumnChoice{}},
};

class RowIdentity {
public:
    RowIdentity(const TrainingFrame& frame, const std::vector<std::size_t>& columns) : m_target(frame.target) {
        for (const std::size_t i : columns) m_columns.push_back(&frame.table.column(i));
        m_hashes.assign(frame.table.rows(), 0);
        for (const Column* column : m_columns)
            for (std::size_t row = 0; row < m_hashes.size(); ++row)
                m_hashes[row] = addToHash(m_hashes[row], hashCell(*column, row));
        for (std::size_t row = 0; row < m_hashes.size(); ++row)
            m_hashes[row] = addToHash(m_hashes[row], targetBits(row));
    }

    std::uint64_t hash(std::size_t row) const { return m_hashes[row]; }
    bool equal(std::size_t a, std::size_t b) const {
        return m_hashes[a] == m_hashes[b] && targetBits(a) == targetBits(b) &&
               std::all_of(m_columns.begin(), m_columns.end(),
                           [&](const Column* column) { return sameCell(*column, a, b); });
    }

private:
    std::uint64_t targetBits(std::size_t row) const {
        if (m_target.size() == 0) return 0;
        return m_target.task == Task::Regression ? hashNumber(m_target.values[static_cast<Eigen::Index>(row)])
                                                 : static_cast<std::uint64_t>(m_target.classes[row]);
    }

    const Target& m_target;
    std::vector<const Column*> m_columns;
    std::vector<std::uint64_t> m_hashes;
};

/// The first row of each set of equal rows, ascending.
std::vector<std::uint32_t> firstOfEach(const RowIdentity& identity, std::size_t rows) {
    std::vector<std::uint32_t> order(rows);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return identity.hash(a) != identity.hash(b) ? identity.hash(a) < identity.hash(b) : a < b;
    });
    std::vector<std::uint32_t> kept;
    std::vector<std::uint32_t> alike;  // the distinct rows seen of the present hash: one, but for collisions
    for (std::size_t i = 0; i < rows; ++i) {
        if (i > 0 && identity.hash(order[i]) != identity.hash(order[i - 1])) alike.clear();
        const bool known =
            std::any_of(alike.begin(), alike.end(), [&](std::uint32_t row) { return identity.equal(row, order[i]); });
        if (known) continue;
        alike.push_back(order[i]);
        kept.push_back(order[i]);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

class DropDuplicates final : public Step {
public:
    explicit DropDuplicates(const Params& params) : m_columns(params.text("columns")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes&,
                                          JobContext& context) const override {
        const RowIdentity identity(training, chosenColumns(training.table, m_columns, kId));
        context.throwIfStopped();
        std::vector<std::uint32_t> kept = firstOfEach(identity, training.table.rows());
        std::string sentence = removedSentence(training.table.rows(), kept.size(), "an equal row stands before");
        return std::make_shared<RowFilter>(std::move(kept), std::move(sentence));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return RowFilter::load(state);
    }

private:
    std::string m_columns;
};

}  // namespace

StepInfo dropDuplicatesStep() {
    return {.id = kId,
            .label = "Drop duplicate rows",
            .group = StepGroup::Rows,
            .sentence =
                "Keeps the first of several equal training rows, so that none counts twice. Held-out rows are never "
                "removed.",
            .params = kSpecs,
            .make = [](const Params& params) -> std::unique_ptr<const Step> {
                return std::make_unique<DropDuplicates>(params);
            }};
}

}  // namespace holdout
