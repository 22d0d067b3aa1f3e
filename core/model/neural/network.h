// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <Eigen/Core>

#include "base/seed.h"
#include "model/neural/layer.h"

namespace holdout {

/// What the last layer means: class scores (softmax of them are probabilities) or a value.
enum class NetworkOutput { ClassScores, Value };

/// Where a layer's numbers stand in the network's vectors. Weights of dense layers are outputs × inputs, of
/// convolutions filters × (kernel rows × kernel columns × channels), both column-major; those of batch normalisation
/// are its scales. Running statistics are means, then variances.
struct ParameterPlace {
    Eigen::Index weights = 0;
    Eigen::Index rows = 0;
    Eigen::Index columns = 0;
    Eigen::Index biases = 0;
    Eigen::Index biasCount = 0;
    Eigen::Index statistics = 0;
    bool penalised = false;  ///< penalties act on its weights

    Eigen::Index weightCount() const { return rows * columns; }
    Eigen::Index count() const { return weightCount() + biasCount; }
};

/// A network's layers, one after another, and where each layer's numbers stand in one vector of parameters: layer by
/// layer, weights, then biases. A value type.
class NetworkShape {
public:
    /// Throws Error naming the layer that is left nothing to look at.
    NetworkShape(TensorShape input, std::vector<Layer> layers, NetworkOutput output);

    std::size_t size() const { return m_layers.size(); }
    const Layer& layer(std::size_t i) const { return m_layers[i]; }
    const std::vector<Layer>& layers() const { return m_layers; }
    /// Before layer i; `shape(size())` is that of the outputs.
    const TensorShape& shape(std::size_t i) const { return m_shapes[i]; }
    const ParameterPlace& place(std::size_t i) const { return m_places[i]; }
    Eigen::Index inputs() const { return m_shapes.front().size(); }
    Eigen::Index outputs() const { return m_shapes.back().size(); }
    Eigen::Index parameters() const { return m_parameters; }
    Eigen::Index statistics() const { return m_statistics; }
    NetworkOutput output() const { return m_output; }
    /// "8-32-16-2", or "28×28×1, conv 16, pool 2, 10"
    std::string text() const;
    /// Names of the layers that have parameters, in order.
    std::vector<std::string> weightedLayers() const;

private:
    std::vector<Layer> m_layers;
    std::vector<TensorShape> m_shapes;
    std::vector<ParameterPlace> m_places;
    Eigen::Index m_parameters = 0;
    Eigen::Index m_statistics = 0;
    NetworkOutput m_output;
};

/// A shape with its parameters. Samples are columns. A value type.
template <typename Scalar>
class Network {
public:
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    Network(NetworkShape shape, Vector parameters, Vector statistics);
    /// Weights before relu after He, Zhang, Ren, Sun (2015), others after Glorot, Bengio (2010), both normal; biases 0;
    /// batch normalisation as the identity.
    Network(NetworkShape shape, Seed seed);
    /// Gives layer i fresh random weights.
    void initialise(std::size_t i, Seed seed);

    const NetworkShape& shape() const { return m_shape; }
    const Vector& parameters() const { return m_parameters; }
    Vector& parameters() { return m_parameters; }
    const Vector& statistics() const { return m_statistics; }
    Vector& statistics() { return m_statistics; }
    Eigen::Map<const Matrix> weights(std::size_t i) const {
        const ParameterPlace& place = m_shape.place(i);
        return {m_parameters.data() + place.weights, place.rows, place.columns};
    }
    Eigen::Map<Matrix> weights(std::size_t i) {
        const ParameterPlace& place = m_shape.place(i);
        return {m_parameters.data() + place.weights, place.rows, place.columns};
    }
    Eigen::Map<const Vector> biases(std::size_t i) const {
        return {m_parameters.data() + m_shape.place(i).biases, m_shape.place(i).biasCount};
    }
    /// Class scores or values, outputs × samples, as outside training.
    Matrix apply(const Matrix& inputs) const;

private:
    NetworkShape m_shape;
    Vector m_parameters;
    Vector m_statistics;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace holdout
