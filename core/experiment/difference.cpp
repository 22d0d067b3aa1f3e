// SPDX-License-Identifier: GPL-3.0-or-later
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "experiment/runner.h"

namespace holdout {
namespace {

/// Equal to the last bit; what is not a number is one value here, as saving does not keep its payload.
bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string changed(const std::string& what, double before, double after) {
    return what + " was " + formatExact(before) + ", is " + formatExact(after);
}

std::string counted(const std::string& what, std::size_t before, std::size_t after) {
    return "there were " + std::to_string(before) + " " + what + ", now there are " + std::to_string(after);
}

std::string scoreDifference(const std::map<std::string, double>& before, const std::map<std::string, double>& after,
                            const std::string& where) {
    if (before.size() != after.size()) return counted("scores of " + where, before.size(), after.size());
    for (const auto& [id, score] : before) {
        const auto other = after.find(id);
        if (other == after.end()) return id + " of " + where + " is gone";
        if (!same(score, other->second)) return changed(id + " of " + where, score, other->second);
    }
    return {};
}

std::string foldName(const FoldResult& fold) {
    return "fold " + std::to_string(fold.index + 1) + (fold.repeat > 0 ? " of repeat " + std::to_string(fold.repeat + 1) : "");
}

template <typename Matrix>
std::string numbersDifference(const Matrix& before, const Matrix& after, const std::string& what, const RowIds& rows) {
    if (before.rows() != after.rows() || before.cols() != after.cols()) return what + " has another shape";
    for (Eigen::Index i = 0; i < before.rows(); ++i)
        for (Eigen::Index j = 0; j < before.cols(); ++j)
            if (!same(before(i, j), after(i, j)))
                return changed(what + " for row " + std::to_string(rows[static_cast<std::size_t>(i)] + 1), before(i, j), after(i, j));
    return {};
}

std::string foldDifference(const FoldResult& before, const FoldResult& after) {
    const std::string where = foldName(before);
    if (before.repeat != after.repeat || before.index != after.index) return where + " is now " + foldName(after);
    if (before.testRows != after.testRows) return where + " holds out other rows";
    if (std::string text = scoreDifference(before.scores, after.scores, where); !text.empty()) return text;
    const Predictions &p = before.predictions, &q = after.predictions;
    if (std::string text = numbersDifference(p.values, q.values, "the prediction of " + where, before.testRows); !text.empty())
        return text;
    if (std::string text = numbersDifference(p.probabilities, q.probabilities, "a probability of " + where, before.testRows);
        !text.empty())
        return text;
    if (p.classes != q.classes) return "a predicted class of " + where + " differs";
    // Runs from before there were any are compared by what they have.
    if (before.deviations.size() > 0)
        if (std::string text = numbersDifference(before.deviations, after.deviations, "the deviation of " + where, before.testRows);
            !text.empty())
            return text;
    if (before.ledger != after.ledger) return "the ledger of " + where + " differs";
    if (before.trace.size() != after.trace.size())
        return counted("points in the loss trace of " + where, before.trace.size(), after.trace.size());
    for (std::size_t i = 0; i < before.trace.size(); ++i) {
        const TracePoint &a = before.trace[i], &b = after.trace[i];
        const std::string epoch = " of epoch " + std::to_string(a.epoch) + " in " + where;
        if (!same(a.trainingLoss, b.trainingLoss)) return changed("the training loss" + epoch, a.trainingLoss, b.trainingLoss);
        if (!same(a.validationLoss, b.validationLoss))
            return changed("the validation loss" + epoch, a.validationLoss, b.validationLoss);
        if (a.epoch != b.epoch || !same(a.gradientNorm, b.gradientNorm)) return "the loss trace of " + where + " differs";
    }
    return {};
}

std::string trialDifference(const Trial& before, const Trial& after) {
    const std::string where = "trial " + std::to_string(before.number + 1);
    if (before.params != after.params) return where + " tries other parameters";
    if (before.state != after.state)
        return where + " was " + std::string(trialStateName(before.state)) + ", is " + std::string(trialStateName(after.state));
    if (!same(before.score, after.score)) return changed("the score of " + where, before.score, after.score);
    if (before.bytes != after.bytes) return "the size of the models of " + where + " differs";
    if (before.folds.size() != after.folds.size()) return counted("folds in " + where, before.folds.size(), after.folds.size());
    for (std::size_t i = 0; i < before.folds.size(); ++i)
        if (!same(before.folds[i], after.folds[i]))
            return changed("fold " + std::to_string(i + 1) + " of " + where, before.folds[i], after.folds[i]);
    return scoreDifference(before.scores, after.scores, where);
}

std::string studyDifference(const StudyResult& before, const StudyResult& after) {
    if (before.trials.size() != after.trials.size()) return counted("trials", before.trials.size(), after.trials.size());
    for (std::size_t i = 0; i < before.trials.size(); ++i)
        if (std::string text = trialDifference(before.trials[i], after.trials[i]); !text.empty()) return text;
    return before.best == after.best ? std::string() : "another trial is best";
}

std::string summaryDifference(const ScoreSummary& before, const ScoreSummary& after, const std::string& id) {
    if (!same(before.mean, after.mean)) return changed("the mean of " + id, before.mean, after.mean);
    if (!same(before.sd, after.sd)) return changed("the standard deviation of " + id, before.sd, after.sd);
    if (!same(before.low, after.low)) return changed("the lower end of the interval of " + id, before.low, after.low);
    if (!same(before.high, after.high)) return changed("the upper end of the interval of " + id, before.high, after.high);
    return before.interval == after.interval ? std::string() : "the interval of " + id + " comes from another method";
}

std::string evaluationDifference(const Evaluation& before, const Evaluation& after) {
    if (before.folds.size() != after.folds.size()) return counted("folds", before.folds.size(), after.folds.size());
    for (std::size_t i = 0; i < before.folds.size(); ++i)
        if (std::string text = foldDifference(before.folds[i], after.folds[i]); !text.empty()) return text;
    if (before.scores.size() != after.scores.size()) return counted("scores", before.scores.size(), after.scores.size());
    for (const auto& [id, score] : before.scores) {
        const auto other = after.scores.find(id);
        if (other == after.scores.end()) return "the score " + id + " is gone";
        if (std::string text = summaryDifference(score, other->second, id); !text.empty()) return text;
    }
    return {};
}

}  // namespace

std::string dataDifference(const DataRecord& before, const DataRecord& after) {
    if (before.fingerprint == after.fingerprint) return {};
    if (before.rows != after.rows) return "the data differ: " + counted("rows", static_cast<std::size_t>(before.rows),
                                                                       static_cast<std::size_t>(after.rows));
    for (std::size_t i = 0; i < std::min(before.byColumn.size(), after.byColumn.size()); ++i) {
        const ColumnRecord &a = before.byColumn[i], &b = after.byColumn[i];
        if (a.name != b.name) return "the data differ: column " + a.name + " is now " + b.name;
        if (a.fingerprint != b.fingerprint) return "the data differ: column " + a.name + " holds other cells";
    }
    return "the data differ: " + counted("columns", before.byColumn.size(), after.byColumn.size());
}

std::string firstDifference(const Run& before, const Run& after) {
    if (std::string text = dataDifference(before.data, after.data); !text.empty()) return text;
    if (before.task != after.task) return "the task was " + std::string(taskName(before.task)) + ", is " + std::string(taskName(after.task));
    if (before.truthRows != after.truthRows) return "other rows have a known target";
    if (before.study.has_value() != after.study.has_value()) return "only one of the two runs was tuned";
    if (before.study)
        if (std::string text = studyDifference(*before.study, *after.study); !text.empty()) return text;
    if (before.nested != after.nested) return "the nested estimate differs";
    if (before.finalPipeline != after.finalPipeline) return "the parameters of the final model differ";
    if (std::string text = evaluationDifference(before.evaluation, after.evaluation); !text.empty()) return text;
    const bool sameModel = (!before.model && !after.model) ||
                           (before.model && after.model && before.model->save() == after.model->save());
    return sameModel ? std::string() : "the model trained on all rows differs";
}

}  // namespace holdout
