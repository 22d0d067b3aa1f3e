// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/sgd_model.h"

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/model_json.h"

namespace holdout {
namespace {

/// On the features' own scale.
LinearModel linearModelOf(const SgdRecord& record) {
    const bool averaged = record.state.meanIntercepts.size() > 0;
    const Eigen::MatrixXd& weights = averaged ? record.state.meanWeights : record.state.weights;
    const Eigen::VectorXd& intercepts = averaged ? record.state.meanIntercepts : record.state.intercepts;
    Coefficients found{record.features, record.outputs, record.scale * (record.factors.asDiagonal() * weights), {}};
    found.intercepts = record.scale * intercepts - found.weights.transpose() * record.means;
    found.intercepts.array() += record.offset;
    return {record.task, std::move(found), {}, Link::Identity, record.sharpness};
}

nlohmann::json stateJson(const LinearSgd::State& state) {
    return {{"steps", state.steps},
            {"weights", toJson(state.weights)},
            {"intercepts", toJson(state.intercepts)},
            {"mean_weights", toJson(state.meanWeights)},
            {"mean_intercepts", toJson(state.meanIntercepts)},
            {"l1_due", state.l1Due},
            {"l1_applied", toJson(state.l1Applied)}};
}

LinearSgd::State stateFrom(const nlohmann::json& json) {
    return {json.at("steps").get<std::int64_t>(),      matrixFromJson(json.at("weights")),
            vectorFromJson(json.at("intercepts")),     matrixFromJson(json.at("mean_weights")),
            vectorFromJson(json.at("mean_intercepts")), json.at("l1_due").get<double>(),
            matrixFromJson(json.at("l1_applied"))};
}

}  // namespace

SgdModel::SgdModel(SgdRecord record) : m_record(std::move(record)), m_linear(linearModelOf(m_record)) {}

std::string SgdModel::summary() const {
    return m_linear.summary() + ", " + formatCount(m_record.state.steps) + (m_record.state.steps == 1 ? " step" : " steps");
}

nlohmann::json SgdModel::save() const {
    return {{"task", taskName(m_record.task)},
            {"features", m_record.features},
            {"outputs", m_record.outputs},
            {"labels", m_record.labels},
            {"means", toJson(m_record.means)},
            {"factors", toJson(m_record.factors)},
            {"common", m_record.common},
            {"offset", m_record.offset},
            {"scale", m_record.scale},
            {"class_factors", toJson(m_record.classFactors)},
            {"state", stateJson(m_record.state)},
            {"sharpness", m_record.sharpness},
            {"trace", toJson(m_record.trace)},
            {"warnings", toJson(m_record.warnings)}};
}

std::shared_ptr<const Model> SgdModel::load(const nlohmann::json& state) {
    SgdRecord record;
    record.task = state.at("task") == taskName(Task::Regression) ? Task::Regression : Task::Classification;
    record.features = state.at("features").get<std::vector<std::string>>();
    record.outputs = state.at("outputs").get<std::vector<std::string>>();
    record.labels = state.at("labels").get<std::vector<std::string>>();
    record.means = vectorFromJson(state.at("means"));
    record.factors = vectorFromJson(state.at("factors"));
    record.common = state.value("common", false);  // which older files do not have
    record.offset = state.at("offset").get<double>();
    record.scale = state.at("scale").get<double>();
    record.classFactors = vectorFromJson(state.at("class_factors"));
    record.state = stateFrom(state.at("state"));
    record.sharpness = state.at("sharpness").get<double>();
    record.trace = traceFromJson(state.at("trace"));
    record.warnings = warningsFromJson(state.at("warnings"));
    return std::make_shared<SgdModel>(std::move(record));
}

}  // namespace holdout
