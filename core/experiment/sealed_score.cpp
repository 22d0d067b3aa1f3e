// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/sealed_score.h"

#include <numeric>

#include "base/format.h"
#include "experiment/known_answers.h"

namespace holdout {

SealedResult scoreSealed(const Run& run, const Table& sealed, const Catalog& catalog) {
    if (!run.model) throw Error("The run has no model to score the sealed rows with.", {}, "Run it again.");
    const Roles& roles = run.spec.data.roles;
    const Column& target = sealed.column(requireColumn(sealed, roles.target, "target"));
    if (run.task == Task::Regression && target.type() != ColumnType::Number)
        throw Error("The target of the sealed rows is not numeric.", {.column = target.name()}, "Check its type.");
    Dataset data;
    const RowIds rows = knownAnswers(target, run.truth, data.target);
    SealedResult result;
    result.rows = static_cast<std::int64_t>(rows.size());
    if (rows.empty()) throw Error("The answer of no sealed row is known.", {.column = target.name()}, "Seal more rows.");
    if (const auto left = static_cast<std::int64_t>(sealed.rows() - rows.size()); left > 0)
        result.warnings.push_back({formatCount(left) + (left == 1 ? " sealed row is" : " sealed rows are") +
                                       " left out because the target is missing there or of a class that the model never saw.",
                                   {.column = target.name()}});
    data.weights = weightsOf(sealed, roles.weight, rows);
    data.rows.resize(rows.size());
    std::iota(data.rows.begin(), data.rows.end(), 0U);
    FoldResult fold;
    StepNotes notes;
    fold.predictions = run.model->predict(sealed.gather(rows), notes);
    fold.trainRows = static_cast<std::int64_t>(run.truthRows.size());
    fold.testRows = data.rows;
    std::vector<std::string> metrics;
    for (const auto& [id, score] : run.evaluation.scores) {
        metrics.push_back(id);
        fold.scores[id] = catalog.metrics.require(id).score(data.target, fold.predictions, data.weights);
    }
    for (const Warning& warning : notes.warnings) addOnce(result.warnings, warning);
    result.scores = summarise(data, {fold}, metrics, catalog.metrics, Seed(run.spec.seed).derive("sealed interval"));
    return result;
}

std::string openingSentence(const SealedResult& result) {
    return formatCount(result.rows) + (result.rows == 1 ? " sealed row" : " sealed rows") + ", opening " +
           std::to_string(result.opening) + " on " + result.opened;
}

}  // namespace holdout
