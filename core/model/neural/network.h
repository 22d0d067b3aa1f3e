// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <Eigen/Core>

#include "base/seed.h"

namespace holdout {

enum class Activation { Relu, Tanh };

/// What the last layer means: class scores (softmax of them are probabilities) or a value.
enum class NetworkOutput { ClassScores, Value };

/// A multilayer perceptron's shape, and where each layer's numbers stand in one vector of parameters: layer by
/// layer, weights (outputs × inputs, column-major), then biases.
class NetworkShape {
public:
    /// `widths`: inputs, hidden layers, outputs: two at least, none zero.
    NetworkShape(std::vector<Eigen::Index> widths, Activation activation, NetworkOutput output);

    std::size_t layers() const { return m_widths.size() - 1; }
    Eigen::Index inputs(std::size_t layer = 0) const { return m_widths[layer]; }
    Eigen::Index outputs(std::size_t layer) const { return m_widths[layer + 1]; }
    Eigen::Index outputs() const { return m_widths.back(); }
    Eigen::Index weightsAt(std::size_t layer) const { return m_offsets[layer]; }
    Eigen::Index biasesAt(std::size_t layer) const { return m_offsets[layer + 1] - outputs(layer); }
    Eigen::Index parameters() const { return m_offsets.back(); }
    const std::vector<Eigen::Index>& widths() const { return m_widths; }
    Activation activation() const { return m_activation; }
    NetworkOutput output() const { return m_output; }
    /// "8-32-16-2"
    std::string text() const;

private:
    std::vector<Eigen::Index> m_widths;
    std::vector<Eigen::Index> m_offsets;
    Activation m_activation;
    NetworkOutput m_output;
};

/// A shape with its parameters. Samples are columns. A value type.
template <typename Scalar>
class Network {
public:
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    Network(NetworkShape shape, Vector parameters);
    /// Weights for relu after He, Zhang, Ren, Sun (2015), for tanh and the last layer after Glorot, Bengio (2010),
    /// both normal; biases 0.
    Network(NetworkShape shape, Seed seed);

    const NetworkShape& shape() const { return m_shape; }
    const Vector& parameters() const { return m_parameters; }
    Vector& parameters() { return m_parameters; }
    Eigen::Map<const Matrix> weights(std::size_t layer) const {
        return {m_parameters.data() + m_shape.weightsAt(layer), m_shape.outputs(layer), m_shape.inputs(layer)};
    }
    Eigen::Map<const Vector> biases(std::size_t layer) const {
        return {m_parameters.data() + m_shape.biasesAt(layer), m_shape.outputs(layer)};
    }

    /// activations <- f(W inputs + b), with f the identity in the last layer.
    template <typename Inputs, typename Outputs>
    void applyLayer(std::size_t layer, const Inputs& inputs, Outputs&& activations) const {
        activations.noalias() = weights(layer) * inputs;
        activations.colwise() += biases(layer);
        if (layer + 1 == m_shape.layers()) return;
        if (m_shape.activation() == Activation::Relu)
            activations = activations.cwiseMax(Scalar(0));
        else
            activations = activations.array().tanh().matrix();
    }

    /// Class scores or values, outputs × samples.
    Matrix apply(const Matrix& inputs) const;

private:
    NetworkShape m_shape;
    Vector m_parameters;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace holdout
