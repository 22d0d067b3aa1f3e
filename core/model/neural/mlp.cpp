// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/mlp.h"

#include <cmath>

#include "base/format.h"
#include "model/neural/mlp_model.h"
#include "model/neural/mlp_training.h"
#include "model/training_checks.h"
#include "train/training_rows.h"

namespace holdout {

namespace {

using Eigen::Index;

struct MlpSettings {
    std::vector<std::int64_t> hidden;
    Activation activation;
    double validationFraction;
    NetworkTraining training;
};

std::vector<std::uint32_t> rowsWithWeight(const TrainingSet& training) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < training.target.size(); ++row)
        if (training.weights.size() == 0 || training.weights[row] > 0) rows.push_back(row);
    return rows;
}

/// Features of the rows as float32 samples × columns turned over, so that a sample is contiguous.
Eigen::MatrixXf samplesOf(const Features& features, const std::vector<std::uint32_t>& rows, JobContext& context) {
    constexpr std::size_t rowsPerTile = 128;
    Eigen::MatrixXf samples(features.values.cols(), static_cast<Index>(rows.size()));
    const std::vector<Range> tiles = chunks(rows.size(), rowsPerTile);
    parallelFor(tiles.size(), [&](std::size_t tile) {
        context.throwIfStopped();
        for (Index column = 0; column < features.values.cols(); ++column) {
            const double* from = features.values.col(column).data();
            for (std::size_t i = tiles[tile].begin; i < tiles[tile].end; ++i)
                samples(column, static_cast<Index>(i)) = static_cast<float>(from[rows[i]]);
        }
    });
    return samples;
}

void requireFloatRange(const Features& features, const Eigen::MatrixXf& samples) {
    if (samples.allFinite()) return;
    for (Index column = 0; column < samples.rows(); ++column)
        if (!samples.row(column).allFinite())
            throw Error("A value of the feature " + features.names[static_cast<std::size_t>(column)] +
                            " is too large for a neural network, which computes in float32.",
                        {.column = features.names[static_cast<std::size_t>(column)]},
                        "Add the step standardize to the recipe.");
}

TargetScale targetScale(const TrainingSet& training, const std::vector<std::uint32_t>& rows) {
    double total = 0;
    double sum = 0;
    const auto weight = [&](std::uint32_t row) { return training.weights.size() == 0 ? 1.0 : training.weights[row]; };
    for (const std::uint32_t row : rows) {
        total += weight(row);
        sum += weight(row) * training.target.values[row];
    }
    const double mean = sum / total;
    double squares = 0;
    for (const std::uint32_t row : rows) squares += weight(row) * std::pow(training.target.values[row] - mean, 2);
    const double deviation = std::sqrt(squares / total);
    return {mean, deviation > 0 ? deviation : 1};
}

NetworkRows<float> networkRows(const TrainingSet& training, const std::vector<std::uint32_t>& rows,
                               const TargetScale& scale, JobContext& context) {
    NetworkRows<float> result;
    result.inputs = samplesOf(training.features, rows, context);
    requireFloatRange(training.features, result.inputs);
    const auto count = static_cast<Index>(rows.size());
    result.weights = Eigen::VectorXf::Ones(count);
    if (training.weights.size() > 0) {
        Eigen::VectorXd weights(count);
        for (Index i = 0; i < count; ++i) weights[i] = training.weights[rows[static_cast<std::size_t>(i)]];
        result.weights = (weights * (static_cast<double>(count) / weights.sum())).cast<float>();
    }
    if (training.target.task == Task::Classification) {
        for (const std::uint32_t row : rows) result.classes.push_back(training.target.classes[row]);
        return result;
    }
    result.values.resize(count);
    for (Index i = 0; i < count; ++i) {
        const double value = training.target.values[rows[static_cast<std::size_t>(i)]];
        result.values[i] = static_cast<float>((value - scale.offset) / scale.scale);
    }
    return result;
}

class MlpEstimator final : public Estimator {
public:
    MlpEstimator(MlpSettings settings, Task task) : m_settings(std::move(settings)), m_task(task) {}

    std::shared_ptr<const Model> fit(const TrainingSet& training, JobContext& context) const override {
        requireRows(training, 2);
        if (training.features.values.cols() == 0)
            throw Error("There is no feature to learn from.", {}, "Give at least one column the role of a feature.");
        const std::vector<std::uint32_t> rows = rowsWithWeight(training);
        const TrainingParts parts =
            setAside(rows, training.target.classes, m_settings.validationFraction, context.seed.derive("validation"));
        const TargetScale scale = m_task == Task::Regression ? targetScale(training, parts.training) : TargetScale{};
        const NetworkRows<float> trainingRows = networkRows(training, parts.training, scale, context);
        const NetworkRows<float> validationRows = networkRows(training, parts.validation, scale, context);
        TrainedNetwork trained = trainNetwork(Network<float>(shapeFor(training), context.seed.derive("initial")),
                                              trainingRows, validationRows, m_settings.training, context);
        const auto epochs = static_cast<std::int64_t>(trained.trace.size());
        return std::make_shared<MlpModel>(
            std::move(trained.network), scale,
            MlpRecord{std::move(trained.trace), trained.bestEpoch, epochs, std::move(trained.warnings)});
    }

private:
    NetworkShape shapeFor(const TrainingSet& training) const {
        std::vector<Index> widths{training.features.values.cols()};
        widths.insert(widths.end(), m_settings.hidden.begin(), m_settings.hidden.end());
        const bool classes = m_task == Task::Classification;
        widths.push_back(classes ? training.target.classCount() : 1);
        return {std::move(widths), m_settings.activation, classes ? NetworkOutput::ClassScores : NetworkOutput::Value};
    }

    MlpSettings m_settings;
    Task m_task;
};

