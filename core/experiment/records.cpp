// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/records.h"
#include "model/model_json.h"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

namespace holdout {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "records hold little-endian values");

[[noreturn]] void throwDamaged(const json& record, const char* what) {
    throw json::other_error::create(502, what, &record);
}

template <typename T>
json bytesOf(const T* values, std::size_t count) {
    std::vector<std::uint8_t> bytes(count * sizeof(T));
    if (count > 0) std::memcpy(bytes.data(), values, bytes.size());
    return json::binary(std::move(bytes));
}

template <typename T>
json bytesOf(const std::vector<T>& values) {
    return bytesOf(values.data(), values.size());
}

template <typename T>
std::vector<T> valuesFrom(const json& record) {
    const std::vector<std::uint8_t>& bytes = record.get_binary();
    if (bytes.size() % sizeof(T) != 0) throwDamaged(record, "a list of numbers has a broken end");
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

json vectorRecord(const Eigen::VectorXd& vector) {
    return bytesOf(vector.data(), static_cast<std::size_t>(vector.size()));
}

Eigen::VectorXd vectorFrom(const json& record) {
    const auto values = valuesFrom<double>(record);
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/// The index says which alternative the value is: 1 and 1.0 differ.
json valueRecord(const ParamValue& value) {
    return std::visit([&](const auto& v) { return json{value.index(), v}; }, value);
}

ParamValue valueFrom(const json& record) {
    const json& value = record.at(1);
    switch (record.at(0).get<int>()) {
        case 0: return value.get<bool>();
        case 1: return value.get<std::int64_t>();
        case 2: return value.get<double>();
        case 3: return value.get<std::string>();
        case 4: return value.get<std::vector<std::int64_t>>();
        default: throwDamaged(record, "a parameter is of an unknown kind");
    }
}

json warningsRecord(const Warnings& warnings) {
    json list = json::array();
    for (const Warning& warning : warnings)
        list.push_back({warning.message, warning.place.file, warning.place.row ? json(*warning.place.row) : json(),
                        warning.place.column, warning.place.parameter});
    return list;
}

Warnings warningsFrom(const json& list) {
    Warnings warnings;
    for (const json& item : list) {
        Place place{.file = item.at(1), .column = item.at(3), .parameter = item.at(4)};
        if (!item.at(2).is_null()) place.row = item.at(2).get<std::int64_t>();
        warnings.push_back({item.at(0), std::move(place)});
    }
    return warnings;
}

json predictionsRecord(const Predictions& predictions) {
    const Eigen::MatrixXd& p = predictions.probabilities;
    return {{"values", vectorRecord(predictions.values)},
            {"classes", bytesOf(predictions.classes)},
            {"rows", p.rows()},
            {"probabilities", bytesOf(p.data(), static_cast<std::size_t>(p.size()))}};
}

Predictions predictionsFrom(const json& record) {
    Predictions predictions;
    predictions.values = vectorFrom(record.at("values"));
    predictions.classes = valuesFrom<int>(record.at("classes"));
    const auto values = valuesFrom<double>(record.at("probabilities"));
    const auto rows = record.at("rows").get<Eigen::Index>();
    const auto size = static_cast<Eigen::Index>(values.size());
    if (rows < 0 || (rows == 0 ? size != 0 : size % rows != 0)) throwDamaged(record, "probabilities have the wrong shape");
    predictions.probabilities = Eigen::Map<const Eigen::MatrixXd>(values.data(), rows, rows == 0 ? 0 : size / rows);
    return predictions;
}

json ledgerRecord(const std::vector<LedgerEntry>& ledger) {
    json list = json::array();
    for (const LedgerEntry& entry : ledger) list.push_back({entry.step, entry.rowsSeen, entry.heldOutRowsSeen, entry.learnt});
    return list;
}

json summaryRecord(const ScoreSummary& score) {
    return {{"mean", score.mean}, {"sd", score.sd},           {"low", score.low},
            {"high", score.high}, {"interval", score.interval}, {"folds", bytesOf(score.folds)}};
}

json scoresRecord(const std::map<std::string, ScoreSummary>& scores) {
    json object = json::object();
    for (const auto& [id, score] : scores) object[id] = summaryRecord(score);
    return object;
}

std::map<std::string, ScoreSummary> scoresFrom(const json& record) {
    std::map<std::string, ScoreSummary> scores;
    for (const auto& [id, score] : record.items())
        scores[id] = {score.at("mean"), score.at("sd"),       score.at("low"),
                      score.at("high"), score.at("interval"), valuesFrom<double>(score.at("folds"))};
    return scores;
}

json pointRecord(const std::map<std::string, ParamValue>& params) {
    json object = json::object();
    for (const auto& [name, value] : params) object[name] = valueRecord(value);
    return object;
}

std::map<std::string, ParamValue> pointFrom(const json& record) {
    std::map<std::string, ParamValue> params;
    for (const auto& [name, value] : record.items()) params[name] = valueFrom(value);
    return params;
}

json paramsRecord(const ParamSet& params) {
    json object = json::object();
    for (const auto& [name, value] : params.values()) object[name] = valueRecord(value);
    return object;
}

ParamSet paramsFrom(const json& record) {
    ParamSet params;
    for (const auto& [name, value] : record.items()) params.set(name, valueFrom(value));
    return params;
}

json nestedRecord(const NestedResult& nested) {
    json folds = json::array();
    for (const NestedFold& fold : nested.folds)
        folds.push_back({{"params", pointRecord(fold.params)}, {"inner", fold.inner}, {"outer", fold.outer}});
    return {{"metric", nested.metric}, {"mean", nested.mean},         {"low", nested.low},
            {"high", nested.high},     {"interval", nested.interval}, {"folds", std::move(folds)}};
}

NestedResult nestedFrom(const json& record) {
    NestedResult nested;
    nested.metric = record.at("metric");
    nested.mean = record.at("mean");
    nested.low = record.at("low");
    nested.high = record.at("high");
    nested.interval = record.at("interval");
    for (const json& fold : record.at("folds"))
        nested.folds.push_back({pointFrom(fold.at("params")), fold.at("inner"), fold.at("outer")});
    return nested;
}

}  // namespace

json toRecord(const Trial& trial) {
    return {{"number", trial.number},  {"params", pointRecord(trial.params)},       {"score", trial.score},
            {"folds", bytesOf(trial.folds)}, {"scores", trial.scores}, {"state", trialStateName(trial.state)},
            {"error", trial.error},    {"seconds", trial.seconds}, {"budget", trial.budget}, {"proposed", trial.isProposed},
            {"at", trial.at},          {"bytes", trial.bytes}};
}

Trial trialFromRecord(const json& record) {
    Trial trial;
    trial.number = record.at("number");
    trial.params = pointFrom(record.at("params"));
    trial.score = record.at("score");
    trial.folds = valuesFrom<double>(record.at("folds"));
    trial.scores = record.at("scores").get<std::map<std::string, double>>();
    trial.state = TrialState::Failed;
    for (const TrialState state : {TrialState::Complete, TrialState::Pruned})
        if (record.at("state") == std::string(trialStateName(state))) trial.state = state;
    trial.error = record.at("error");
    trial.seconds = record.at("seconds");
    // Files of the first format know of none of these.
    trial.budget = record.value("budget", 1.0);
    trial.isProposed = record.value("proposed", false);
    trial.at = record.value("at", 0.0);
    trial.bytes = record.value("bytes", std::int64_t{0});
    return trial;
}

json toRecord(const FoldResult& fold) {
    json record{{"repeat", fold.repeat},
                {"index", fold.index},
                {"trainRows", fold.trainRows},
                {"testRows", bytesOf(fold.testRows)},
                {"predictions", predictionsRecord(fold.predictions)},
                {"scores", fold.scores},
                {"ledger", ledgerRecord(fold.ledger)},
                {"trace", toJson(fold.trace)},
                {"modelSummary", fold.modelSummary},
                {"warnings", warningsRecord(fold.warnings)},
                {"seconds", fold.seconds}};
    if (fold.deviations.size() > 0) record["deviations"] = vectorRecord(fold.deviations);
    return record;
}

FoldResult foldFromRecord(const json& record) {
    FoldResult fold;
    fold.repeat = record.at("repeat");
    fold.index = record.at("index");
    fold.trainRows = record.at("trainRows");
    fold.testRows = valuesFrom<RowId>(record.at("testRows"));
    fold.predictions = predictionsFrom(record.at("predictions"));
    fold.scores = record.at("scores").get<std::map<std::string, double>>();
    for (const json& entry : record.at("ledger"))
        fold.ledger.push_back({entry.at(0), entry.at(1), entry.at(2), entry.at(3).get<std::vector<std::string>>()});
    fold.trace = traceFromJson(record.at("trace"));
    fold.modelSummary = record.at("modelSummary");
    fold.warnings = warningsFrom(record.at("warnings"));
    fold.seconds = record.at("seconds");
    if (record.contains("deviations")) fold.deviations = vectorFrom(record["deviations"]);
    return fold;
}

json toRecord(const DataRecord& data) {
    json columns = json::array();
    for (const ColumnRecord& column : data.byColumn) columns.push_back({column.name, column.fingerprint});
    return {{"source", data.source}, {"sha256", data.sha256},   {"fingerprint", data.fingerprint},
            {"rows", data.rows},     {"columns", data.columns}, {"byColumn", std::move(columns)}};
}

DataRecord dataFromRecord(const json& record) {
    DataRecord data{record.at("source"), record.at("sha256"), record.at("fingerprint"), {}, record.at("rows"), record.at("columns")};
    for (const json& column : record.at("byColumn")) data.byColumn.push_back({column.at(0), column.at(1)});
    return data;
}

json truthToRecord(const Run& run) {
    return {{"task", taskName(run.task)},         {"name", run.truth.name},
            {"values", vectorRecord(run.truth.values)}, {"classes", bytesOf(run.truth.classes)},
            {"labels", run.truth.labels},         {"rows", bytesOf(run.truthRows)}};
}

void truthFromRecord(const json& record, Run& run) {
    run.task = record.at("task") == std::string(taskName(Task::Regression)) ? Task::Regression : Task::Classification;
    run.truth.task = run.task;
    run.truth.name = record.at("name");
    run.truth.values = vectorFrom(record.at("values"));
    run.truth.classes = valuesFrom<int>(record.at("classes"));
    run.truth.labels = record.at("labels").get<std::vector<std::string>>();
    run.truthRows = valuesFrom<RowId>(record.at("rows"));
}

json resultToRecord(const Run& run) {
    json steps = json::array();
    for (const StepSpec& step : run.finalPipeline.prepare)
        steps.push_back({{"step", step.id}, {"params", paramsRecord(step.params)}, {"enabled", step.enabled}});
    json record = {{"scores", scoresRecord(run.evaluation.scores)},
                   {"steps", std::move(steps)},
                   {"model", {{"id", run.finalPipeline.model.id}, {"params", paramsRecord(run.finalPipeline.model.params)}}},
                   {"warnings", warningsRecord(run.warnings)},
                   {"seconds", run.seconds},
                   {"isTuned", run.study.has_value()},
                   {"best", nullptr}};
    if (run.study && run.study->best) record["best"] = *run.study->best;
    if (run.nested) record["nested"] = nestedRecord(*run.nested);
    if (run.sealed)
        record["sealed"] = {{"opening", run.sealed->opening}, {"opened", run.sealed->opened},
                            {"rows", run.sealed->rows},       {"scores", scoresRecord(run.sealed->scores)},
                            {"warnings", warningsRecord(run.sealed->warnings)}};
    return record;
}

void resultFromRecord(const json& record, Run& run) {
    run.evaluation.scores = scoresFrom(record.at("scores"));
    if (const auto sealed = record.find("sealed"); sealed != record.end())
        run.sealed = {sealed->at("opening"), sealed->at("opened"), sealed->at("rows"), scoresFrom(sealed->at("scores")),
                      warningsFrom(sealed->at("warnings"))};
    for (const json& step : record.at("steps"))
        run.finalPipeline.prepare.push_back({step.at("step"), paramsFrom(step.at("params")), step.at("enabled")});
    run.finalPipeline.model = {record.at("model").at("id"), paramsFrom(record.at("model").at("params"))};
    run.warnings = warningsFrom(record.at("warnings"));
    run.seconds = record.at("seconds");
    if (!record.at("isTuned").get<bool>()) return;
    run.study.emplace();
    if (!record.at("best").is_null()) run.study->best = record.at("best").get<std::size_t>();
    if (record.contains("nested")) run.nested = nestedFrom(record.at("nested"));
}

}  // namespace holdout
