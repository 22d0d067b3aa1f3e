// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_scores.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"
#include "prepare/l1_weights.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "select";

const ParamSpec kSpecs[] = {
    columnsSpec("Which number columns to choose from; the others stay.", "numbers"),
    {.id = "by",
     .label = "Select by",
     .help =
         "variance: columns that vary more than a threshold. f-test: those whose relation with the target is clearest, "
         "if it is a straight line or a difference of means. mutual-information: the same for a relation of any shape. l1: "
         "those that a linear model with an L1 penalty keeps, all columns together.",
     .fallback = std::string("variance"),
     .rule = OneOf{{{"variance", "Variance"},
                    {"f-test", "F-test"},
                    {"mutual-information", "Mutual information"},
                    {"l1", "L1 penalty"}}}},
    {.id = "least_variance",
     .label = "Variance above",
     .help = "Columns stay whose variance over the training rows is above this; 0 removes constant columns only.",
     .fallback = 0.0,
     .rule = RealRange{.low = 0},
     .when = EnabledWhen{"by", {"variance"}},
     .usual = {{0, 1}}},
    {.id = "count",
     .label = "Columns to keep",
     .help = "How many columns stay, those with the highest scores.",
     .fallback = std::int64_t{10},
     .rule = IntegerRange{.low = 1, .high = 1'000'000},
     .when = EnabledWhen{"by", {"f-test", "mutual-information", "l1"}},
     .usual = {{1, 50}}},
    {.id = "l1_keep",
     .label = "L1 keeps",
     .help = "count: the penalty falls until as many columns as asked for are left. strength: those that a given penalty "
             "leaves, however many.",
     .fallback = std::string("count"),
     .rule = OneOf{{{"count", "A number of columns"}, {"strength", "What a strength leaves"}}},
     .when = EnabledWhen{"by", {"l1"}}},
    {.id = "l1_strength",
     .label = "L1 strength",
     .help = "The penalty as a share of the least one that drops every column. In scikit-learn: Lasso with alpha, for "
             "standardized columns, of this times max |X'(y - mean)| / rows.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
     .scale = Scale::Log,
     .when = EnabledWhen{"l1_keep", {"strength"}},
     .usual = {{0.001, 1}}},
};

class FittedSelect final : public FittedStep {
public:
    FittedSelect(std::vector<std::string> dropped, std::vector<std::string> learnt)
        : m_dropped(std::move(dropped)), m_learnt(std::move(learnt)) {}

    Table apply(const Table& table, StepNotes&) const override {
        std::vector<char> drop(table.columnCount());
        for (const std::string& name : m_dropped) drop[requireFitted(table, name, ColumnType::Number, kId)] = 1;
        std::vector<ColumnPtr> columns;
        for (std::size_t i = 0; i < drop.size(); ++i)
            if (!drop[i]) columns.push_back(table.columnPtr(i));
        return {std::move(columns), table.rows()};
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return m_learnt; }
    nlohmann::json save() const override { return {{"dropped", m_dropped}, {"learnt", m_learnt}}; }

private:
    std::vector<std::string> m_dropped;
    std::vector<std::string> m_learnt;
};

class Select final : public Step {
public:
    explicit Select(const Params& params)
        : m_columns(params.text("columns")),
          m_by(params.text("by")),
          m_leastVariance(params.real("least_variance")),
          m_count(static_cast<std::size_t>(params.integer("count"))),
          m_l1{params.real("l1_strength"), params.text("l1_keep") == "count" ? m_count : 0} {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        const Table& table = training.table;
        const auto chosen = chosenColumnsOf(table, m_columns, kId, {ColumnType::Number});
        const std::vector<double> scores =
            m_by == "l1" ? l1Weights(table, chosen, training.target, m_l1, context)
                         : learnColumns(table, chosen, context,
                                        [&](const Column& column) { return scoreOf(column, training.target); });
        const std::vector<char> stays = staying(scores);
        const auto kept = static_cast<std::size_t>(std::count(stays.begin(), stays.end(), 1));
        std::vector<std::string> dropped;
        std::vector<std::string> learnt{formatCount(static_cast<std::int64_t>(kept)) + " of " +
                                        formatCount(static_cast<std::int64_t>(chosen.size())) + " columns kept"};
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const std::string& name = table.column(chosen[i]).name();
            if (!stays[i]) dropped.push_back(name);
            learnt.push_back(name + ": " + word() + " " + formatNumber(scores[i]) + (stays[i] ? "" : ", dropped"));
        }
        if (kept == 0 && !chosen.empty() && table.rows() > 0)
            addOnce(notes.warnings, {"None of the columns that select chooses from is left.", {}});
        return std::make_shared<FittedSelect>(std::move(dropped), std::move(learnt));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedSelect>(state.at("dropped").get<std::vector<std::string>>(),
                                              state.at("learnt").get<std::vector<std::string>>());
    }

private:
    std::string word() const {
        if (m_by == "l1") return "weight";
        return m_by == "f-test" ? "F" : m_by == "variance" ? m_by : "mutual information";
    }

    double scoreOf(const Column& column, const Target& target) const {
        if (m_by == "f-test") return fScore(column, target);
        if (m_by == "mutual-information") return mutualInformation(column, target);
        const Moments moments = momentsOf(column);
        return moments.constant ? 0.0 : std::min(moments.sd * moments.sd, std::numeric_limits<double>::max());
    }

    std::vector<char> staying(const std::vector<double>& scores) const {
        std::vector<char> stays(scores.size());
        if (m_by == "variance") {
            for (std::size_t i = 0; i < scores.size(); ++i) stays[i] = scores[i] > m_leastVariance;
            return stays;
        }
        std::vector<std::size_t> order(scores.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
        const std::size_t most = m_by == "l1" && m_l1.columns == 0 ? order.size() : std::min(m_count, order.size());
        // A column whose weight the penalty made 0 tells nothing beyond the others.
        for (std::size_t i = 0; i < most; ++i) stays[order[i]] = m_by != "l1" || scores[order[i]] > 0;
        return stays;
    }

    std::string m_columns;
    std::string m_by;
    double m_leastVariance;
    std::size_t m_count;
    L1Strength m_l1;
};

}  // namespace

StepInfo selectStep() {
    return {.id = kId,
            .label = "Select columns",
            .group = StepGroup::Features,
            .sentence =
                "Keeps the number columns that vary, or those that tell most of the target, alone or, by an L1 penalty, "
                "together, over the training rows only: selecting on all rows would flatter every score.",
            .params = kSpecs,
            .make = makeStep<Select>};
}

}  // namespace holdout
