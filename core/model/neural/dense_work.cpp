// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/layer_work.h"

namespace holdout {

namespace {

template <typename Scalar>
class DenseWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;

    explicit DenseWork(std::size_t i) : m_index(i) {}

    void prepare(const Network<Scalar>& network, Seed) override { m_network = &network; }

    void forward(const SampleChunk&, const Block& inputs, Block& outputs) override {
        outputs.noalias() = m_network->weights(m_index) * inputs;
        outputs.colwise() += m_network->biases(m_index);
    }

    void backward(const SampleChunk&, const Block&, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (inputDeltas) inputDeltas->noalias() = m_network->weights(m_index).transpose() * outputDeltas;
    }

private:
    std::size_t m_index;
    const Network<Scalar>* m_network = nullptr;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeDenseWork(const NetworkShape&, std::size_t i) {
    return std::make_unique<DenseWork<Scalar>>(i);
}

template std::unique_ptr<LayerWork<float>> makeDenseWork<float>(const NetworkShape&, std::size_t);
template std::unique_ptr<LayerWork<double>> makeDenseWork<double>(const NetworkShape&, std::size_t);

}  // namespace holdout
