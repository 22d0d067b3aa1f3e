// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/stream_training.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "data/table_chunks.h"
#include "data/row_sample.h"
#include "experiment/known_answers.h"

namespace holdout {
namespace {

void requireStreamable(const ExperimentSpec& spec) {
    const auto refuse = [](const char* what, const char* parameter) {
        throw Error(std::string(what) + " needs all rows at once, which a file that is read in pieces does not give.",
                    {.parameter = parameter}, "Take it out of the specification, or run a sample of the rows.");
    };
    if (!spec.data.edits.empty()) refuse("Editing the table", "data.edits");
    if (spec.data.sealed) refuse("Sealing rows", "data.sealed");
    if (spec.tune) refuse("Tuning", "tune");
    if (spec.data.roles.target.empty())
        throw Error("The specification names no target.", {.parameter = "data.target"}, "Name the column to predict.");
}

/// The rows of a piece whose answer is known.
struct Answered {
    Table features;
    Target target;
    Eigen::VectorXd weights;  ///< empty when all are 1

    Answered gather(const RowIds& rows) const {
        Answered some{features.gather(rows), target.gather(rows), {}};
        if (weights.size() > 0) some.weights = weights(rows);
        return some;
    }
};

class StreamTraining {
public:
    StreamTraining(const ExperimentSpec& spec, const std::filesystem::path& file, const StreamRules& rules,
                   const Catalog& catalog, JobContext& context)
        : m_spec(spec),
          m_rules(rules),
          m_catalog(catalog),
          m_info(catalog.models.require(spec.pipeline.model.id)),
          m_outer(context),
          m_context{context.stop, context.finish, m_silent, Seed{spec.seed}, context.pace, nullptr},
          m_chunks(openTableChunks(file, spec.data.readOptions(), rules.chunkBytes)) {}

    StreamResult run() {
        const auto start = std::chrono::steady_clock::now();
        try {
            while (const std::optional<Table> piece = nextPiece()) learn(*piece);
        } catch (const Cancelled&) {
            if (!m_model) throw;
            m_result.isComplete = false;
        }
        if (!m_model) throw Error("No row of the file has an answer.", {.column = m_spec.data.roles.target}, "Choose another target.");
        m_result.model = pipeline();
        scoreHeldOut();
        for (auto& [id, sum] : m_result.prequential) sum /= static_cast<double>(m_prequentialRows);
        for (const Warning& warning : m_chunks->warnings()) addOnce(m_result.warnings, warning);
        for (const Warning& warning : m_notes.warnings) addOnce(m_result.warnings, warning);
        for (const Warning& warning : m_model->warnings()) addOnce(m_result.warnings, warning);
        if (m_unanswered > 0)
            addOnce(m_result.warnings, {formatCount(m_unanswered) + (m_unanswered == 1 ? " row is" : " rows are") +
                                            " left out because the target is missing there or of a class that the first piece of "
                                            "the file does not have.",
                                        {.column = m_spec.data.roles.target}});
        m_result.bytes = m_chunks->bytesRead();
        m_result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(m_result);
    }

private:
    std::optional<Table> nextPiece() {
        const double done = static_cast<double>(m_chunks->bytesRead()) / static_cast<double>(m_chunks->bytes());
        m_outer.progress.report(done, formatCount(m_result.trainedRows) + " rows learnt");
        return m_chunks->next(m_context);
    }

    void learn(const Table& piece) {
        const Answered rows = m_model ? answered(piece) : firstAnswered(piece);
        RowIds training, heldOut;
        for (RowId row = 0; row < rows.features.rows(); ++row)
            (++m_seen % m_rules.heldOutEvery == 0 ? heldOut : training).push_back(row);
        if (!training.empty()) {
            const Answered own = rows.gather(training);
            if (m_model)
                goOn(own);
            else
                begin(own);
            m_result.trainedRows += static_cast<std::int64_t>(training.size());
        }
        keep(rows.gather(heldOut));
    }

