// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_model.h"

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "base/parallel.h"
#include "model/model_json.h"
#include "model/neural/forward_pass.h"
#include "model/neural/network_json.h"

namespace holdout {

namespace {

using Eigen::Index;

/// Samples go through the network in blocks of exactly so many (the last is filled up with zeros): the order in which
/// a matrix product sums depends on its shape, and a row's prediction must not depend on its neighbours.
constexpr Index rowsPerProduct = 32;
constexpr std::size_t rowsPerTask = 2048;

void softmaxInPlace(Eigen::Ref<Eigen::RowVectorXd> scores) {
    scores = (scores.array() - scores.maxCoeff()).exp();
    scores /= scores.sum();
}

}  // namespace

NetworkModel::NetworkModel(Network<float> network, TargetScale target, NetworkRecord record)
    : m_network(std::move(network)), m_target(target), m_record(std::move(record)) {
}

Predictions NetworkModel::predict(const Features& all) const {
    const Eigen::MatrixXd& features = all.values;
    const NetworkShape& shape = m_network.shape();
    Eigen::MatrixXd outputs(features.rows(), shape.outputs());
    const std::vector<Range> tasks = chunks(static_cast<std::size_t>(features.rows()), rowsPerTask);
    parallelFor(tasks.size(), [&](std::size_t task) {
        ForwardPass<float> pass(m_network, rowsPerProduct);
        Eigen::MatrixXf inputs(shape.inputs(), rowsPerProduct);
        for (auto row = static_cast<Index>(tasks[task].begin); row < static_cast<Index>(tasks[task].end);
             row += rowsPerProduct) {
            const Index count = std::min(rowsPerProduct, static_cast<Index>(tasks[task].end) - row);
            inputs.leftCols(count) = features.middleRows(row, count).transpose().cast<float>();
            inputs.rightCols(rowsPerProduct - count).setZero();
            outputs.middleRows(row, count) = pass.outputs(inputs).leftCols(count).transpose().cast<double>();
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

std::string NetworkModel::summary() const {
    return m_network.shape().text() + ", best epoch " + formatCount(m_record.bestEpoch) + " of " +
           formatCount(m_record.epochs) + (m_record.origin.empty() ? "" : "; " + m_record.origin);
}

/// The first layer's, when it looks at pictures.
std::vector<FilterView> NetworkModel::filters() const {
    const NetworkShape& shape = m_network.shape();
    std::vector<FilterView> filters;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto* layer = std::get_if<ConvolutionLayer>(&shape.layer(i).kind);
        if (!layer) continue;
        const auto weights = m_network.weights(i);
        for (Index filter = 0; filter < weights.rows(); ++filter) {
            FilterView view{shape.layer(i).name,
                            {static_cast<int>(layer->kernelHeight), static_cast<int>(layer->kernelWidth),
                             static_cast<int>(shape.shape(i).channels)},
                            std::vector<double>(static_cast<std::size_t>(weights.cols()))};
            for (Index k = 0; k < weights.cols(); ++k)
                view.values[static_cast<std::size_t>(k)] = static_cast<double>(weights(filter, k));
            filters.push_back(std::move(view));
        }
        break;
    }
    return filters;
}

nlohmann::json NetworkModel::save() const {
    nlohmann::json state = toJson(m_network);
    state["offset"] = m_target.offset;
    state["scale"] = m_target.scale;
    state["best_epoch"] = m_record.bestEpoch;
    state["epochs"] = m_record.epochs;
    state["warnings"] = toJson(m_record.warnings);
    state["trace"] = toJson(m_record.trace);
    state["origin"] = m_record.origin;
    state["views"] = toJson(m_record.layers);
    return state;
}

std::shared_ptr<const Model> NetworkModel::load(const nlohmann::json& state) {
    NetworkRecord record{traceFromJson(state.value("trace", nlohmann::json::array())),
                         state.at("best_epoch").get<std::int64_t>(),
                         state.at("epochs").get<std::int64_t>(),
                         warningsFromJson(state.at("warnings")),
                         state.value("origin", std::string()),
                         layersFromJson(state.value("views", nlohmann::json::array()))};
    return std::make_shared<NetworkModel>(
        networkFromJson(state), TargetScale{state.at("offset").get<double>(), state.at("scale").get<double>()},
        std::move(record));
}

}  // namespace holdout
