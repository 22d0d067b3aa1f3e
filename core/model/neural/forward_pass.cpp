// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/forward_pass.h"

namespace holdout {

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeLayerWork(const NetworkShape& shape, std::size_t i, WorkSize size) {
    const LayerKind& kind = shape.layer(i).kind;
    if (std::holds_alternative<DenseLayer>(kind)) return makeDenseWork<Scalar>(shape, i);
    if (std::holds_alternative<ConvolutionLayer>(kind)) return makeConvolutionWork<Scalar>(shape, i, size);
    if (std::holds_alternative<PoolingLayer>(kind)) return makePoolingWork<Scalar>(shape, i, size);
    if (std::holds_alternative<BatchNormLayer>(kind)) return makeFixedNormWork<Scalar>(shape, i);
    return makeElementwiseWork<Scalar>(shape, i, size);
}

template <typename Scalar>
ForwardPass<Scalar>::ForwardPass(const Network<Scalar>& network, Eigen::Index most) : m_network(network) {
    for (std::size_t i = 0; i < network.shape().size(); ++i) {
        m_works.push_back(makeLayerWork<Scalar>(network.shape(), i, {most, 1, PassKind::Prediction}));
        m_works.back()->prepare(network, Seed{});
    }
}

template <typename Scalar>
const typename Network<Scalar>::Matrix& ForwardPass<Scalar>::through(const Matrix& inputs, std::size_t layer) {
    using Block = typename LayerWork<Scalar>::Block;
    const SampleChunk chunk{0, 0, inputs.cols()};
    m_from = inputs;
    for (std::size_t i = 0; i < layer; ++i) {
        const bool inPlace = worksInPlace(m_network.shape().layer(i).kind);
        if (!inPlace) m_to.resize(m_network.shape().shape(i + 1).size(), inputs.cols());
        Block from(m_from.data(), m_from.rows(), m_from.cols());
        Block to(inPlace ? m_from.data() : m_to.data(), m_network.shape().shape(i + 1).size(), inputs.cols());
        m_works[i]->forward(chunk, from, to);
        if (!inPlace) m_from.swap(m_to);
    }
    return m_from;
}

template std::unique_ptr<LayerWork<float>> makeLayerWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<double>> makeLayerWork<double>(const NetworkShape&, std::size_t, WorkSize);
template class ForwardPass<float>;
template class ForwardPass<double>;

}  // namespace holdout