    /// Of the first piece, which decides about task and classes.
    Answered firstAnswered(const Table& piece) {
        Dataset data = makeDataset(piece, m_spec.data.roles, m_spec.data.task);
        for (const Warning& warning : data.warnings) addOnce(m_result.warnings, warning);
        m_like = data.target.gather(RowIds{});
        m_unanswered += static_cast<std::int64_t>(piece.rows() - data.rows.size());
        const std::string refusal = m_info.refusal(m_like.task, data.weights.size() > 0);
        if (!refusal.empty()) throw Error(refusal, {.parameter = "model"}, "Choose another model.");
        m_estimator = m_info.make(Params(m_info.params, m_spec.pipeline.model.params, m_info.id), m_like.task);
        if (!m_estimator->updater())
            throw Error("The model " + std::string(m_info.id) + " cannot go on with new rows, so it cannot learn from a file in pieces.",
                        {.parameter = "model"}, "Choose " + updatable() + ".");
        return {std::move(data.features), std::move(data.target), std::move(data.weights)};
    }

    std::string updatable() const {
        std::string all;
        for (const ModelInfo& info : m_catalog.models.all())
            if (info.can.update) all += (all.empty() ? "" : " or ") + std::string(info.id);
        return all;
    }

    Answered answered(const Table& piece) {
        const Roles& roles = m_spec.data.roles;
        const ColumnPtr& column = piece.columnPtr(requireColumn(piece, roles.target, "target"));
        std::size_t lost = 0;
        const ColumnPtr target = m_like.task == Task::Regression ? retyped(column, ColumnType::Number, lost) : column;
        Answered rows;
        const RowIds known = knownAnswers(*target, m_like, rows.target);
        m_unanswered += static_cast<std::int64_t>(piece.rows() - known.size());
        std::vector<ColumnPtr> features;
        for (const ColumnPtr& feature : piece.columns())
            if (roles.of(feature->name()) == Role::Feature)
                features.push_back(known.size() == piece.rows() ? feature : feature->gather(known));
        rows.features = Table(std::move(features), known.size());
        rows.weights = weightsOf(piece, roles.weight, known);
        return rows;
    }

    void begin(const Answered& rows) {
        TrainingFrame frame{rows.features, rows.target, rows.weights, RowIds(rows.features.rows())};
        std::iota(frame.rows.begin(), frame.rows.end(), 0U);
        JobContext own = m_context.derive("recipe");
        RecipeFit fit = Recipe(m_spec.pipeline.prepare, m_catalog.steps)
                            .fit(std::move(frame), own, AugmentRows::Once, m_info.can.raw);
        m_recipe = fit.recipe;
        for (const Warning& warning : fit.notes.warnings) addOnce(m_notes.warnings, warning);
        const Features features = m_info.accepted(std::move(fit.features));
        JobContext fitting = m_context.derive("model");
        m_model = m_estimator->fit({features, fit.training.target, fit.training.weights}, fitting);
    }

    /// Test, then train.
    void goOn(const Answered& rows) {
        const Features features = m_info.accepted(m_recipe->apply(rows.features, m_notes));
        const Predictions said = m_model->predict(features);
        StreamPoint point{m_result.trainedRows, {}};
        for (const std::string& id : metrics()) {
            const double score = m_catalog.metrics.require(id).score(rows.target, said, rows.weights);
            point.scores[id] = score;
            // A piece with one class alone has no area under a curve: it counts as the mean of the others.
            const double counted = std::isfinite(score) ? score : meanSoFar(id);
            m_result.prequential[id] += counted * static_cast<double>(rows.features.rows());
        }
        m_prequentialRows += static_cast<std::int64_t>(rows.features.rows());
        JobContext own = m_context.derive("update", m_result.trace.size());
        m_model = m_estimator->updater()->update(*m_model, {features, rows.target, rows.weights}, own);
        if (m_rules.observe) m_rules.observe(point);
        m_result.trace.push_back(std::move(point));
    }

    double meanSoFar(const std::string& id) const {
        const auto sum = m_result.prequential.find(id);
        return sum == m_result.prequential.end() || m_prequentialRows == 0 ? 0 : sum->second / static_cast<double>(m_prequentialRows);
    }

    std::vector<std::string> metrics() const {
        return m_spec.metrics.empty() ? m_catalog.metrics.defaults(m_like.task) : m_spec.metrics;
    }

