// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "model/neural/network_estimator.h"
#include "param/param_set.h"

namespace holdout {

/// What a model's parameters are unless the person sets them.
struct NetworkDefaults {
    std::int64_t epochs = 200;
    std::int64_t patience = 20;
    std::int64_t batchSize = 64;
};

/// `own`, which say what the layers are, and then the parameters that all networks share: how they are trained,
/// regularised and begun.
std::vector<ParamSpec> networkParams(std::vector<ParamSpec> own, const NetworkDefaults& defaults);

NetworkSettings networkSettings(const Params& params);

/// The parameters of what stands after each dense layer, and before the first: to be read from `networkParams`.
HiddenLayers hiddenLayers(const Params& params);
std::vector<Layer> inputLayers(const Params& params);

/// "relu", "tanh", "sigmoid".
ParamSpec activationParam();

}  // namespace holdout
