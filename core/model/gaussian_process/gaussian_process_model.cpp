// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/gaussian_process/gaussian_process_model.h"

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "model/model_json.h"

namespace holdout {
namespace {

using Eigen::Index;

const CovarianceName& nameOf(Covariance kind) {
    for (const CovarianceName& name : covarianceNames)
        if (name.kind == kind) return name;
    return covarianceNames[0];
}

[[noreturn]] void refuse() {
    throw Error("The parts of a saved Gaussian process do not fit together.", {}, "Train the model again.");
}

Covariance kindOf(const std::string& id) {
    for (const CovarianceName& name : covarianceNames)
        if (name.id == id) return name.kind;
    refuse();
}

}  // namespace

GaussianProcessModel::GaussianProcessModel(GaussianProcess process, GaussianProcessScale scale, Warnings warnings)
    : m_process(std::move(process)), m_scale(std::move(scale)), m_warnings(std::move(warnings)) {
}

Eigen::MatrixXd GaussianProcessModel::scaled(const Features& features) const {
    return features.values * m_scale.deviations.cwiseInverse().asDiagonal();
}

Predictions GaussianProcessModel::predict(const Features& features) const {
    Predictions predictions;
    predictions.values = (m_process.mean(scaled(features)) * m_scale.deviation).array() + m_scale.mean;
    return predictions;
}

Eigen::VectorXd GaussianProcessModel::standardDeviations(const Features& features) const {
    const double noise = std::exp(m_process.params().logNoise);
    return m_scale.deviation * (m_process.variance(scaled(features)).array() + noise).sqrt();
}

std::string GaussianProcessModel::summary() const {
    const GaussianProcessParams& params = m_process.params();
    const auto length = [](double log) { return formatNumber(std::exp(log), 3); };
    std::string text = std::string(nameOf(params.kind).label) + " on " +
                       formatCount(static_cast<std::int64_t>(m_process.data().values.size())) + " rows";
    if (params.logLengths.size() == 1)
        text += ", length " + length(params.logLengths[0]);
    else if (params.logLengths.size() > 1)
        text += ", lengths from " + length(params.logLengths.minCoeff()) + " to " + length(params.logLengths.maxCoeff());
    return text + ", noise of " + formatNumber(m_scale.deviation * std::exp(0.5 * params.logNoise), 3) +
           ", log likelihood " + formatNumber(m_process.logLikelihood(), 5);
}

nlohmann::json GaussianProcessModel::save() const {
    const GaussianProcessParams& params = m_process.params();
    return {{"kernel", nameOf(params.kind).id},
            {"log_lengths", toJson(params.logLengths)},
            {"log_signal", params.logSignal},
            {"log_noise", params.logNoise},
            {"rows", toPackedJson(m_process.data().rows)},
            {"values", toPackedJson(Eigen::MatrixXd(m_process.data().values))},
            {"copies", toPackedJson(Eigen::MatrixXd(m_process.data().copies))},
            {"deviations", toJson(m_scale.deviations)},
            {"mean", m_scale.mean},
            {"deviation", m_scale.deviation},
            {"warnings", toJson(m_warnings)}};
}

std::shared_ptr<const Model> GaussianProcessModel::load(const nlohmann::json& state) {
    const auto vector = [&](const char* key) -> Eigen::VectorXd {
        const Eigen::MatrixXd packed = matrixFromPackedJson(state.at(key));
        if (packed.size() > 0 && packed.cols() != 1) refuse();
        return packed.reshaped();
    };
    GaussianProcessParams params{kindOf(state.at("kernel").get<std::string>()), vectorFromJson(state.at("log_lengths")),
                                 state.at("log_signal").get<double>(), state.at("log_noise").get<double>()};
    GaussianProcessData data{matrixFromPackedJson(state.at("rows")), vector("values"), vector("copies")};
    GaussianProcessScale scale{vectorFromJson(state.at("deviations")), state.at("mean").get<double>(),
                               state.at("deviation").get<double>()};
    const Index lengths = params.logLengths.size(), columns = data.rows.cols();
    if (data.rows.rows() != data.values.size() || data.values.size() == 0 || scale.deviations.size() != columns ||
        (data.copies.size() != 0 && data.copies.size() != data.values.size()) || (lengths != 1 && lengths != columns))
        refuse();
    SilentProgress silent;
    // What follows from the rows is worked out again: it would be n times their size.
    const JobContext context{{}, {}, silent, Seed{}};
    return std::make_shared<GaussianProcessModel>(GaussianProcess(std::move(data), std::move(params), context),
                                                  std::move(scale), warningsFromJson(state.at("warnings")));
}

}  // namespace holdout
