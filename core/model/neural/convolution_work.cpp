// SPDX-License-Identifier: GPL-3.0-or-later
// Direct convolution: no patches are copied out. The way back is a convolution too, of the derivatives with the weights
// turned over (Dumoulin, Visin 2016).
#include <algorithm>
#include <vector>

#include "model/neural/convolution_kernels.h"
#include "model/neural/layer_work.h"

namespace holdout {

namespace {

using convolution::PixelGrid;
using convolution::Runs;
using Eigen::Index;

template <typename Scalar>
class ConvolutionWork final : public LayerWork<Scalar> {
public:
    using typename LayerWork<Scalar>::Block;
    using typename LayerWork<Scalar>::Vector;

    ConvolutionWork(const NetworkShape& shape, std::size_t i, WorkSize size)
        : m_layer(std::get<ConvolutionLayer>(shape.layer(i).kind)),
          m_index(i),
          m_place(shape.place(i)),
          m_from(shape.shape(i)),
          m_to(shape.shape(i + 1)),
          m_filters(wholePacks<Scalar>(m_to.channels)),
          m_channels(wholePacks<Scalar>(m_from.channels)),
          m_scratch(size.chunks) {
        const Index paddedWidth = m_from.width + m_layer.left + m_layer.right;
        const Index paddedHeight = m_from.height + m_layer.top + m_layer.bottom;
        m_grid = {m_to.height, m_to.width, paddedWidth * m_from.channels * m_layer.stride,
                  m_from.channels * m_layer.stride, m_filters};
        m_runs = {m_layer.kernelHeight, m_layer.kernelWidth * m_from.channels, paddedWidth * m_from.channels};
        const Index spreadWidth = m_from.width + m_layer.kernelWidth - 1;
        m_backGrid = {m_from.height, m_from.width, spreadWidth * m_to.channels, m_to.channels, 0};
        m_backRuns = {m_layer.kernelHeight, m_layer.kernelWidth * m_to.channels, spreadWidth * m_to.channels};
        for (Scratch& scratch : m_scratch) {
            scratch.padded = Vector::Zero(paddedHeight * paddedWidth * m_from.channels);
            if (size.kind == PassKind::Prediction) continue;
            scratch.spread = Vector::Zero((m_from.height + m_layer.kernelHeight - 1) * spreadWidth * m_to.channels);
            scratch.deltas = Vector::Zero(m_to.pixels() * m_filters);
            scratch.gradient.resize(m_filters, m_place.columns + 1);
        }
    }

    /// Weights in whole vectors of filters, and turned over in whole vectors of channels.
    void prepare(const Network<Scalar>& network, Seed) override {
        const auto weights = network.weights(m_index);
        m_weights.setZero(m_filters, m_place.columns);
        m_weights.topRows(m_to.channels) = weights;
        m_bias.setZero(m_filters);
        m_bias.head(m_to.channels) = network.biases(m_index);
        m_backBias.setZero(m_channels);
        const Index cells = m_layer.kernelHeight * m_layer.kernelWidth;
        m_turned.setZero(m_channels, cells * m_to.channels);
        for (Index cell = 0; cell < cells; ++cell)
            m_turned.block(0, (cells - 1 - cell) * m_to.channels, m_from.channels, m_to.channels) =
                weights.middleCols(cell * m_from.channels, m_from.channels).transpose();
    }

    void forward(const SampleChunk& chunk, const Block& inputs, Block& outputs) override {
        Scratch& scratch = m_scratch[chunk.index];
        for (Index sample = 0; sample < chunk.count; ++sample) {
            pad(inputs.col(sample).data(), scratch);
            convolution::convolve(scratch.padded.data(), m_grid, m_runs, m_weights.data(), m_bias.data(),
                                  outputs.col(sample).data(), m_to.channels);
        }
    }

