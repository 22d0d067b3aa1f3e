// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/transfer.h"

#include <algorithm>

#include "base/format.h"
#include "data/column_choice.h"

namespace holdout {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// "layer1" means that layer and what belongs to it: "layer1.norm".
bool belongs(const std::string& layer, const std::string& name) {
    return layer == name || layer.starts_with(name + ".");
}

std::size_t headOf(const NetworkShape& shape) {
    for (std::size_t i = shape.size(); i-- > 0;)
        if (std::holds_alternative<DenseLayer>(shape.layer(i).kind)) return i;
    throw Error("The model to start from has no dense layer at its end, which could give the new outputs.",
                {.parameter = std::string(startParameter)}, "Start from another model.");
}

bool keepsHead(const NetworkShape& shape, Eigen::Index outputs, NetworkOutput output, HeadRule rule) {
    const bool fits = shape.outputs() == outputs && shape.output() == output;
    if (rule == HeadRule::Keep && !fits)
        throw Error("The head of the model to start from gives " + formatCount(shape.outputs()) +
                        " outputs, but this target needs " + formatCount(outputs) + ".",
                    {.parameter = "head"}, "Set head to replace.");
    return fits && rule != HeadRule::Replace;
}

/// The same layers with a new head, which learns from its beginning.
Network<float> withNewHead(const Network<float>& from, std::size_t head, Eigen::Index outputs, NetworkOutput output,
                           Seed seed) {
    std::vector<Layer> layers(from.shape().layers().begin(),
                              from.shape().layers().begin() + static_cast<std::ptrdiff_t>(head) + 1);
    layers[head] = {"head", DenseLayer{outputs}};
    NetworkShape shape(from.shape().shape(0), std::move(layers), output);
    Network<float> network(std::move(shape), seed);
    const Eigen::Index taken = network.shape().place(head).weights;
    network.parameters().head(taken) = from.parameters().head(taken);
    // Trained layers give large values: a head of random weights would begin far off, and spend its first epochs on the way back.
    network.parameters().tail(network.parameters().size() - taken).setZero();
    network.statistics() = from.statistics().head(network.statistics().size());
    return network;
}

std::vector<double> scalesFor(const NetworkShape& shape, const TransferSettings& settings) {
    std::vector<double> scales(shape.size(), settings.lowerRate);
    std::fill(scales.begin() + static_cast<std::ptrdiff_t>(headOf(shape)), scales.end(), 1.0);
    for (const std::string& name : namesIn(settings.freeze)) {
        bool found = false;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (!belongs(shape.layer(i).name, name)) continue;
            scales[i] = 0;
            found = true;
        }
        if (!found)
            throw Error("The model to start from has no layer named " + name + " to freeze.", {.parameter = "freeze"},
                        "Its layers are: " + joined(shape.weightedLayers()) + ".");
    }
    return scales;
}

}  // namespace

TransferredNetwork transfer(const Network<float>& from, Eigen::Index inputs, Eigen::Index outputs, NetworkOutput output,
                            const TransferSettings& settings, Seed seed) {
    const NetworkShape& shape = from.shape();
    if (shape.inputs() != inputs)
        throw Error("The model to start from has " + formatCount(shape.inputs()) +
                        " inputs, but the prepared data have " + formatCount(inputs) + " features.",
                    {.parameter = std::string(startParameter)},
                    "Prepare the data as they were for that model, or start from another.");
    const std::size_t head = headOf(shape);
    const bool keeps = keepsHead(shape, outputs, output, settings.head);
    Network<float> network = keeps ? from : withNewHead(from, head, outputs, output, seed);
    std::vector<double> scales = scalesFor(network.shape(), settings);

    std::vector<std::string> taken;
    std::vector<std::string> frozen;
    for (std::size_t i = 0; i < network.shape().size(); ++i) {
        if (network.shape().place(i).count() == 0) continue;
        const std::string& name = network.shape().layer(i).name;
        if (i < head || keeps) taken.push_back(name);
        if (scales[i] == 0) frozen.push_back(name);
    }
    std::string words = "taken over: " + (taken.empty() ? "nothing" : joined(taken));
    if (!keeps) words += "; new head";
    if (!frozen.empty()) words += "; frozen: " + joined(frozen);
    if (settings.lowerRate != 1) words += "; learning rate below the head × " + formatNumber(settings.lowerRate);
    return {std::move(network), std::move(scales), std::move(words)};
}

}  // namespace holdout
