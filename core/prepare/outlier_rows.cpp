// SPDX-License-Identifier: GPL-3.0-or-later
// Outliers among rows: rows whose cells are usual one by one may be strange together.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/chi_square.h"
#include "base/format.h"
#include "base/parallel.h"
#include "prepare/builtin_steps.h"
#include "prepare/column_statistics.h"
#include "prepare/columnwise.h"
#include "prepare/outlier/isolation_forest.h"
#include "prepare/outlier/local_outlier_factor.h"
#include "prepare/outlier/mahalanobis.h"
#include "prepare/row_filter.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "outlier-rows";
constexpr std::size_t kMostNeighbourRows = 100'000;

const ParamSpec kSpecs[] = {
    columnsSpec("By which number columns rows are compared.", "numbers"),
    {.id = "method",
     .label = "Method",
     .help = "mahalanobis: far from the centre for the way that columns vary together, for one cloud of rows. "
             "isolation-forest: parted from all others by few random cuts, for any shape and many rows. "
             "local-outlier-factor: in a thinner place than its neighbours, for groups of different density.",
     .fallback = std::string("mahalanobis"),
     .rule = OneOf{{{"mahalanobis", "Mahalanobis distance"},
                    {"isolation-forest", "Isolation forest"},
                    {"local-outlier-factor", "Local outlier factor"}}}},
    {.id = "action",
     .label = "What to do",
     .help = "flag: a 0/1 column beside the others. drop: training rows alone are removed. clip: moved towards the "
             "centre, onto the ellipsoid that bounds usual rows (Mahalanobis only).",
     .fallback = std::string("flag"),
     .rule = OneOf{{{"flag", "Flag"}, {"drop", "Drop from training"}, {"clip", "Clip"}}}},
    {.id = "robust",
     .label = "Robust",
     .help = "Centre and spread of the half of the rows that lies closest together, so that outliers cannot hide "
             "themselves. Without: mean and covariance of all rows.",
     .fallback = true,
     .rule = AnyBool{},
     .when = EnabledWhen{"method", {"mahalanobis"}}},
    {.id = "chance",
     .label = "Share of normal rows beyond",
     .help = "Rows beyond the chi-square quantile of one minus this are outliers: of normal data this share is.",
     .fallback = 0.001,
     .rule = RealRange{.low = 0, .high = 0.5, .lowOpen = true},
     .scale = Scale::Log,
     .when = EnabledWhen{"method", {"mahalanobis"}},
     .usual = {{1e-6, 0.05}}},
    {.id = "trees",
     .label = "Trees",
     .help = "How many trees of random cuts; more make scores steadier.",
     .fallback = std::int64_t{100},
     .rule = IntegerRange{.low = 1, .high = 10'000},
     .when = EnabledWhen{"method", {"isolation-forest"}},
     .usual = {{50, 500}}},
    {.id = "sample",
     .label = "Rows a tree",
     .help = "From how many training rows each tree is grown. Few serve best: outliers stand out before groups of "
             "them hide each other.",
     .fallback = std::int64_t{256},
     .rule = IntegerRange{.low = 2, .high = 100'000},
     .when = EnabledWhen{"method", {"isolation-forest"}},
     .usual = {{64, 1024}}},
    {.id = "least_score",
     .label = "Outlier from score",
     .help = "Rows with at least this score are outliers. Scores lie between 0 and 1; usual rows have less than 0.5.",
     .fallback = 0.6,
     .rule = RealRange{.low = 0, .high = 1},
     .when = EnabledWhen{"method", {"isolation-forest"}},
     .usual = {{0.5, 0.8}}},
    {.id = "neighbors",
     .label = "Neighbours",
     .help = "With how many of the nearest training rows a row's density is compared: more than a small group of "
             "outliers has rows.",
     .fallback = std::int64_t{20},
     .rule = IntegerRange{.low = 1, .high = 1000},
     .when = EnabledWhen{"method", {"local-outlier-factor"}},
     .usual = {{5, 50}}},
    {.id = "least_factor",
     .label = "Outlier from factor",
     .help = "Rows in a place thinner than their neighbours' by at least this factor are outliers.",
     .fallback = 1.5,
     .rule = RealRange{.low = 1},
     .when = EnabledWhen{"method", {"local-outlier-factor"}},
     .usual = {{1.1, 3}}},
    {.id = "standardize",
     .label = "Standardize distances",
     .help = "Compares columns in standard deviations. Without it, columns with large numbers decide.",
     .fallback = true,
     .rule = AnyBool{},
     .when = EnabledWhen{"method", {"local-outlier-factor"}}},
};

using Scorer = std::variant<RowShape, IsolationForest, LocalOutlierFactor>;

double scoreOf(const Scorer& scorer, const double* row) {
    if (const auto* shape = std::get_if<RowShape>(&scorer)) return shape->squaredDistance(row);
    if (const auto* forest = std::get_if<IsolationForest>(&scorer)) return forest->score(row);
    return std::get<LocalOutlierFactor>(scorer).score(row);
}

/// What decides about rows.
struct Rule {
    std::vector<std::string> columns;
    std::vector<double> medians;  ///< stand for missing cells, which make no row an outlier
    Scorer scorer;
    double threshold = 0;
    bool atThreshold = true;  ///< whether a row with this very score is one

    bool isOutlier(double score) const { return atThreshold ? score >= threshold : score > threshold; }
};

nlohmann::json scorerJson(const Scorer& scorer) {
    return std::visit([](const auto& held) { return nlohmann::json(held); }, scorer);
}

Scorer scorerFrom(std::size_t kind, const nlohmann::json& json) {
    if (kind == 0) return json.get<RowShape>();
    if (kind == 1) return json.get<IsolationForest>();
    return json.get<LocalOutlierFactor>();
}

RowMatrix matrixOf(const Table& table, const Rule& rule) {
    RowMatrix rows(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(rule.columns.size()));
    for (std::size_t j = 0; j < rule.columns.size(); ++j) {
        const Column& column = table.column(requireFitted(table, rule.columns[j], ColumnType::Number, kId));
        for (std::size_t i = 0; i < table.rows(); ++i)
            rows(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                column.isMissing(i) ? rule.medians[j] : column.numbers()[i];
    }
    return rows;
}

std::vector<double> scoresOf(const RowMatrix& rows, const Scorer& scorer, const JobContext* context) {
    std::vector<double> scores(static_cast<std::size_t>(rows.rows()));
    const std::vector<Range> parts = chunks(scores.size(), 64);
    parallelFor(parts.size(), [&](std::size_t part) {
        if (context) context->throwIfStopped();
        for (std::size_t row = parts[part].begin; row < parts[part].end; ++row)
            scores[row] = scoreOf(scorer, rows.row(static_cast<Eigen::Index>(row)).data());
    });
    return scores;
}

/// What fitted flags and clips share: the rule, and what it said of the training rows.
class FittedRule : public FittedStep {
public:
    FittedRule(Rule rule, std::vector<std::string> learnt) : m_rule(std::move(rule)), m_learnt(std::move(learnt)) {}

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override { return m_learnt; }
    nlohmann::json save() const override {
        return {{"columns", m_rule.columns},         {"medians", m_rule.medians},
                {"kind", m_rule.scorer.index()},     {"scorer", scorerJson(m_rule.scorer)},
                {"threshold", m_rule.threshold},     {"at_threshold", m_rule.atThreshold},
                {"learnt", m_learnt}};
    }

protected:
    const Rule& rule() const { return m_rule; }

private:
    Rule m_rule;
    std::vector<std::string> m_learnt;
};

Rule ruleFrom(const nlohmann::json& state) {
    return {state.at("columns").get<std::vector<std::string>>(), state.at("medians").get<std::vector<double>>(),
            scorerFrom(state.at("kind").get<std::size_t>(), state.at("scorer")), state.at("threshold").get<double>(),
            state.at("at_threshold").get<bool>()};
}

class FittedFlag final : public FittedRule {
public:
    /// `training`: 1 for each outlier among the rows that it was fitted on; empty when there is none.
    FittedFlag(Rule rule, std::string name, std::vector<double> training, std::vector<std::string> learnt)
        : FittedRule(std::move(rule), std::move(learnt)), m_name(std::move(name)), m_training(std::move(training)) {}

    Table apply(const Table& table, StepNotes&) const override {
        if (m_name.empty()) return table;
        std::vector<double> flags = scoresOf(matrixOf(table, rule()), rule().scorer, nullptr);
        for (double& flag : flags) flag = rule().isOutlier(flag) ? 1 : 0;
        return with(table, std::move(flags));
    }
    /// A training row is no neighbour of itself: its score is that of `fit`.
    TrainingFrame applyToTraining(TrainingFrame frame, StepNotes&) const override {
        if (!m_name.empty()) frame.table = with(frame.table, m_training);
        return frame;
    }
    nlohmann::json save() const override {
        nlohmann::json state = FittedRule::save();
        state["name"] = m_name;
        return state;
    }

private:
    Table with(const Table& table, std::vector<double> flags) const {
        std::vector<ColumnPtr> columns = table.columns();
        columns.push_back(Column::numbers(m_name, std::move(flags)));
        return Table(std::move(columns));
    }

    std::string m_name;  ///< of the flag's column; empty when no training row is an outlier
    std::vector<double> m_training;
};

class FittedClip final : public FittedRule {
public:
    using FittedRule::FittedRule;

    Table apply(const Table& table, StepNotes&) const override {
        const RowMatrix rows = matrixOf(table, rule());
        const auto& shape = std::get<RowShape>(rule().scorer);
        const std::vector<double> distances = scoresOf(rows, rule().scorer, nullptr);
        std::vector<ColumnPtr> columns = table.columns();
        for (std::size_t j = 0; j < rule().columns.size(); ++j) {
            ColumnPtr& column = columns[*table.indexOf(rule().columns[j])];
            std::vector<double> values(column->numbers().begin(), column->numbers().end());
            for (std::size_t row = 0; row < values.size(); ++row)
                if (!column->isMissing(row) && rule().isOutlier(distances[row]))
                    values[row] = shape.center[j] + (values[row] - shape.center[j]) * factor(distances[row]);
            column = Column::numbers(column->name(), std::move(values), column->missing());
        }
        return {std::move(columns), table.rows()};
    }

private:
    double factor(double squaredDistance) const { return std::sqrt(rule().threshold / squaredDistance); }
};

class OutlierRows final : public Step {
public:
    explicit OutlierRows(const Params& params) : m_params(params), m_method(params.text("method")), m_action(params.text("action")) {}

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        if (m_action == "clip" && m_method != "mahalanobis")
            throw Error("Rows can be clipped by their Mahalanobis distance only: " + m_method +
                            " does not say whereto an outlier should move.",
                        {.parameter = "action"}, "Choose flag or drop, or the method mahalanobis.");
        const Table& table = training.table;
        Rule rule;
        std::vector<double> factors;
        for (const std::size_t i : chosenColumnsOf(table, m_params.text("columns"), kId, {ColumnType::Number})) {
            const Column& column = table.column(i);
            const Moments moments = momentsOf(column);
            rule.columns.push_back(column.name());
            rule.medians.push_back(moments.count > 0 ? medianOf(presentNumbers(column)) : 0.0);
            const double factor = 1 / moments.sd;
            factors.push_back(!m_params.flag("standardize") ? 1.0
                              : moments.constant || !std::isfinite(factor) ? 0.0 : factor);
        }
        std::vector<double> scores = learn(rule, matrixOf(table, rule), std::move(factors), notes, context);
        for (double& score : scores) score = rule.isOutlier(score) ? 1 : 0;
        return actOn(std::move(rule), std::move(scores));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        if (m_action == "drop") return RowFilter::load(state);
        auto learnt = state.at("learnt").get<std::vector<std::string>>();
        if (m_action == "clip") return std::make_shared<FittedClip>(ruleFrom(state), std::move(learnt));
        return std::make_shared<FittedFlag>(ruleFrom(state), state.at("name").get<std::string>(),
                                            std::vector<double>{}, std::move(learnt));
    }

private:
    /// Fills the rule's scorer and threshold. The scores of the training rows.
    std::vector<double> learn(Rule& rule, const RowMatrix& rows, std::vector<double> factors, StepNotes& notes,
                              JobContext& context) const {
        if (m_method == "isolation-forest") {
            rule.scorer = growIsolationForest(rows, whole("trees"), whole("sample"), context);
            rule.threshold = m_params.real("least_score");
            return scoresOf(rows, rule.scorer, &context);
        }
        if (m_method == "local-outlier-factor") return learnFactors(rule, rows, std::move(factors), notes, context);
        RowShape shape = shapeOf(rows, notes, context);
        rule.threshold = shape.rank() > 0 ? chiSquareQuantile(1 - m_params.real("chance"), static_cast<double>(shape.rank())) : 0;
        rule.atThreshold = false;
        rule.scorer = std::move(shape);
        return scoresOf(rows, rule.scorer, &context);
    }

    RowShape shapeOf(const RowMatrix& rows, StepNotes& notes, JobContext& context) const {
        if (!m_params.flag("robust")) return classicalShape(rows);
        if (auto shape = robustShape(rows, context)) return std::move(*shape);
        if (rows.rows() > 0)
            addOnce(notes.warnings, {"Half of the training rows or more agree in a column or a combination of columns, or "
                                     "there are too few: distances are from the mean and covariance of all rows.",
                                     {.parameter = "robust"}});
        return classicalShape(rows);
    }

    std::vector<double> learnFactors(Rule& rule, const RowMatrix& rows, std::vector<double> factors, StepNotes& notes,
                                     JobContext& context) const {
        const auto count = static_cast<std::size_t>(rows.rows());
        if (count > kMostNeighbourRows)
            throw Error("The local outlier factor compares each row with all " + formatCount(rows.rows()) +
                            " training rows: that takes too long.",
                        {.parameter = "method"}, "Choose isolation-forest, which takes any number of rows.");
        rule.threshold = m_params.real("least_factor");
        if (count < 2) {  // nothing to compare with
            rule.scorer = RowShape{std::vector<double>(rule.columns.size()), {}};
            return std::vector<double>(count);
        }
        if (whole("neighbors") >= count)
            addOnce(notes.warnings, {"There are only " + std::to_string(count) + " training rows: each is compared with all others.",
                                     {.parameter = "neighbors"}});
        const LocalOutlierFactor factor(rows, std::move(factors), std::min(whole("neighbors"), count - 1), context);
        std::vector<double> scores = factor.trainingScores(context);
        rule.scorer = factor;
        return scores;
    }

    std::shared_ptr<const FittedStep> actOn(Rule rule, std::vector<double> flags) const {
        const auto outliers = static_cast<std::size_t>(std::count(flags.begin(), flags.end(), 1.0));
        const std::string why = std::string(scoreName()) + (rule.atThreshold ? " of " : " above ") +
                                formatNumber(rule.threshold) + (rule.atThreshold ? " or more" : "") + " over " +
                                std::to_string(rule.columns.size()) + (rule.columns.size() == 1 ? " column" : " columns");
        if (m_action == "drop") {
            std::vector<std::uint32_t> kept;
            for (std::uint32_t row = 0; row < flags.size(); ++row)
                if (flags[row] == 0) kept.push_back(row);
            return std::make_shared<RowFilter>(std::move(kept),
                                               removedSentence(flags.size(), flags.size() - outliers, "a " + why));
        }
        std::vector<std::string> learnt{formatCount(static_cast<std::int64_t>(outliers)) + " of " +
                                        formatCount(static_cast<std::int64_t>(flags.size())) + " training rows have a " + why};
        if (m_action == "clip") return std::make_shared<FittedClip>(std::move(rule), std::move(learnt));
        // A flag that no training row has is a constant: no model can learn from it.
        std::string name = outliers > 0 ? "outlier (" + m_method + ")" : std::string();
        return std::make_shared<FittedFlag>(std::move(rule), std::move(name), std::move(flags), std::move(learnt));
    }

    std::string_view scoreName() const {
        return m_method == "mahalanobis"        ? "squared Mahalanobis distance"
               : m_method == "isolation-forest" ? "isolation score"
                                                : "local outlier factor";
    }

    std::size_t whole(std::string_view id) const { return static_cast<std::size_t>(m_params.integer(id)); }

    Params m_params;
    std::string m_method;
    std::string m_action;
};

}  // namespace

StepInfo outlierRowsStep() {
    return {.id = kId,
            .label = "Outlier rows",
            .group = StepGroup::Rows,
            .sentence =
                "Finds rows whose numbers are strange together, though each may be usual alone, and flags them, drops them "
                "from training or moves them in. What is usual is learnt from the training rows.",
            .params = kSpecs,
            .make = makeStep<OutlierRows>};
}

}  // namespace holdout
