// SPDX-License-Identifier: GPL-3.0-or-later
// Layers that make each value of that value alone.
#include "model/neural/layer_work.h"

namespace holdout {

namespace {

template <typename Scalar>
class ActivationWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;

    explicit ActivationWork(Activation function) : m_function(function) {}

    void forward(const SampleChunk&, const Block&, Block& outputs) override {
        if (m_function == Activation::Relu)
            outputs = outputs.cwiseMax(Scalar(0));
        else if (m_function == Activation::Tanh)
            outputs = outputs.array().tanh().matrix();
        else
            outputs = (Scalar(1) / (Scalar(1) + (-outputs.array()).exp())).matrix();
    }

    void backward(const SampleChunk&, const Block&, const Block& outputs, const Block&, Block* inputDeltas) override {
        if (!inputDeltas) return;
        const auto value = outputs.array();
        if (m_function == Activation::Relu)
            keepWherePositive(outputs.data(), inputDeltas->data(), outputs.size());
        else if (m_function == Activation::Tanh)
            inputDeltas->array() *= Scalar(1) - value.square();
        else
            inputDeltas->array() *= value * (Scalar(1) - value);
    }

private:
    /// A plain loop, of which compilers make vectors as they do not of Eigen's select.
    static void keepWherePositive(const Scalar* values, Scalar* deltas, Eigen::Index count) {
        for (Eigen::Index i = 0; i < count; ++i) deltas[i] = values[i] > Scalar(0) ? deltas[i] : Scalar(0);
    }

    Activation m_function;
};

/// The random stream of one layer's chunk in one batch.
RandomStream streamOf(Seed noise, std::size_t layer, std::size_t chunk) {
    return RandomStream(noise.derive("layer", layer).derive("chunk", chunk));
}

template <typename Scalar>
class DropoutWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Matrix;

    DropoutWork(double rate, const NetworkShape& shape, std::size_t i, WorkSize size)
        : m_rate(size.kind == PassKind::Training ? rate : 0),
          m_layer(i),
          m_masks(shape.shape(i).size(), m_rate > 0 ? size.samples : 0) {}

    void prepare(const Network<Scalar>&, Seed noise) override { m_noise = noise; }

    void forward(const SampleChunk& chunk, const Block& inputs, Block& outputs) override {
        if (m_rate <= 0) {
            outputs = inputs;
            return;
        }
        RandomStream random = streamOf(m_noise, m_layer, chunk.index);
        auto mask = m_masks.middleCols(chunk.from, chunk.count);
        const auto kept = static_cast<Scalar>(1 / (1 - m_rate));
        const auto threshold = static_cast<std::uint64_t>(m_rate * 4294967296.0);
        Scalar* at = mask.data();
        // Two values of 32 bits from each random number.
        for (Eigen::Index left = mask.size(); left > 0; left -= 2) {
            const std::uint64_t bits = random.next();
            *at++ = (bits >> 32) < threshold ? Scalar(0) : kept;
            if (left > 1) *at++ = (bits & 0xFFFFFFFFU) < threshold ? Scalar(0) : kept;
        }
        outputs.array() = inputs.array() * mask.array();
    }

    void backward(const SampleChunk& chunk, const Block&, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        if (!inputDeltas) return;
        if (m_rate > 0)
            inputDeltas->array() = outputDeltas.array() * m_masks.middleCols(chunk.from, chunk.count).array();
        else
            *inputDeltas = outputDeltas;
    }

private:
    double m_rate;
    std::size_t m_layer;
    Seed m_noise;
    Matrix m_masks;  ///< 0 or 1 / (1 - rate)
};

template <typename Scalar>
class NoiseWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;

    NoiseWork(double deviation, std::size_t i, WorkSize size)
        : m_deviation(size.kind == PassKind::Training ? deviation : 0), m_layer(i) {}

    void prepare(const Network<Scalar>&, Seed noise) override { m_noise = noise; }

    void forward(const SampleChunk& chunk, const Block&, Block& outputs) override {
        if (m_deviation <= 0) return;
        RandomStream random = streamOf(m_noise, m_layer, chunk.index);
        for (Eigen::Index i = 0; i < outputs.size(); ++i)
            outputs.data()[i] += static_cast<Scalar>(m_deviation * random.normal());
    }

    void backward(const SampleChunk&, const Block&, const Block&, const Block&, Block*) override {}

private:
    double m_deviation;
    std::size_t m_layer;
    Seed m_noise;
};

/// Values stay where they are.
template <typename Scalar>
class FlattenWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    void forward(const SampleChunk&, const Block&, Block&) override {}
    void backward(const SampleChunk&, const Block&, const Block&, const Block&, Block*) override {}
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeElementwiseWork(const NetworkShape& shape, std::size_t i, WorkSize size) {
    const LayerKind& kind = shape.layer(i).kind;
    if (const auto* activation = std::get_if<ActivationLayer>(&kind))
        return std::make_unique<ActivationWork<Scalar>>(activation->function);
    if (const auto* dropout = std::get_if<DropoutLayer>(&kind))
        return std::make_unique<DropoutWork<Scalar>>(dropout->rate, shape, i, size);
    if (const auto* noise = std::get_if<NoiseLayer>(&kind))
        return std::make_unique<NoiseWork<Scalar>>(noise->deviation, i, size);
    return std::make_unique<FlattenWork<Scalar>>();
}

template std::unique_ptr<LayerWork<float>> makeElementwiseWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<double>> makeElementwiseWork<double>(const NetworkShape&, std::size_t, WorkSize);

}  // namespace holdout