    /// Held-out rows stay until there are too many: then every second one goes, and of those to come every second one is not
    /// taken in. None of them is learnt from.
    void keep(const Answered& rows) {
        RowIds chosen;
        for (RowId row = 0; row < rows.features.rows(); ++row)
            if (m_result.heldOutRows++ % m_stride == 0) chosen.push_back(row);
        if (chosen.empty()) return;
        Answered more = rows.gather(chosen);
        if (m_kept.features.columnCount() == 0) {
            m_kept = std::move(more);
        } else {
            m_kept.features = appendAlike(m_kept.features, more.features);
            m_kept.target.classes.insert(m_kept.target.classes.end(), more.target.classes.begin(), more.target.classes.end());
            joinTo(m_kept.target.values, more.target.values);
            joinTo(m_kept.weights, more.weights);
        }
        while (m_kept.features.rows() > m_rules.scoredMost) {
            RowIds every;
            for (RowId row = 0; row < m_kept.features.rows(); row += 2) every.push_back(row);
            m_kept = m_kept.gather(every);
            m_stride *= 2;
        }
    }

    static void joinTo(Eigen::VectorXd& first, const Eigen::VectorXd& second) {
        const Eigen::Index before = first.size();
        first.conservativeResize(before + second.size());
        first.tail(second.size()) = second;
    }

    void scoreHeldOut() {
        const std::size_t rows = m_kept.features.rows();
        m_result.scoredRows = static_cast<std::int64_t>(rows);
        if (rows == 0) {
            addOnce(m_result.warnings, {"No row was held out, so there is no final score.", {.parameter = "held_out_every"}});
            return;
        }
        Dataset data;
        data.target = m_kept.target;
        data.weights = m_kept.weights;
        data.rows.resize(rows);
        std::iota(data.rows.begin(), data.rows.end(), 0U);
        FoldResult fold;
        fold.predictions = m_result.model->predict(m_kept.features, m_notes);
        fold.trainRows = m_result.trainedRows;
        fold.testRows = data.rows;
        for (const std::string& id : metrics())
            fold.scores[id] = m_catalog.metrics.require(id).score(data.target, fold.predictions, data.weights);
        m_result.heldOut = summarise(data, {fold}, metrics(), m_catalog.metrics, Seed(m_spec.seed).derive("stream interval"));
    }

    std::shared_ptr<const FittedPipeline> pipeline() const {
        return std::make_shared<FittedPipeline>(m_recipe, m_info, m_model, m_like.task, m_spec.data.roles.target, m_like.labels);
    }

    const ExperimentSpec& m_spec;
    StreamRules m_rules;
    const Catalog& m_catalog;
    const ModelInfo& m_info;
    JobContext& m_outer;
    SilentProgress m_silent;
    JobContext m_context;
    std::unique_ptr<TableChunks> m_chunks;
    std::unique_ptr<const Estimator> m_estimator;
    std::shared_ptr<const FittedRecipe> m_recipe;
    std::shared_ptr<const Model> m_model;
    Target m_like;  ///< task, name and classes, without rows
    StepNotes m_notes;
    std::int64_t m_seen = 0, m_unanswered = 0, m_prequentialRows = 0, m_stride = 1;
    Answered m_kept;
    StreamResult m_result;
};

}  // namespace

StreamResult trainOnStream(const ExperimentSpec& spec, const std::filesystem::path& file, const StreamRules& rules,
                           const Catalog& catalog, JobContext& context) {
    requireStreamable(spec);
    return StreamTraining(spec, file, rules, catalog, context).run();
}

nlohmann::json streamResultToJson(const StreamResult& result) {
    const auto number = [](double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); };
    nlohmann::json metrics = nlohmann::json::object(), trace = nlohmann::json::array(), warnings = nlohmann::json::array();
    for (const auto& [id, score] : result.heldOut)
        metrics[id] = {{"held_out", number(score.mean)}, {"low", number(score.low)}, {"high", number(score.high)}, {"interval", score.interval}};
    for (const auto& [id, score] : result.prequential) metrics[id]["prequential"] = number(score);
    for (const StreamPoint& point : result.trace) {
        nlohmann::json scores = nlohmann::json::object();
        for (const auto& [id, score] : point.scores) scores[id] = number(score);
        trace.push_back({{"rows", point.rows}, {"scores", std::move(scores)}});
    }
    for (const Warning& warning : result.warnings) warnings.push_back(warning.text());
    return {{"complete", result.isComplete},
            {"bytes", result.bytes},
            {"rows", {{"trained", result.trainedRows}, {"held_out", result.heldOutRows}, {"scored", result.scoredRows}}},
            {"metrics", std::move(metrics)},
            {"trace", std::move(trace)},
            {"model", result.model->model().summary()},
            {"warnings", std::move(warnings)},
            {"seconds", result.seconds}};
}

}  // namespace holdout