    void backward(const SampleChunk& chunk, const Block& inputs, const Block&, const Block& outputDeltas,
                  Block* inputDeltas) override {
        Scratch& scratch = m_scratch[chunk.index];
        scratch.gradient.setZero();
        for (Index sample = 0; sample < chunk.count; ++sample) {
            const Scalar* delta = outputDeltas.col(sample).data();
            pad(inputs.col(sample).data(), scratch);
            Eigen::Map<const typename Network<Scalar>::Matrix> byFilter(delta, m_to.channels, m_to.pixels());
            if (m_filters != m_to.channels)
                Eigen::Map<typename Network<Scalar>::Matrix>(scratch.deltas.data(), m_filters, m_to.pixels())
                    .topRows(m_to.channels) = byFilter;
            convolution::addGradient(scratch.padded.data(), m_grid, m_runs,
                                     m_filters == m_to.channels ? delta : scratch.deltas.data(),
                                     scratch.gradient.data());
            scratch.gradient.col(m_place.columns).head(m_to.channels) += byFilter.rowwise().sum();
            if (!inputDeltas) continue;
            spread(delta, scratch);
            convolution::convolve(scratch.spread.data(), m_backGrid, m_backRuns, m_turned.data(), m_backBias.data(),
                                  inputDeltas->col(sample).data(), m_from.channels);
        }
    }

    bool gathersGradient() const override { return true; }
    void gatherGradient(std::size_t chunks, Vector& gradient) const override {
        typename Network<Scalar>::Matrix sum = m_scratch[0].gradient;
        for (std::size_t i = 1; i < chunks; ++i) sum += m_scratch[i].gradient;
        Eigen::Map<typename Network<Scalar>::Matrix>(gradient.data() + m_place.weights, m_place.rows, m_place.columns) =
            sum.block(0, 0, m_place.rows, m_place.columns);
        gradient.segment(m_place.biases, m_place.biasCount) = sum.col(m_place.columns).head(m_place.biasCount);
    }

private:
    struct Scratch {
        Vector padded;  ///< a sample with its border of zeros
        Vector spread;  ///< derivatives of a sample, as far apart as the stride, with a border of zeros
        Vector deltas;  ///< derivatives of a sample in whole vectors of filters
        typename Network<Scalar>::Matrix gradient;  ///< of the weights, and in a last column of the biases
    };

    void pad(const Scalar* sample, Scratch& scratch) const {
        const Index row = m_from.width * m_from.channels;
        Scalar* to = scratch.padded.data() + m_layer.top * m_runs.step + m_layer.left * m_from.channels;
        for (Index y = 0; y < m_from.height; ++y, sample += row, to += m_runs.step) std::copy(sample, sample + row, to);
    }

    void spread(const Scalar* delta, Scratch& scratch) const {
        Scalar* first = scratch.spread.data() + (m_layer.kernelHeight - 1 - m_layer.top) * m_backRuns.step +
                        (m_layer.kernelWidth - 1 - m_layer.left) * m_to.channels;
        for (Index y = 0; y < m_to.height; ++y) {
            Scalar* to = first + y * m_layer.stride * m_backRuns.step;
            for (Index x = 0; x < m_to.width; ++x, delta += m_to.channels, to += m_layer.stride * m_to.channels)
                std::copy(delta, delta + m_to.channels, to);
        }
    }

    ConvolutionLayer m_layer;
    std::size_t m_index;
    ParameterPlace m_place;
    TensorShape m_from;
    TensorShape m_to;
    Index m_filters;   ///< in whole vectors
    Index m_channels;  ///< in whole vectors
    PixelGrid m_grid, m_backGrid;
    Runs m_runs, m_backRuns;
    typename Network<Scalar>::Matrix m_weights, m_turned;
    Vector m_bias, m_backBias;
    std::vector<Scratch> m_scratch;
};

}  // namespace

template <typename Scalar>
std::unique_ptr<LayerWork<Scalar>> makeConvolutionWork(const NetworkShape& shape, std::size_t i, WorkSize size) {
    return std::make_unique<ConvolutionWork<Scalar>>(shape, i, size);
}

template std::unique_ptr<LayerWork<float>> makeConvolutionWork<float>(const NetworkShape&, std::size_t, WorkSize);
template std::unique_ptr<LayerWork<double>> makeConvolutionWork<double>(const NetworkShape&, std::size_t, WorkSize);

}  // namespace holdout
