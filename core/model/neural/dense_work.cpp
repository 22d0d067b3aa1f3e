// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pack_product.h"
#include "model/neural/layer_work.h"

namespace holdout {

namespace {

/// Inputs that stay in cache with their weights while a tile of outputs is summed.
constexpr Eigen::Index inputsAtOnce = 1024;

template <typename Scalar>
class DenseWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Matrix;

    explicit DenseWork(std::size_t i) : m_index(i) {}

    /// The last outputs, which fill no whole vector, get weights of 0 beside them.
    void prepare(const Network<Scalar>& network, Seed) override {
        m_network = &network;
        const auto weights = network.weights(m_index);
        const Eigen::Index rest = weights.rows() % packLanes<Scalar>;
        if (rest == 0) return;
        m_tail.setZero(packLanes<Scalar>, weights.cols());
        m_tail.topRows(rest) = weights.bottomRows(rest);
    }

    void forward(const SampleChunk&, const Block& inputs, Block& outputs) override {
        const auto weights = m_network->weights(m_index);
        const Eigen::Index rest = weights.rows() % packLanes<Scalar>, whole = weights.rows() - rest;
        PackProduct<Scalar> product{.left = weights.data(),
                                    .leftStep = weights.rows(),
                                    .right = inputs.data(),
                                    .rightStep = inputs.rows(),
                                    .start = m_network->biases(m_index).data(),
                                    .out = outputs.data(),
                                    .outStep = outputs.rows(),
                                    .rows = whole,
                                    .columns = inputs.cols(),
                                    .terms = inputs.rows()};
        if (whole > 0) multiplyPacks<true>(product, inputsAtOnce);
        if (rest == 0) return;
        product.left = m_tail.data();
        product.leftStep = m_tail.rows();
        product.start += whole;
        product.out += whole;
        product.rows = rest;
        multiplyPacks<true>(product, inputsAtOnce);
    }

    void backward(const SampleChunk&, const Block&, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (inputDeltas) inputDeltas->noalias() = m_network->weights(m_index).transpose() * outputDeltas;
    }

private:
    std::size_t m_index;
    const Network<Scalar>* m_network = nullptr;
    Matrix m_tail;  ///< weights of the outputs that fill no whole vector
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeDenseWork(const NetworkShape&, std::size_t i) {
    return std::make_unique<DenseWork<Scalar>>(i);
}

template std::unique_ptr<LayerWork<float>> makeDenseWork<float>(const NetworkShape&, std::size_t);
template std::unique_ptr<LayerWork<double>> makeDenseWork<double>(const NetworkShape&, std::size_t);

}  // namespace holdout
