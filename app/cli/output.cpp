// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "command.h"
#include "experiment/sealed_score.h"
#include "progress_line.h"

namespace holdout::cli {
namespace {

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void addCommonOptions(CLI::App& command, Surroundings& with) {
    command.add_flag("--json", with.wantsJson, "Print the result as JSON on the standard output");
    command.add_flag("--quiet,-q", with.isQuiet, "No progress");
}

void addThreads(CLI::App& command, int& threads) {
    command.add_option("--threads", threads, "Threads to work with; 0 takes all cores. The numbers do not depend on it")
        ->check(CLI::Range(0, 1024));
}

void onArena(int threads, const Surroundings& with, const std::function<void(JobContext&)>& work) {
    Arena arena(threads);
    ProgressLine progress(with.isQuiet);
    JobContext context{with.stop, {}, progress, Seed{}};
    arena.run([&] { work(context); });
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text += std::string(widths[i] - width(row[i]) + 2, ' ');
        }
        text += '\n';
    }
    return text;
}

std::string jsonText(const nlohmann::json& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void printJson(const nlohmann::json& json) {
    std::fputs(jsonText(json).c_str(), stdout);
}

void printWarnings(const Warnings& warnings) {
    for (const Warning& warning : warnings) std::fprintf(stderr, "Warning: %s\n", warning.text().c_str());
}

void printRun(const Run& run) {
    std::vector<std::vector<std::string>> rows = {{"score", "mean", "95 % interval", "method"}};
    for (const auto& [id, score] : run.evaluation.scores)
        rows.push_back({id, formatNumber(score.mean), formatNumber(score.low) + " to " + formatNumber(score.high), score.interval});
    std::string text = run.finalPipeline.model.id + ", " + formatCount(static_cast<std::int64_t>(run.truthRows.size())) + " rows, " +
                       std::to_string(run.evaluation.folds.size()) + " folds, " + formatDuration(run.seconds) + "\n\n" + aligned(rows);
    if (run.study && run.study->best) {
        text += "\nbest of " + formatCount(static_cast<std::int64_t>(run.study->trials.size())) + " trials:";
        for (const auto& [name, value] : run.study->trials[*run.study->best].params) text += " " + name + " = " + valueText(value);
        if (run.nested)
            text += "\n" + optimismSentence(run.study->trials[*run.study->best].score, *run.nested,
                                            builtinMetrics().require(run.nested->metric)) + "\n";
        else
            text += "\nThe folds that chose these parameters also give the scores above, which are therefore a little too good.\n";
    }
    if (run.sealed) {
        std::vector<std::vector<std::string>> sealed = {{"score", "value", "95 % interval", "method"}};
        for (const auto& [id, score] : run.sealed->scores)
            sealed.push_back({id, formatNumber(score.mean), formatNumber(score.low) + " to " + formatNumber(score.high), score.interval});
        text += "\n" + openingSentence(*run.sealed) + "\n\n" + aligned(sealed);
    }
    std::fputs(text.c_str(), stdout);
    if (run.sealed) printWarnings(run.sealed->warnings);
    printWarnings(run.warnings);
}

Table predictionTable(const Predictions& predictions, const std::vector<std::string>& labels, const RowIds& rows) {
    std::vector<double> numbers;
    for (const RowId row : rows) numbers.push_back(row + 1.0);
    std::vector<ColumnPtr> columns = {Column::numbers("row", std::move(numbers))};
    if (predictions.classes.empty()) {
        const Eigen::VectorXd& values = predictions.values;
        columns.push_back(Column::numbers("predicted", std::vector<double>(values.data(), values.data() + values.size())));
        return Table(std::move(columns));
    }
    columns.push_back(Column::categories("predicted", {predictions.classes.begin(), predictions.classes.end()}, labels));
    for (Eigen::Index c = 0; c < predictions.probabilities.cols(); ++c) {
        const Eigen::VectorXd p = predictions.probabilities.col(c);
        columns.push_back(Column::numbers("probability of " + labels[static_cast<std::size_t>(c)],
                                          std::vector<double>(p.data(), p.data() + p.size())));
    }
    return Table(std::move(columns));
}

Table heldOutTable(const Run& run) {
    const PooledPredictions pooled = pool(run.truth, {}, run.truthRows, run.evaluation.folds);
    RowIds rows;
    for (const FoldResult& fold : run.evaluation.folds) rows.insert(rows.end(), fold.testRows.begin(), fold.testRows.end());
    std::vector<ColumnPtr> columns = predictionTable(pooled.predictions, run.truth.labels, rows).columns();
    const Target& truth = pooled.truth;
    columns.insert(columns.begin() + 1,
                   truth.task == Task::Regression
                       ? Column::numbers("truth", {truth.values.data(), truth.values.data() + truth.values.size()})
                       : Column::categories("truth", {truth.classes.begin(), truth.classes.end()}, truth.labels));
    return Table(std::move(columns));
}

}  // namespace holdout::cli
