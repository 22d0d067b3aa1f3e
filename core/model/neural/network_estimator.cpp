// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_estimator.h"

#include <numeric>

#include "base/format.h"
#include "model/neural/network_model.h"
#include "model/neural/network_steps.h"
#include "model/neural/network_views.h"
#include "model/neural/transfer.h"
#include "model/training_checks.h"
#include "train/training_rows.h"

namespace holdout {

namespace {

using Eigen::Index;

void requireFeatures(const TrainingSet& training) {
    if (training.features.values.cols() == 0)
        throw Error("There is no feature to learn from.", {}, "Give at least one column the role of a feature.");
}

/// L-BFGS compares losses, and finds optima of smooth functions only.
void checkMethod(const NetworkTraining& training, const NetworkShape& shape) {
    if (training.method != TrainingMethod::Lbfgs) return;
    const auto refuse = [](const char* what, const char* parameter) {
        throw Error(std::string("L-BFGS needs a loss that is smooth and the same at each look, which ") + what +
                        " would spoil.",
                    {.parameter = parameter}, "Set it to 0, or train with mini-batches.");
    };
    if (training.l1 > 0) refuse("an L1 penalty", "l1");
    if (training.maxNorm > 0) refuse("a largest norm", "max_norm");
    if (training.clip > 0) refuse("gradient clipping", "clip_norm");
    for (const Layer& layer : shape.layers()) {
        if (std::holds_alternative<DropoutLayer>(layer.kind)) refuse("dropout", "dropout");
        if (std::holds_alternative<NoiseLayer>(layer.kind)) refuse("input noise", "input_noise");
    }
}

const NetworkModel& networkOf(const Model& model, std::string_view parameter) {
    if (const auto* network = dynamic_cast<const NetworkModel*>(&model)) return *network;
    throw Error("The model to go on with is not a neural network.", {.parameter = std::string(parameter)},
                "Choose an mlp or a cnn.");
}

}  // namespace

void HiddenLayers::finish(std::vector<Layer>& layers, const std::string& name) const {
    if (batchNorm) layers.push_back({name + ".norm", BatchNormLayer{}});
    layers.push_back({name + ".activation", ActivationLayer{activation}});
    if (dropout > 0) layers.push_back({name + ".dropout", DropoutLayer{dropout}});
}

std::shared_ptr<const Model> NetworkEstimator::fit(const TrainingSet& training, JobContext& context) const {
    requireRows(training, 2);
    requireFeatures(training);
    const bool isClassification = m_task == Task::Classification;
    const Index outputs = isClassification ? training.target.classCount() : 1;
    const NetworkOutput output = isClassification ? NetworkOutput::ClassScores : NetworkOutput::Value;
    const Seed initial = context.seed.derive("initial");
    NetworkTraining settings = m_settings.training;
    NetworkRecord record;
    const auto startNetwork = [&]() -> Network<float> {
        if (training.start) {
            TransferredNetwork taken =
                transfer(networkOf(*training.start, startParameter).network(), training.features.values.cols(), outputs,
                         output, m_settings.transfer, initial);
            settings.rateScales = std::move(taken.rateScales);
            record.origin = std::move(taken.words);
            return std::move(taken.network);
        }
        NetworkBody parts = body(training.features);
        parts.layers.push_back({"head", DenseLayer{outputs}});
        return Network<float>(NetworkShape(parts.input, std::move(parts.layers), output), initial);
    };
    Network<float> start = startNetwork();
    checkMethod(settings, start.shape());

    const std::vector<std::uint32_t> rows = rowsWithWeight(training);
    const TrainingParts parts =
        setAside(rows, training.target.classes, m_settings.validationFraction, context.seed.derive("validation"));
    const TargetScale scale = targetScale(training, parts.training);
    const NetworkRows<float> trainingRows =
        networkRows(training, parts.training, scale, m_settings.classWeights, context);
    const NetworkRows<float> validationRows =
        networkRows(training, parts.validation, scale, m_settings.classWeights, context);
    if (training.features.fresh)
        settings.fresh = [&](std::int64_t epoch) {
            return addedNetworkRows(training, parts.training, epoch, scale, m_settings.classWeights, context);
        };
    settings.glimpse = [&scale](const Network<float>& network) -> std::shared_ptr<const Model> {
        return std::make_shared<NetworkModel>(network, scale, NetworkRecord{});
    };
    TrainedNetwork trained = trainNetwork(std::move(start), trainingRows, validationRows, settings, context);
    record.epochs = static_cast<std::int64_t>(trained.trace.size());
    record.trace = std::move(trained.trace);
    record.bestEpoch = trained.bestEpoch;
    record.warnings = std::move(trained.warnings);
    record.layers = layerViews(trained.network, trainingRows.inputs);
    return std::make_shared<NetworkModel>(std::move(trained.network), scale, std::move(record));
}

std::shared_ptr<const Model> NetworkEstimator::update(const Model& model, const TrainingSet& rows,
                                                      JobContext& context) const {
    requireRows(rows, 1);
    const NetworkModel& before = networkOf(model, "model");
    Network<float> network = before.network();
    const bool isClassification = m_task == Task::Classification;
    if (network.shape().inputs() != rows.features.values.cols() ||
        network.shape().outputs() != (isClassification ? rows.target.classCount() : 1))
        throw Error("The new rows have other features or classes than those that the model was fitted on.", {},
                    "Prepare them with the model's own recipe.");
    const std::vector<std::uint32_t> weighted = rowsWithWeight(rows);
    const NetworkRows<float> samples =
        networkRows(rows, weighted, before.targetScale(), m_settings.classWeights, context);
    NetworkTraining settings = m_settings.training;
    settings.method = TrainingMethod::MiniBatch;
    NetworkSteps steps(network, samples, settings);
    steps.watch(context.stop);
    std::vector<std::uint32_t> order(weighted.size());
    std::iota(order.begin(), order.end(), 0U);
    const Seed noise = context.seed.derive("dropout");
    std::uint64_t batch = 0;
    for (const Range& range : chunks(order.size(), settings.batchSize)) {
        context.throwIfStopped();
        const auto positions = std::span<const std::uint32_t>(order).subspan(range.begin, range.size());
        const NetworkSteps::Outcome step = steps.step(positions, settings.learningRate, noise.derive("batch", batch++));
        if (!std::isfinite(step.loss))
            throw Error("The update broke off because the loss grew beyond all numbers.",
                        {.parameter = "learning_rate"},
                        "Lower the learning rate, or check the new rows for values far from the old ones.");
    }
    NetworkRecord record = before.record();
    record.layers = layerViews(network, samples.inputs);
    return std::make_shared<NetworkModel>(std::move(network), before.targetScale(), std::move(record));
}

}  // namespace holdout
