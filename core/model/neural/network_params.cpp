// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_params.h"

namespace holdout {

namespace {

std::vector<ParamSpec> trainingParams(const NetworkDefaults& defaults) {
    return {
        {.id = "method",
         .label = "Method",
         .help = "What stands behind each step: some rows (quick, noisy), all rows, or all rows and the curvature seen "
                 "so far (L-BFGS: few, "
                 "costly steps, for small data).",
         .fallback = std::string("mini-batch"),
         .rule = OneOf{{{"mini-batch", "Mini-batches"}, {"full-batch", "Full batch"}, {"l-bfgs", "L-BFGS"}}},
         .group = ParamGroup::Training},
        {.id = "optimizer",
         .label = "Optimizer",
         .help = "Adam adapts the step of each weight and needs little tuning; SGD follows the gradient with momentum.",
         .fallback = std::string("adam"),
         .rule = OneOf{{{"adam", "Adam"},
                        {"adamw", "AdamW: weight decay apart"},
                        {"rmsprop", "RMSprop"},
                        {"sgd", "SGD with momentum"}}},
         .when = EnabledWhen{"method", {"mini-batch", "full-batch"}},
         .group = ParamGroup::Training},
        {.id = "learning_rate",
         .label = "Learning rate",
         .help = "Length of a step. Too large: the loss jumps or grows. Too small: training takes long.",
         .fallback = 1e-3,
         .rule = RealRange{.low = 0, .lowOpen = true},
         .scale = Scale::Log,
         .when = EnabledWhen{"method", {"mini-batch", "full-batch"}},
         .group = ParamGroup::Training,
         .usual = {{1e-5, 1.0}}},
        {.id = "momentum",
         .label = "Momentum",
         .help = "Share of the last step that the next one keeps. 0: plain SGD.",
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
         .fallback = defaults.batchSize,
         .rule = IntegerRange{1, 65536},
         .scale = Scale::Log,
         .when = EnabledWhen{"method", {"mini-batch"}},
         .group = ParamGroup::Training,
         .usual = {{8, 1024}}},
        {.id = "epochs",
         .label = "Epochs",
         .help = "How often training sees all rows, at most.",
         .fallback = defaults.epochs,
         .rule = IntegerRange{1, 100000},
         .scale = Scale::Log,
         .group = ParamGroup::Training,
         .usual = {{10, 1000}}},
        {.id = "schedule",
         .label = "Schedule",
         .help = "How the learning rate changes: not at all, by a factor now and then, down half a wave, up and then "
                 "down, or by a "
                 "factor when the loss stands still.",
         .fallback = std::string("constant"),
         .rule = OneOf{{{"constant", "Constant"},
                        {"step", "Steps"},
                        {"cosine", "Cosine"},
                        {"one-cycle", "One cycle"},
                        {"plateau", "On plateau"}}},
         .when = EnabledWhen{"method", {"mini-batch", "full-batch"}},
         .group = ParamGroup::Training},
        {.id = "schedule_factor",
         .label = "Factor",
         .help = "What the learning rate is multiplied by at each step or plateau.",
         .fallback = 0.5,
         .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
         .when = EnabledWhen{"schedule", {"step", "plateau"}},
         .group = ParamGroup::Training},
        {.id = "schedule_every",
         .label = "Every … epochs",
         .help = "Epochs between two steps, or without a lower loss before the rate falls.",
         .fallback = std::int64_t{10},
         .rule = IntegerRange{1, 100000},
         .when = EnabledWhen{"schedule", {"step", "plateau"}},
         .group = ParamGroup::Training,
         .usual = {{1, 100}}},
        {.id = scheduleParameter,
         .label = "Schedule over",
         .help = "Epochs that a cosine or one cycle is laid over. 0: all epochs. Set when training is ended by hand, "
                 "so that it can be repeated.",
         .fallback = std::int64_t{0},
         .rule = IntegerRange{0, 100000},
         .when = EnabledWhen{"schedule", {"cosine", "one-cycle"}},
         .group = ParamGroup::Advanced,
         .usual = {{0, 1000}}},
    };
}

std::vector<ParamSpec> regularisationParams(const NetworkDefaults& defaults) {
    return {
        {.id = "l2",
         .label = "L2 penalty",
         .help = "Adds l2 / 2 times the sum of squared weights to the mean loss: smaller, smoother weights. With "
                 "AdamW, weights shrink by it "
                 "apart from the gradient.",
         .fallback = 1e-4,
         .rule = RealRange{.low = 0},
         .scale = Scale::Log,
         .group = ParamGroup::Regularisation,
         .usual = {{1e-6, 1e-1}}},
        {.id = "l1",
         .label = "L1 penalty",
         .help = "Adds l1 times the sum of absolute weights to the mean loss: weights that do little become exactly 0.",
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
        {.id = "input_dropout",
         .label = "Dropout of inputs",
         .help = "Share of the inputs left out at random in each step, so that no feature is relied on alone.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0, .high = 0.95},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 0.5}}},
        {.id = "input_noise",
         .label = "Input noise",
         .help = "Deviation of the normal noise that each step adds to its inputs: nearby rows get the same answer.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 1.0}}},
        {.id = "batch_norm",
         .label = "Batch normalisation",
         .help = "Gives what each layer passes on mean 0 and deviation 1 over the batch: larger learning rates, and a "
                 "little noise that "
                 "regularises.",
         .fallback = false,
         .rule = AnyBool{},
         .group = ParamGroup::Regularisation},
        {.id = "max_norm",
         .label = "Largest norm",
         .help = "No unit's incoming weights may be longer than this together. 0: they may.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 5.0}}},
        {.id = "label_smoothing",
         .label = "Label smoothing",
         .help = "Share of each label that goes to all classes alike: the network is not rewarded for being too sure. "
                 "Numbers as targets are "
                 "left as they are.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0, .high = 1, .highOpen = true},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 0.3}}},
        {.id = "clip_norm",
         .label = "Gradient clipping",
         .help =
             "A gradient longer than this is cut to this length, so that one odd batch does no harm. 0: no clipping.",
         .fallback = 0.0,
         .rule = RealRange{.low = 0},
         .group = ParamGroup::Regularisation,
         .usual = {{0.0, 10.0}}},
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
         .fallback = defaults.patience,
         .rule = IntegerRange{1, 100000},
         .group = ParamGroup::Regularisation,
         .usual = {{1, 100}}},
    };
}

std::vector<ParamSpec> furtherParams() {
    return {
        {.id = "class_weight",
         .label = "Class weights",
         .help = "Balanced: every class weighs the same together, however few its rows. For classes only.",
         .fallback = std::string("equal"),
         .rule = OneOf{{{"equal", "Every row the same"}, {"balanced", "Every class the same"}}},
         .group = ParamGroup::Advanced},
        {.id = "min_improvement",
         .label = "Least improvement",
         .help = "A validation loss counts as lower, for patience, when it is lower by more than this.",
         .fallback = 1e-4,
         .rule = RealRange{.low = 0},
         .group = ParamGroup::Advanced,
         .usual = {{0.0, 0.01}}},
        {.id = startParameter,
         .label = "Start from",
         .help = "A network to begin with instead of random weights: PROJECT.holdout#RUN, a saved model (.json) or an "
                 "ONNX file. Its layers "
                 "take the place of those set here.",
         .fallback = std::string(),
         .rule = AnyText{},
         .group = ParamGroup::Advanced},
        {.id = "freeze",
         .label = "Freeze",
         .help = "Names of layers that keep their weights, with commas between: layer1, layer2.",
         .fallback = std::string(),
         .rule = AnyText{},
         .group = ParamGroup::Advanced},
        {.id = "head",
         .label = "Head",
         .help = "The last layer of the network to start from: kept, replaced by a new one, or kept where it fits the "
                 "target.",
         .fallback = std::string("auto"),
         .rule = OneOf{{{"auto", "Kept where it fits"}, {"keep", "Kept"}, {"replace", "Replaced"}}},
         .group = ParamGroup::Advanced},
        {.id = "lower_rate",
         .label = "Learning rate below",
         .help = "What the learning rate is multiplied by in the layers below the head, when training starts from "
                 "another network.",
         .fallback = 1.0,
         .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
         .scale = Scale::Log,
         .group = ParamGroup::Advanced,
         .usual = {{0.001, 1.0}}},
    };
}

template <typename Kind>
Kind oneOf(const Params& params, std::string_view id, std::initializer_list<std::pair<std::string_view, Kind>> kinds) {
    for (const auto& [name, kind] : kinds)
        if (params.text(id) == name) return kind;
    return kinds.begin()->second;
}

OptimizerKind optimizerKind(const Params& params) {
    if (params.text("optimizer") == "sgd") {
        if (params.real("momentum") == 0) return OptimizerKind::Sgd;
        return params.flag("nesterov") ? OptimizerKind::Nesterov : OptimizerKind::Momentum;
    }
    return oneOf<OptimizerKind>(
        params, "optimizer",
        {{"adam", OptimizerKind::Adam}, {"adamw", OptimizerKind::AdamW}, {"rmsprop", OptimizerKind::RmsProp}});
}

NetworkTraining trainingSettings(const Params& params) {
    return {.method = oneOf<TrainingMethod>(params, "method",
                                            {{"mini-batch", TrainingMethod::MiniBatch},
                                             {"full-batch", TrainingMethod::FullBatch},
                                             {"l-bfgs", TrainingMethod::Lbfgs}}),
            .optimizer = optimizerKind(params),
            .learningRate = params.real("learning_rate"),
            .momentum = params.real("momentum"),
            .schedule = {oneOf<ScheduleKind>(params, "schedule",
                                             {{"constant", ScheduleKind::Constant},
                                              {"step", ScheduleKind::Step},
                                              {"cosine", ScheduleKind::Cosine},
                                              {"one-cycle", ScheduleKind::OneCycle},
                                              {"plateau", ScheduleKind::Plateau}}),
                         params.real("schedule_factor"), params.integer("schedule_every"),
                         params.integer(scheduleParameter) > 0 ? params.integer(scheduleParameter)
                                                               : params.integer("epochs")},
            .batchSize = static_cast<std::size_t>(params.integer("batch_size")),
            .epochs = params.integer("epochs"),
            .patience = params.integer("patience"),
            .minImprovement = params.real("min_improvement"),
            .loss = {params.real("l2"), params.real("label_smoothing")},
            .l1 = params.real("l1"),
            .maxNorm = params.real("max_norm"),
            .clip = params.real("clip_norm")};
}

}  // namespace

std::vector<ParamSpec> networkParams(std::vector<ParamSpec> own, const NetworkDefaults& defaults) {
    for (const std::vector<ParamSpec>& more :
         {trainingParams(defaults), regularisationParams(defaults), furtherParams()})
        own.insert(own.end(), more.begin(), more.end());
    return own;
}

NetworkSettings networkSettings(const Params& params) {
    return {.validationFraction = params.real("validation_fraction"),
            .classWeights = params.text("class_weight") == "balanced" ? ClassWeights::Balanced : ClassWeights::Equal,
            .training = trainingSettings(params),
            .transfer = {
                params.text("freeze"),
                oneOf<HeadRule>(params, "head",
                                {{"auto", HeadRule::Auto}, {"keep", HeadRule::Keep}, {"replace", HeadRule::Replace}}),
                params.real("lower_rate")}};
}

HiddenLayers hiddenLayers(const Params& params) {
    return {
        oneOf<Activation>(params, "activation",
                          {{"relu", Activation::Relu}, {"tanh", Activation::Tanh}, {"sigmoid", Activation::Sigmoid}}),
        params.flag("batch_norm"), params.real("dropout")};
}

std::vector<Layer> inputLayers(const Params& params) {
    std::vector<Layer> layers;
    if (params.real("input_noise") > 0) layers.push_back({"inputs.noise", NoiseLayer{params.real("input_noise")}});
    if (params.real("input_dropout") > 0)
        layers.push_back({"inputs.dropout", DropoutLayer{params.real("input_dropout")}});
    return layers;
}

ParamSpec activationParam() {
    return {.id = "activation",
            .label = "Activation",
            .help = "What each hidden unit makes of its weighted sum.",
            .fallback = std::string("relu"),
            .rule = OneOf{{{"relu", "ReLU: max(0, x)"}, {"tanh", "tanh"}, {"sigmoid", "Sigmoid"}}}};
}

}  // namespace holdout