const std::vector<ParamSpec>& mlpParams() {
    static const std::vector<ParamSpec> specs = {
        {.id = "layers",
         .label = "Hidden layers",
         .help = "Width of each hidden layer, from the inputs to the output. Empty: no hidden layer, a linear model.",
         .fallback = std::vector<std::int64_t>{32, 16},
         .rule = IntegerList{1, 8192, 16}},
        {.id = "activation",
         .label = "Activation",
         .help = "What each hidden unit makes of its weighted sum.",
         .fallback = std::string("relu"),
         .rule = OneOf{{{"relu", "ReLU: max(0, x)"}, {"tanh", "tanh"}}}},
        {.id = "optimizer",
         .label = "Optimizer",
         .help = "Adam adapts the step of each weight and needs little tuning; SGD follows the gradient with momentum.",
         .fallback = std::string("adam"),
         .rule = OneOf{{{"adam", "Adam"}, {"sgd", "SGD with momentum"}}},
         .group = ParamGroup::Training},
        {.id = "learning_rate",
         .label = "Learning rate",
         .help = "Length of a step. Too large: the loss jumps or grows. Too small: training takes long.",
         .fallback = 1e-3,
         .rule = RealRange{.low = 0, .lowOpen = true},
         .scale = Scale::Log,
         .group = ParamGroup::Training,
         .usual = {{1e-5, 1.0}}},
        {.id = "momentum",
         .label = "Momentum",
         .help = "Share of the last step that the next one keeps.",
         .fallback = 0.9,
         .rule = RealRange{.low = 0, .high = 1, .highOpen = true},
         .when = EnabledWhen{"optimizer", {"sgd"}},
         .group = ParamGroup::Training},
        {.id = "nesterov",
         .label = "Nesterov momentum",
         .help = "Takes the gradient where momentum is about to lead, which damps swings.",
         .fallback = true,
         .rule = AnyBool{},
         .when = EnabledWhen{"optimizer", {"sgd"}},
         .group = ParamGroup::Advanced},
        {.id = "batch_size",
         .label = "Batch size",
         .help = "Rows behind each step. Small batches are noisy and take more steps an epoch.",
         .fallback = std::int64_t{64},
         .rule = IntegerRange{1, 65536},
         .scale = Scale::Log,
         .group = ParamGroup::Training,
         .usual = {{8, 1024}}},
        {.id = "epochs",
         .label = "Epochs",
         .help = "How often training sees all rows, at most.",
         .fallback = std::int64_t{200},
         .rule = IntegerRange{1, 100000},
         .scale = Scale::Log,
         .group = ParamGroup::Training,
         .usual = {{10, 1000}}},
        {.id = "validation_fraction",
         .label = "Validation part",
         .help = "Share of the training rows that early stopping watches instead of training on them. 0: no early "
                 "stopping.",
         .fallback = 0.1,
         .rule = RealRange{.low = 0, .high = 0.9},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 0.5}}},
        {.id = "patience",
         .label = "Patience",
         .help = "Training stops after so many epochs without a lower validation loss, and the best epoch is kept.",
         .fallback = std::int64_t{20},
         .rule = IntegerRange{1, 100000},
         .group = ParamGroup::Regularisation,
         .usual = {{1, 100}}},
        {.id = "l2",
         .label = "L2 penalty",
         .help = "Adds l2 / 2 times the sum of squared weights to the mean loss: smaller, smoother weights.",
         .fallback = 1e-4,
         .rule = RealRange{.low = 0},
         .scale = Scale::Log,
         .group = ParamGroup::Regularisation,
         .usual = {{1e-6, 1e-1}}},
        {.id = "l1",
         .label = "L1 penalty",
         .help = "Adds l1 times the sum of absolute weights to the mean loss: pulls weights that do little towards 0.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0},
         .scale = Scale::Log,
         .group = ParamGroup::Regularisation,
         .usual = {{1e-6, 1e-1}}},
        {.id = "dropout",
         .label = "Dropout",
         .help = "Share of the hidden units left out at random in each step, so that none relies on another.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0, .high = 0.95},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 0.7}}},
        {.id = "min_improvement",
         .label = "Least improvement",
         .help = "A validation loss counts as lower, for patience, when it is lower by more than this.",
         .fallback = 1e-4,
         .rule = RealRange{.low = 0},
         .group = ParamGroup::Advanced,
         .usual = {{0.0, 0.01}}},
    };
    return specs;
}

MlpSettings settingsFrom(const Params& params) {
    return {.hidden = params.integers("layers"),
            .activation = params.text("activation") == "tanh" ? Activation::Tanh : Activation::Relu,
            .validationFraction = params.real("validation_fraction"),
            .training = {.optimizer = params.text("optimizer") == "sgd" ? OptimizerKind::Sgd : OptimizerKind::Adam,
                         .learningRate = params.real("learning_rate"),
                         .momentum = params.real("momentum"),
                         .nesterov = params.flag("nesterov"),
                         .batchSize = static_cast<std::size_t>(params.integer("batch_size")),
                         .epochs = params.integer("epochs"),
                         .patience = params.integer("patience"),
                         .minImprovement = params.real("min_improvement"),
                         .dropout = params.real("dropout"),
                         .penalty = {params.real("l1"), params.real("l2")}}};
}

}  // namespace

ModelInfo mlpInfo() {
    return {.id = "mlp",
            .label = "Neural network",
            .sentence =
                "Layers of simple units that together learn curved and joint effects. Needs scaled features, "
                "rather many rows and some tuning.",
            .can = {.classification = true, .regression = true, .weights = true, .trace = true},
            .params = mlpParams(),
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<MlpEstimator>(settingsFrom(params), task);
            },
            .load = &MlpModel::load};
}

}  // namespace holdout
