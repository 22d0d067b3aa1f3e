// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/mlp.h"

#include "model/neural/network_model.h"
#include "model/neural/network_params.h"

namespace holdout {

namespace {

class MlpEstimator final : public NetworkEstimator {
public:
    MlpEstimator(const Params& params, Task task)
        : NetworkEstimator(networkSettings(params), task),
          m_widths(params.integers("layers")),
          m_inputs(inputLayers(params)),
          m_hidden(hiddenLayers(params)) {}

private:
    NetworkBody body(const Features& features) const override {
        NetworkBody body{{1, 1, features.columns()}, m_inputs};
        for (std::size_t i = 0; i < m_widths.size(); ++i) {
            const std::string name = "layer" + std::to_string(i + 1);
            body.layers.push_back({name, DenseLayer{m_widths[i]}});
            m_hidden.finish(body.layers, name);
        }
        return body;
    }

    std::vector<std::int64_t> m_widths;
    std::vector<Layer> m_inputs;
    HiddenLayers m_hidden;
};

const std::vector<ParamSpec>& mlpParams() {
    static const std::vector<ParamSpec> specs = networkParams(
        {
            {.id = "layers",
             .label = "Hidden layers",
             .help =
                 "Width of each hidden layer, from the inputs to the output. Empty: no hidden layer, a linear model.",
             .fallback = std::vector<std::int64_t>{32, 16},
             .rule = IntegerList{1, 8192, 16}},
            activationParam(),
        },
        {});
    return specs;
}

}  // namespace

ModelInfo mlpInfo() {
    return {.id = "mlp",
            .label = "Neural network",
            .sentence =
                "Layers of simple units that together learn curved and joint effects. Needs scaled features, "
                "rather many rows and some tuning.",
            .can = {.classification = true,
                    .regression = true,
                    .weights = true,
                    .trace = true,
                    .update = true,
                    .startFrom = true,
                    .freshRows = true},
            .params = mlpParams(),
            .make = [](const Params& params, Task task) -> std::unique_ptr<const Estimator> {
                return std::make_unique<MlpEstimator>(params, task);
            },
            .load = &NetworkModel::load};
}

}  // namespace holdout
