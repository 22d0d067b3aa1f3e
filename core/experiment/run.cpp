// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/run.h"

#include <nlohmann/json.hpp>

#include "tune/goals.h"

namespace holdout {
namespace {

using nlohmann::json;

json pointToJson(const std::map<std::string, ParamValue>& params) {
    json object = json::object();
    for (const auto& [name, value] : params) object[name] = valueToJson(value);
    return object;
}

json nestedToJson(const NestedResult& nested, const std::optional<StudyResult>& study, Direction direction) {
    json folds = json::array();
    for (const NestedFold& fold : nested.folds)
        folds.push_back({{"params", pointToJson(fold.params)}, {"inner", fold.inner}, {"outer", fold.outer}});
    json object = {{"metric", nested.metric}, {"mean", nested.mean},         {"low", nested.low},
                   {"high", nested.high},     {"interval", nested.interval}, {"folds", std::move(folds)}};
    if (study && study->best) object["optimism"] = optimismOf(study->trials[*study->best].score, nested.mean, direction);
    return object;
}

json trialToJson(const Trial& trial) {
    json object = {{"number", trial.number},  {"params", pointToJson(trial.params)},     {"score", trial.score},
                   {"folds", trial.folds},    {"scores", trial.scores}, {"state", trialStateName(trial.state)}, {"budget", trial.budget},
                   {"seconds", trial.seconds}};
    if (!trial.error.empty()) object["error"] = trial.error;
    if (trial.bytes > 0) object["bytes"] = trial.bytes;
    return object;
}

json scoresToJson(const std::map<std::string, ScoreSummary>& scores) {
    json object = json::object();
    for (const auto& [id, score] : scores)
        object[id] = {{"mean", score.mean}, {"sd", score.sd},           {"low", score.low},
                      {"high", score.high}, {"interval", score.interval}, {"folds", score.folds}};
    return object;
}

}  // namespace

json runToJson(const Run& run) {
    json metrics = scoresToJson(run.evaluation.scores);
    json object = {{"name", run.spec.name},
                   {"model", run.finalPipeline.model.id},
                   {"task", taskName(run.task)},
                   {"metrics", std::move(metrics)},
                   {"warnings", json::array()},
                   {"data", {{"sha256", run.data.sha256}, {"rows", run.data.rows}, {"columns", run.data.columns}}},
                   {"seconds", run.seconds},
                   {"threads", run.threads},
                   {"seed", run.spec.seed},
                   {"started", run.started},
                   {"version", run.version}};
    for (const Warning& warning : run.warnings) object["warnings"].push_back(warning.text());
    if (run.id != 0) object["run"] = run.id;
    if (run.sealed)
        object["sealed"] = {{"opening", run.sealed->opening},
                            {"opened", run.sealed->opened},
                            {"rows", run.sealed->rows},
                            {"metrics", scoresToJson(run.sealed->scores)}};
    if (run.study) {
        json& tune = object["tune"];
        tune["best"] = run.study->best ? pointToJson(run.study->trials[*run.study->best].params) : json();
        tune["trials"] = json::array();
        for (const Trial& trial : run.study->trials) tune["trials"].push_back(trialToJson(trial));
        if (run.spec.tune && run.spec.tune->against != SecondGoal::None) {
            std::string metric = run.spec.tune->metric;
            if (metric.empty())
                metric = run.spec.metrics.empty() ? builtinMetrics().defaults(run.task).front() : run.spec.metrics.front();
            const Goals goals{builtinMetrics().require(metric).direction, run.spec.tune->against};
            tune["against"] = secondGoalName(goals.against);
            tune["front"] = paretoFront(run.study->trials, goals.direction, goals.against);
            tune["hypervolume"] = frontShare(run.study->trials, goals);
        }
        if (run.nested)
            tune["nested"] = nestedToJson(*run.nested, run.study, builtinMetrics().require(run.nested->metric).direction);
    }
    return object;
}

}  // namespace holdout
