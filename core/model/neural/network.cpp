// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network.h"

#include <cassert>
#include <cmath>

#include "base/error.h"
#include "model/neural/forward_pass.h"

namespace holdout {

namespace {

using Eigen::Index;

Index windows(Index size, Index window, Index stride) {
    return size < window ? 0 : (size - window) / stride + 1;
}

std::string sizeText(const TensorShape& shape) {
    if (shape.pixels() == 1) return std::to_string(shape.channels);
    return std::to_string(shape.height) + "×" + std::to_string(shape.width) + "×" + std::to_string(shape.channels);
}

ParameterPlace placeOf(const LayerKind& kind, const TensorShape& input) {
    ParameterPlace place;
    if (const auto* dense = std::get_if<DenseLayer>(&kind)) {
        place = {.rows = dense->outputs, .columns = input.size(), .biasCount = dense->outputs, .penalised = true};
    } else if (const auto* convolution = std::get_if<ConvolutionLayer>(&kind)) {
        place = {.rows = convolution->filters,
                 .columns = convolution->kernelHeight * convolution->kernelWidth * input.channels,
                 .biasCount = convolution->filters,
                 .penalised = true};
    } else if (std::holds_alternative<BatchNormLayer>(kind)) {
        place = {.rows = input.channels, .columns = 1, .biasCount = input.channels};
    }
    return place;
}

}  // namespace

TensorShape outputShape(const LayerKind& kind, const TensorShape& input) {
    if (const auto* dense = std::get_if<DenseLayer>(&kind)) return {1, 1, dense->outputs};
    if (std::holds_alternative<FlattenLayer>(kind)) return {1, 1, input.size()};
    if (const auto* c = std::get_if<ConvolutionLayer>(&kind))
        return {windows(input.height + c->top + c->bottom, c->kernelHeight, c->stride),
                windows(input.width + c->left + c->right, c->kernelWidth, c->stride), c->filters};
    if (const auto* pool = std::get_if<PoolingLayer>(&kind))
        return {windows(input.height, pool->height, pool->stride), windows(input.width, pool->width, pool->stride),
                input.channels};
    return input;
}

bool worksInPlace(const LayerKind& kind) {
    return std::holds_alternative<ActivationLayer>(kind) || std::holds_alternative<NoiseLayer>(kind) ||
           std::holds_alternative<FlattenLayer>(kind);
}

NetworkShape::NetworkShape(TensorShape input, std::vector<Layer> layers, NetworkOutput output)
    : m_layers(std::move(layers)), m_shapes{input}, m_output(output) {
    for (const Layer& layer : m_layers) {
        const TensorShape& before = m_shapes.back();
        const TensorShape after = outputShape(layer.kind, before);
        if (after.size() < 1)
            throw Error(
                "The layer " + layer.name + " is left nothing to look at: its inputs are " + sizeText(before) + ".",
                {.parameter = "filters"}, "Take fewer blocks of filters, smaller windows or larger pictures.");
        ParameterPlace place = placeOf(layer.kind, before);
        place.weights = m_parameters;
        place.biases = m_parameters + place.weightCount();
        place.statistics = m_statistics;
        m_parameters += place.count();
        if (std::holds_alternative<BatchNormLayer>(layer.kind)) m_statistics += 2 * before.channels;
        m_places.push_back(place);
        m_shapes.push_back(after);
    }
}

std::string NetworkShape::text() const {
    const bool plain = m_shapes.front().pixels() == 1;
    std::string text = sizeText(m_shapes.front());
    for (std::size_t i = 0; i < size(); ++i) {
        std::string word;
        if (const auto* dense = std::get_if<DenseLayer>(&m_layers[i].kind)) word = std::to_string(dense->outputs);
        if (const auto* c = std::get_if<ConvolutionLayer>(&m_layers[i].kind))
            word = "conv " + std::to_string(c->filters);
        if (const auto* pool = std::get_if<PoolingLayer>(&m_layers[i].kind))
            word = "pool " + std::to_string(pool->height);
        if (!word.empty()) text += (plain ? "-" : ", ") + word;
    }
    return text;
}

std::vector<std::string> NetworkShape::weightedLayers() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < size(); ++i)
        if (m_places[i].count() > 0) names.push_back(m_layers[i].name);
    return names;
}

template <typename Scalar>
Network<Scalar>::Network(NetworkShape shape, Vector parameters, Vector statistics)
    : m_shape(std::move(shape)), m_parameters(std::move(parameters)), m_statistics(std::move(statistics)) {
    assert(m_parameters.size() == m_shape.parameters());
    assert(m_statistics.size() == m_shape.statistics());
}

template <typename Scalar>
Network<Scalar>::Network(NetworkShape shape, Seed seed)
    : m_shape(std::move(shape)),
      m_parameters(Vector::Zero(m_shape.parameters())),
      m_statistics(Vector::Zero(m_shape.statistics())) {
    std::size_t weighted = 0;
    for (std::size_t i = 0; i < m_shape.size(); ++i) {
        const bool isNorm = std::holds_alternative<BatchNormLayer>(m_shape.layer(i).kind);
        if (m_shape.place(i).count() == 0) continue;
        initialise(i, isNorm ? seed : seed.derive("layer", weighted));
        if (!isNorm) ++weighted;
    }
}

template <typename Scalar>
void Network<Scalar>::initialise(std::size_t i, Seed seed) {
    const ParameterPlace& place = m_shape.place(i);
    m_parameters.segment(place.biases, place.biasCount).setZero();
    if (std::holds_alternative<BatchNormLayer>(m_shape.layer(i).kind)) {
        m_parameters.segment(place.weights, place.rows).setOnes();
        m_statistics.segment(place.statistics, place.rows).setZero();
        m_statistics.segment(place.statistics + place.rows, place.rows).setOnes();
        return;
    }
    const auto inputs = static_cast<double>(place.columns);
    const auto window = static_cast<double>(place.columns) / static_cast<double>(m_shape.shape(i).channels);
    const auto* convolution = std::get_if<ConvolutionLayer>(&m_shape.layer(i).kind);
    const double outputs = static_cast<double>(place.rows) * (convolution ? window : 1);
    // The activation that follows, with at most a normalisation in between.
    const ActivationLayer* next = nullptr;
    for (std::size_t j = i + 1; j < std::min(i + 3, m_shape.size()) && !next; ++j)
        next = std::get_if<ActivationLayer>(&m_shape.layer(j).kind);
    const bool rectified = next && next->function == Activation::Relu;
    const double deviation = rectified ? std::sqrt(2 / inputs) : std::sqrt(2 / (inputs + outputs));
    RandomStream random(seed);
    for (Index k = place.weights; k < place.biases; ++k)
        m_parameters[k] = static_cast<Scalar>(deviation * random.normal());
}

template <typename Scalar>
typename Network<Scalar>::Matrix Network<Scalar>::apply(const Matrix& inputs) const {
    return ForwardPass<Scalar>(*this, inputs.cols()).outputs(inputs);
}

template class Network<float>;
template class Network<double>;

}  // namespace holdout
