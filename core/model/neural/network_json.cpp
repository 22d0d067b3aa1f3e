// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network_json.h"

#include <array>

#include <nlohmann/json.hpp>

namespace holdout {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr Index mostParameters = Index{1} << 28;  // a gigabyte of float32: more is a damaged file

constexpr std::array activationNames = {"relu", "tanh", "sigmoid"};

Activation activationFrom(const json& name) {
    for (std::size_t i = 0; i < activationNames.size(); ++i)
        if (name == activationNames[i]) return static_cast<Activation>(i);
    throw Error("A saved network has an unknown activation.", {}, "Train the model again.");
}

struct LayerWriter {
    json operator()(const DenseLayer& layer) const { return {{"kind", "dense"}, {"outputs", layer.outputs}}; }
    json operator()(const ConvolutionLayer& layer) const {
        return {{"kind", "convolution"},
                {"filters", layer.filters},
                {"kernel", {layer.kernelHeight, layer.kernelWidth}},
                {"stride", layer.stride},
                {"zeros", {layer.top, layer.left, layer.bottom, layer.right}}};
    }
    json operator()(const PoolingLayer& layer) const {
        return {{"kind", layer.kind == PoolingKind::Max ? "max-pool" : "average-pool"},
                {"window", {layer.height, layer.width}},
                {"stride", layer.stride}};
    }
    json operator()(const BatchNormLayer& layer) const {
        return {{"kind", "batch-norm"}, {"epsilon", layer.epsilon}, {"momentum", layer.momentum}};
    }
    json operator()(const ActivationLayer& layer) const {
        return {{"kind", activationNames[static_cast<std::size_t>(layer.function)]}};
    }
    json operator()(const DropoutLayer& layer) const { return {{"kind", "dropout"}, {"rate", layer.rate}}; }
    json operator()(const NoiseLayer& layer) const { return {{"kind", "noise"}, {"deviation", layer.deviation}}; }
    json operator()(const FlattenLayer&) const { return {{"kind", "flatten"}}; }
};

Index sizeFrom(const json& value, Index least = 1) {
    const auto size = value.get<Index>();
    if (size < least || size > mostParameters)
        throw Error("A saved network has a layer of " + std::to_string(size) + " units.", {}, "Train the model again.");
    return size;
}

ConvolutionLayer convolutionFrom(const json& state) {
    ConvolutionLayer layer{sizeFrom(state.at("filters")), sizeFrom(state.at("kernel").at(0)),
                           sizeFrom(state.at("kernel").at(1)), sizeFrom(state.at("stride"))};
    const json& zeros = state.at("zeros");
    layer.top = sizeFrom(zeros.at(0), 0);
    layer.left = sizeFrom(zeros.at(1), 0);
    layer.bottom = sizeFrom(zeros.at(2), 0);
    layer.right = sizeFrom(zeros.at(3), 0);
    if (std::max(layer.top, layer.bottom) >= layer.kernelHeight ||
        std::max(layer.left, layer.right) >= layer.kernelWidth)
        throw Error("A saved network has a convolution with more zeros around than its window is wide.", {},
                    "Train the model again.");
    return layer;
}

LayerKind kindFrom(const json& state) {
    const auto kind = state.at("kind").get<std::string>();
    if (kind == "dense") return DenseLayer{sizeFrom(state.at("outputs"))};
    if (kind == "convolution") return convolutionFrom(state);
    if (kind == "max-pool" || kind == "average-pool")
        return PoolingLayer{kind == "max-pool" ? PoolingKind::Max : PoolingKind::Average,
                            sizeFrom(state.at("window").at(0)), sizeFrom(state.at("window").at(1)),
                            sizeFrom(state.at("stride"))};
    if (kind == "batch-norm")
        return BatchNormLayer{state.at("epsilon").get<double>(), state.at("momentum").get<double>()};
    if (kind == "dropout") return DropoutLayer{state.at("rate").get<double>()};
    if (kind == "noise") return NoiseLayer{state.at("deviation").get<double>()};
    if (kind == "flatten") return FlattenLayer{};
    return ActivationLayer{activationFrom(state.at("kind"))};
}

/// As the perceptron was kept before networks had layers of several kinds.
NetworkShape perceptronFrom(const json& state, NetworkOutput output) {
    const auto& widths = state.at("widths");
    if (widths.size() < 2) throw Error("A saved network has no layers.", {}, "Train the model again.");
    std::vector<Layer> layers;
    for (std::size_t i = 1; i < widths.size(); ++i) {
        const bool isLast = i + 1 == widths.size();
        const std::string name = isLast ? "head" : "layer" + std::to_string(i);
        layers.push_back({name, DenseLayer{sizeFrom(widths[i])}});
        if (!isLast) layers.push_back({name + ".activation", ActivationLayer{activationFrom(state.at("activation"))}});
    }
    return {{1, 1, sizeFrom(widths[0])}, std::move(layers), output};
}

}  // namespace

json toJson(const Network<float>& network) {
    const NetworkShape& shape = network.shape();
    json layers = json::array();
    for (const Layer& layer : shape.layers()) {
        json state = std::visit(LayerWriter{}, layer.kind);
        state["name"] = layer.name;
        layers.push_back(std::move(state));
    }
    const TensorShape& input = shape.shape(0);
    return {{"input", {input.height, input.width, input.channels}},
            {"layers", std::move(layers)},
            {"output", shape.output() == NetworkOutput::Value ? "value" : "classes"},
            {"parameters", numbersToText(network.parameters())},
            {"statistics", numbersToText(network.statistics())}};
}

Network<float> networkFromJson(const json& state) {
    const NetworkOutput output = state.at("output") == "value" ? NetworkOutput::Value : NetworkOutput::ClassScores;
    const auto shapeOf = [&]() -> NetworkShape {
        if (!state.contains("layers")) return perceptronFrom(state, output);
        std::vector<Layer> layers;
        for (const json& layer : state.at("layers"))
            layers.push_back({layer.at("name").get<std::string>(), kindFrom(layer)});
        const json& input = state.at("input");
        return {{sizeFrom(input.at(0)), sizeFrom(input.at(1)), sizeFrom(input.at(2))}, std::move(layers), output};
    };
    NetworkShape shape = shapeOf();
    if (shape.parameters() > mostParameters)
        throw Error("A saved network has more weights than any file could hold.", {}, "Train the model again.");
    Eigen::VectorXf parameters =
        numbersFromText<float>(state.at("parameters").get_ref<const std::string&>(), shape.parameters());
    Eigen::VectorXf statistics = numbersFromText<float>(state.value("statistics", std::string()), shape.statistics());
    return {std::move(shape), std::move(parameters), std::move(statistics)};
}

}  // namespace holdout
