// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/mlp_model.h"

#include <cmath>
#include <span>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/format.h"
#include "base/parallel.h"
#include "model/model_json.h"

namespace holdout {

namespace {

using Eigen::Index;

/// Samples go through the network in blocks of exactly so many (the last is filled up with zeros): the order in which
/// a matrix product sums depends on its shape, and a row's prediction must not depend on its neighbours.
constexpr Index rowsPerProduct = 32;
constexpr std::size_t rowsPerTask = 2048;

std::string toBase64(const Eigen::VectorXf& values) {
    return holdout::toBase64(std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size()))));
}

Eigen::VectorXf fromBase64(const std::string& text, Index count) {
    Eigen::VectorXf values(count);
    if (!holdout::fromBase64(text, std::as_writable_bytes(std::span(values.data(), static_cast<std::size_t>(count)))))
        throw Error("The weights of a saved network do not fit its layers.", {}, "Train the model again.");
    return values;
}

void softmaxInPlace(Eigen::Ref<Eigen::RowVectorXd> scores) {
    scores = (scores.array() - scores.maxCoeff()).exp();
    scores /= scores.sum();
}

}  // namespace

MlpModel::MlpModel(Network<float> network, TargetScale target, MlpRecord record)
    : m_network(std::move(network)), m_target(target), m_record(std::move(record)) {
}

Predictions MlpModel::predict(const Features& all) const {
    const Eigen::MatrixXd& features = all.values;
    const NetworkShape& shape = m_network.shape();
    Eigen::MatrixXd outputs(features.rows(), shape.outputs());
    const std::vector<Range> tasks = chunks(static_cast<std::size_t>(features.rows()), rowsPerTask);
    parallelFor(tasks.size(), [&](std::size_t task) {
        Eigen::MatrixXf inputs(shape.inputs(), rowsPerProduct);
        for (auto row = static_cast<Index>(tasks[task].begin); row < static_cast<Index>(tasks[task].end);
             row += rowsPerProduct) {
            const Index count = std::min(rowsPerProduct, static_cast<Index>(tasks[task].end) - row);
            inputs.leftCols(count) = features.middleRows(row, count).transpose().cast<float>();
            inputs.rightCols(rowsPerProduct - count).setZero();
            outputs.middleRows(row, count) = m_network.apply(inputs).leftCols(count).transpose().cast<double>();
        }
    });
    if (shape.output() == NetworkOutput::Value) {
        Predictions predictions;
        predictions.values = (m_target.scale * outputs.col(0).array() + m_target.offset).matrix();
        return predictions;
    }
    Eigen::RowVectorXd scores;
    for (Index row = 0; row < outputs.rows(); ++row) {
        scores = outputs.row(row);
        softmaxInPlace(scores);
        outputs.row(row) = scores;
    }
    return fromProbabilities(std::move(outputs));
}

std::string MlpModel::summary() const {
    return m_network.shape().text() + ", best epoch " + formatCount(m_record.bestEpoch) + " of " +
           formatCount(m_record.epochs);
}

nlohmann::json MlpModel::save() const {
    const NetworkShape& shape = m_network.shape();
    return {{"widths", shape.widths()},
            {"activation", shape.activation() == Activation::Relu ? "relu" : "tanh"},
            {"output", shape.output() == NetworkOutput::Value ? "value" : "classes"},
            {"offset", m_target.offset},
            {"scale", m_target.scale},
            {"best_epoch", m_record.bestEpoch},
            {"epochs", m_record.epochs},
            {"warnings", toJson(m_record.warnings)},
            {"trace", toJson(m_record.trace)},
            {"parameters", toBase64(m_network.parameters())}};
}

std::shared_ptr<const Model> MlpModel::load(const nlohmann::json& state) {
    const auto widths = state.at("widths").get<std::vector<Index>>();
    if (widths.size() < 2 || std::any_of(widths.begin(), widths.end(), [](Index width) { return width < 1; }))
        throw Error("A saved network has no layers.", {}, "Train the model again.");
    NetworkShape shape(widths, state.at("activation") == "tanh" ? Activation::Tanh : Activation::Relu,
                       state.at("output") == "value" ? NetworkOutput::Value : NetworkOutput::ClassScores);
    Eigen::VectorXf parameters = fromBase64(state.at("parameters").get_ref<const std::string&>(), shape.parameters());
    MlpRecord record{traceFromJson(state.value("trace", nlohmann::json::array())),
                     state.at("best_epoch").get<std::int64_t>(), state.at("epochs").get<std::int64_t>(),
                     warningsFromJson(state.at("warnings"))};
    return std::make_shared<MlpModel>(Network<float>(std::move(shape), std::move(parameters)),
                                      TargetScale{state.at("offset").get<double>(), state.at("scale").get<double>()},
                                      std::move(record));
}

}  // namespace holdout
