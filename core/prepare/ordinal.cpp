// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_map>

#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "ordinal";

const ParamSpec kSpecs[] = {
    columnsSpec("Which category columns to encode.", "categories"),
    {.id = "order",
     .label = "Order",
     .help = "Which category becomes 0, 1, 2 and so on. level: in the column's order, as 1st, 2nd, 3rd. frequency: the "
             "most "
             "frequent of the training rows first. list: as you list them.",
     .fallback = std::string("level"),
     .rule = OneOf{{{"level", "The column's order"}, {"frequency", "Most frequent first"}, {"list", "A list"}}}},
    {.id = "levels",
     .label = "Categories in order",
     .help = "All categories, lowest first, separated by commas: low, medium, high.",
     .fallback = std::string(),
     .rule = AnyText{},
     .when = EnabledWhen{"order", {"list"}}},
    {.id = "unseen",
     .label = "Unseen categories",
     .help =
         "What a category becomes that no training row has. missing: a missing cell, which an impute step after this "
         "one fills. minus-one: -1.",
     .fallback = std::string("missing"),
     .rule = OneOf{{{"missing", "A missing cell"}, {"minus-one", "-1"}}}},
};

/// One category column whose level at position i of `levels` becomes i.
struct Ordinals {
    std::string column;
    std::vector<std::string> levels;
    bool unseenIsMissing = true;
    std::string learnt;

    ColumnType type() const { return ColumnType::Category; }
    ColumnOutput apply(const ColumnPtr& cells) const;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Ordinals, column, levels, unseenIsMissing, learnt)

constexpr double kUnseen = -1;

ColumnOutput Ordinals::apply(const ColumnPtr& cells) const {
    const Column& from = *cells;
    std::unordered_map<std::string_view, double> known;
    for (const std::string& level : levels) known.emplace(level, static_cast<double>(known.size()));
    std::vector<double> values(from.rows()), codeValues;
    for (const std::string& level : from.levels()) {
        const auto found = known.find(level);
        codeValues.push_back(found == known.end() ? kUnseen : found->second);
    }
    MissingMask missing = from.missing().any() ? from.missing() : MissingMask(from.rows());
    std::vector<std::size_t> unseen(codeValues.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (from.isMissing(row)) continue;
        const std::uint32_t code = from.codes()[row];
        if (codeValues[code] != kUnseen) {
            values[row] = codeValues[code];
            continue;
        }
        ++unseen[code];
        if (unseenIsMissing)
            missing.set(row);
        else
            values[row] = kUnseen;
    }
    ColumnOutput output{{Column::numbers(column, std::move(values), std::move(missing))}, {}};
    warnOfUnseen(from, unseen, unseenIsMissing ? "the cell becomes missing" : "the cell becomes -1", output.warnings);
    return output;
}

class Ordinal final : public Step {
public:
    explicit Ordinal(const Params& params)
        : m_columns(params.text("columns")),
          m_order(params.text("order")),
          m_listed(namesIn(params.text("levels"))),
          m_unseenIsMissing(params.text("unseen") == "missing") {
        if (m_order == "list" && m_listed.empty())
            throw Error("levels of ordinal must list the categories in order, but is empty.", {.parameter = "levels"},
                        "For example: low, medium, high.");
    }

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Category});
        auto columns = learnColumns(table, chosen, context, [&](const Column& column) { return learn(column); });
        for (const Ordinals& column : columns)
            if (m_order != "list" && column.levels.size() < 2 && table.rows() > 0)
                warnOfConstant(column.column, "it becomes 0", notes);
        return std::make_shared<ColumnwiseStep<Ordinals>>(std::move(columns), kId);
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return ColumnwiseStep<Ordinals>::load(state, kId);
    }

private:
    /// Only levels that a training row has: the column's list may hold those of held-out rows too.
    Ordinals learn(const Column& column) const {
        const std::vector<std::uint64_t> counts = levelCounts(column);
        std::vector<std::size_t> codes(counts.size());
        std::iota(codes.begin(), codes.end(), 0U);
        std::erase_if(codes, [&](std::size_t code) { return counts[code] == 0; });
        Ordinals ordinals{.column = column.name(), .unseenIsMissing = m_unseenIsMissing};
        if (m_order == "list") {
            requireListed(column, codes);
            ordinals.levels = m_listed;
        } else {
            if (m_order == "frequency")
                std::stable_sort(codes.begin(), codes.end(),
                                 [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
            for (const std::size_t code : codes) ordinals.levels.push_back(column.levels()[code]);
        }
        ordinals.learnt = column.name() + ": " + std::to_string(ordinals.levels.size()) + " categories in order (" +
                          listedNames(ordinals.levels) + ")";
        return ordinals;
    }

    void requireListed(const Column& column, const std::vector<std::size_t>& codes) const {
        for (const std::size_t code : codes)
            if (std::find(m_listed.begin(), m_listed.end(), column.levels()[code]) == m_listed.end())
                throw Error("levels of ordinal does not list " + column.levels()[code] + ", a category of this column.",
                            {.column = column.name(), .parameter = "levels"},
                            "List every category, or choose one column whose order you know.");
    }

    std::string m_columns;
    std::string m_order;
    std::vector<std::string> m_listed;
    bool m_unseenIsMissing;
};

}  // namespace

StepInfo ordinalStep() {
    return {.id = kId,
            .label = "Encode in order",
            .group = StepGroup::Categories,
            .sentence =
                "Turns each category column into one column of 0, 1, 2 and so on. Right for categories that have an "
                "order, and for trees; elsewhere one-hot does not pretend that there is one.",
            .params = kSpecs,
            .make = makeStep<Ordinal>};
}

}  // namespace holdout
