// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/neural/backpropagation.h"

#include <cmath>

namespace holdout {

namespace {

using Eigen::Index;

constexpr std::size_t rowsPerChunk = 64;
constexpr Index parametersPerBlock =
    32768;  // 128 KB of float32: gradient, weights and moments stay in the second cache
constexpr double smallestParallelWork = 4e6;  // multiplications of a batch, about 50 µs: what pays for waking threads
constexpr std::size_t rowsPerLossChunk = 256;

std::size_t asSize(Index value) {
    return static_cast<std::size_t>(value);
}

/// Loss of one sample, and its derivative by the outputs.
template <typename Scalar, typename Outputs, typename Gradient>
double sampleLoss(NetworkOutput kind, const Outputs& outputs, const NetworkRows<Scalar>& rows, Index row,
                  Gradient&& gradient) {
    if (kind == NetworkOutput::ClassScores) return crossEntropy(outputs, rows.classes[asSize(row)], gradient);
    return halfSquaredError(outputs[0], rows.values[row], gradient[0]);
}

}  // namespace

template <typename Scalar>
Backpropagation<Scalar>::Backpropagation(const NetworkShape& shape, std::size_t batchSize, double dropout,
                                         NetworkPenalty penalty)
    : m_shape(shape),
      m_dropout(dropout),
      m_penalty(penalty),
      m_gradient(Vector::Zero(shape.parameters())),
      m_parallel(static_cast<double>(batchSize) * static_cast<double>(shape.parameters()) > smallestParallelWork) {
    const auto samples = static_cast<Index>(batchSize);
    for (std::size_t layer = 0; layer < shape.layers(); ++layer) {
        m_activations.emplace_back(shape.inputs(layer), samples);
        m_deltas.emplace_back(shape.outputs(layer), samples);
        if (dropout > 0 && layer > 0) m_masks.emplace_back(shape.inputs(layer), samples);
        const Index columns = std::max<Index>(8, parametersPerBlock / shape.outputs(layer) / 8 * 8);
        for (Index column = 0; column < shape.inputs(layer); column += columns)
            m_blocks.push_back({layer, column, std::min(columns, shape.inputs(layer) - column), column == 0});
    }
    m_squares.setZero(static_cast<Index>(m_blocks.size()));
}

template <typename Scalar>
void Backpropagation<Scalar>::forEach(std::size_t count, bool large,
                                      const std::function<void(std::size_t)>& body) const {
    if (large) {
        parallelFor(count, body);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) body(i);
}

template <typename Scalar>
double Backpropagation<Scalar>::run(const Network<Scalar>& network, const NetworkRows<Scalar>& rows,
                                    std::span<const std::uint32_t> positions, Seed dropoutSeed,
                                    const RangeSink& finished) {
    const Batch batch{network, rows, positions, dropoutSeed};
    const std::vector<Range> parts = chunks(positions.size(), rowsPerChunk);
    std::vector<double> losses(parts.size());
    forEach(parts.size(), m_parallel, [&](std::size_t i) { losses[i] = samplesForwardAndBack(batch, parts[i], i); });
    const auto samples = static_cast<Index>(positions.size());
    forEach(m_blocks.size(), m_parallel, [&](std::size_t i) { blockGradient(network, i, samples, finished); });
    double sum = 0;
    for (const double loss : losses) sum += loss;
    return sum / static_cast<double>(positions.size());
}

template <typename Scalar>
double Backpropagation<Scalar>::gradientNorm() const {
    return std::sqrt(m_squares.sum());
}

template <typename Scalar>
double Backpropagation<Scalar>::samplesForwardAndBack(const Batch& batch, Range samples, std::size_t chunk) {
    const auto from = static_cast<Index>(samples.begin);
    const auto count = static_cast<Index>(samples.size());
    for (std::size_t i = samples.begin; i < samples.end; ++i)
        m_activations[0].col(static_cast<Index>(i)) = batch.rows.inputs.col(batch.positions[i]);

    const std::size_t last = m_shape.layers() - 1;
    for (std::size_t layer = 0; layer <= last; ++layer) {
        Matrix& to = layer == last ? m_deltas[last] : m_activations[layer + 1];
        batch.network.applyLayer(layer, m_activations[layer].middleCols(from, count), to.middleCols(from, count));
        if (layer < last && m_dropout > 0)
            drop(from, count, batch.dropoutSeed.derive("layer", layer).derive("chunk", chunk), layer + 1);
    }
    const double loss = outputLoss(batch, from, count);
    for (std::size_t layer = last; layer > 0; --layer) hiddenDeltas(batch.network, layer, from, count);
    return loss;
}

template <typename Scalar>
void Backpropagation<Scalar>::drop(Index from, Index count, Seed seed, std::size_t layer) {
    RandomStream random(seed);
    const auto kept = static_cast<Scalar>(1 / (1 - m_dropout));
    auto mask = m_masks[layer - 1].middleCols(from, count);
    for (Index column = 0; column < count; ++column)
        for (Index unit = 0; unit < mask.rows(); ++unit)
            mask(unit, column) = random.uniform() < m_dropout ? Scalar(0) : kept;
    m_activations[layer].middleCols(from, count).array() *= mask.array();
}

/// Puts the derivatives in the place of the outputs.
template <typename Scalar>
double Backpropagation<Scalar>::outputLoss(const Batch& batch, Index from, Index count) {
    Matrix& outputs = m_deltas.back();
    const Scalar share = Scalar(1) / static_cast<Scalar>(batch.positions.size());
    Vector gradient(m_shape.outputs());
    double loss = 0;
    for (Index column = from; column < from + count; ++column) {
        const Index row = batch.positions[asSize(column)];
        const Scalar weight = batch.rows.weights[row];
        loss +=
            static_cast<double>(weight) * sampleLoss(m_shape.output(), outputs.col(column), batch.rows, row, gradient);
        outputs.col(column) = gradient * (weight * share);
    }
    return loss;
}

/// From the deltas of `layer` to those of the one before.
template <typename Scalar>
void Backpropagation<Scalar>::hiddenDeltas(const Network<Scalar>& network, std::size_t layer, Index from, Index count) {
    auto delta = m_deltas[layer - 1].middleCols(from, count);
    const auto activation = m_activations[layer].middleCols(from, count).array();
    delta.noalias() = network.weights(layer).transpose() * m_deltas[layer].middleCols(from, count);
    if (m_shape.activation() == Activation::Relu)
        delta.array() *= (activation > Scalar(0)).template cast<Scalar>();
    else
        delta.array() *= Scalar(1) - (activation * static_cast<Scalar>(1 - m_dropout)).square();
    if (m_dropout > 0) delta.array() *= m_masks[layer - 1].middleCols(from, count).array();
}

template <typename Scalar>
void Backpropagation<Scalar>::blockGradient(const Network<Scalar>& network, std::size_t index, Index samples,
                                            const RangeSink& finished) {
    const Block& block = m_blocks[index];
    const auto delta = m_deltas[block.layer].leftCols(samples);
    const Index outputs = m_shape.outputs(block.layer);
    const Index begin = m_shape.weightsAt(block.layer) + block.column * outputs;

    Eigen::Map<Matrix> gradient(m_gradient.data() + begin, outputs, block.columns);
    const auto weights = network.weights(block.layer).middleCols(block.column, block.columns);
    gradient.noalias() = delta * m_activations[block.layer].block(block.column, 0, block.columns, samples).transpose();
    if (m_penalty.l2 > 0) gradient += static_cast<Scalar>(m_penalty.l2) * weights;
    if (m_penalty.l1 > 0) gradient.array() += static_cast<Scalar>(m_penalty.l1) * weights.array().sign();
    double squares = static_cast<double>(gradient.squaredNorm());
    finished({asSize(begin), asSize(begin + gradient.size())});

    if (block.biases) {
        auto biases = m_gradient.segment(m_shape.biasesAt(block.layer), outputs);
        biases = delta.rowwise().sum();
        squares += static_cast<double>(biases.squaredNorm());
        finished({asSize(m_shape.biasesAt(block.layer)), asSize(m_shape.biasesAt(block.layer) + outputs)});
    }
    m_squares[static_cast<Index>(index)] = squares;
}

template <typename Scalar>
double meanLoss(const Network<Scalar>& network, const NetworkRows<Scalar>& rows) {
    const double sum = parallelSum(asSize(rows.size()), rowsPerLossChunk, 0.0, [&](Range range) {
        const auto from = static_cast<Index>(range.begin);
        const typename Network<Scalar>::Matrix outputs =
            network.apply(rows.inputs.middleCols(from, static_cast<Index>(range.size())));
        typename Network<Scalar>::Vector gradient(outputs.rows());
        double loss = 0;
        for (Index i = 0; i < outputs.cols(); ++i)
            loss += static_cast<double>(rows.weights[from + i]) *
                    sampleLoss(network.shape().output(), outputs.col(i), rows, from + i, gradient);
        return loss;
    });
    return sum / std::max(1e-300, static_cast<double>(rows.weights.template cast<double>().sum()));
}

template class Backpropagation<float>;
template class Backpropagation<double>;
template double meanLoss<float>(const Network<float>&, const NetworkRows<float>&);
template double meanLoss<double>(const Network<double>&, const NetworkRows<double>&);

}  // namespace holdout
