// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/network.h"

#include <cassert>
#include <cmath>

namespace holdout {

NetworkShape::NetworkShape(std::vector<Eigen::Index> widths, Activation activation, NetworkOutput output)
    : m_widths(std::move(widths)), m_offsets{0}, m_activation(activation), m_output(output) {
    assert(m_widths.size() >= 2);
    for (std::size_t layer = 0; layer < layers(); ++layer)
        m_offsets.push_back(m_offsets.back() + (inputs(layer) + 1) * outputs(layer));
}

std::string NetworkShape::text() const {
    std::string text;
    for (const Eigen::Index width : m_widths) text += (text.empty() ? "" : "-") + std::to_string(width);
    return text;
}

template <typename Scalar>
Network<Scalar>::Network(NetworkShape shape, Vector parameters)
    : m_shape(std::move(shape)), m_parameters(std::move(parameters)) {
    assert(m_parameters.size() == m_shape.parameters());
}

template <typename Scalar>
Network<Scalar>::Network(NetworkShape shape, Seed seed)
    : m_shape(std::move(shape)), m_parameters(Vector::Zero(m_shape.parameters())) {
    for (std::size_t layer = 0; layer < m_shape.layers(); ++layer) {
        const auto inputs = static_cast<double>(m_shape.inputs(layer));
        const auto outputs = static_cast<double>(m_shape.outputs(layer));
        const bool rectified = m_shape.activation() == Activation::Relu && layer + 1 < m_shape.layers();
        const double deviation = rectified ? std::sqrt(2 / inputs) : std::sqrt(2 / (inputs + outputs));
        RandomStream random(seed.derive("layer", layer));
        for (Eigen::Index i = m_shape.weightsAt(layer); i < m_shape.biasesAt(layer); ++i)
            m_parameters[i] = static_cast<Scalar>(deviation * random.normal());
    }
}

template <typename Scalar>
typename Network<Scalar>::Matrix Network<Scalar>::apply(const Matrix& inputs) const {
    Matrix from;
    Matrix to;
    for (std::size_t layer = 0; layer < m_shape.layers(); ++layer) {
        if (layer == 0)
            applyLayer(layer, inputs, to);
        else
            applyLayer(layer, from, to);
        from.swap(to);
    }
    return from;
}

template class Network<float>;
template class Network<double>;

}  // namespace holdout
